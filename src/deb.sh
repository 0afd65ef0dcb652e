#!/usr/bin/env bash
# deb.sh - for `make deb`: OUT/ringstorm_VERSION_ARCHITECTURE.deb. Other packages have
# programs called compare and aggregate, so here only `ringstorm` is in /usr/bin: it runs
# ours, and their pages are ringstorm-aggregate(1), ...
set -euo pipefail
shopt -s inherit_errexit

readonly MAINTAINER=${MAINTAINER:-The ringstorm authors <ringstorm@users.noreply.github.com>}
# libcurl and libssl are loaded when they are needed, so that no program names them.
readonly DEPENDS='libcurl4 | libcurl4t64, libssl3 | libssl3t64, bc, openssh-client, parallel, procps'

# install_tree ROOT
install_tree() {
	"$MAKE" --no-print-directory OUT="$OUT" DESTDIR="$1" PREFIX=/usr SYSCONFDIR=/etc \
		BINDIR=/usr/lib/ringstorm/bin PAGE=ringstorm- install >/dev/null
	strip --strip-unneeded --remove-section=.comment --remove-section=.note "$1"/usr/lib/ringstorm/bin/*
	ln --symbolic --force --no-dereference /etc/ringstorm "$1/usr/share/ringstorm/config"
	chmod 755 "$1/usr/share/ringstorm/scripts/lib/machine.sh"
	find "$1/usr/share/man" -type f -exec gzip --no-name --best {} +
}

# write_docs FOLDER
write_docs() {
	local date
	date=$(LC_ALL=C date --utc --date="@$SOURCE_DATE_EPOCH" --rfc-email)
	mkdir --parents "$1"
	{
		printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n'
		printf 'Files: *\nCopyright: 2026 the ringstorm authors\nLicense: Expat\n\nLicense: Expat\n'
		sed --expression='1,4d' --expression='s/^$/./' --expression='s/^/ /' LICENSE
	} >"$1/copyright"
	{
		printf 'ringstorm (%s) unstable; urgency=medium\n\n  * Made from its source by make deb.\n\n' "$VERSION"
		printf ' -- %s  %s\n' "$MAINTAINER" "$date"
	} | gzip --no-name --best >"$1/changelog.gz"
}

# write_control ROOT
write_control() {
	local libraries size
	mkdir --parents "$1/DEBIAN" "$1/../debian"
	printf 'Source: ringstorm\n' >"$1/../debian/control"
	libraries=$(cd -- "$1/.." && dpkg-shlibdeps -O root/usr/lib/ringstorm/bin/*)
	size=$(du --summarize --block-size=1K --apparent-size --exclude=DEBIAN "$1")
	cat >"$1/DEBIAN/control" <<-END
		Package: ringstorm
		Version: $VERSION
		Architecture: $architecture
		Maintainer: $MAINTAINER
		Installed-Size: ${size%%[!0-9]*}
		Depends: ${libraries#shlibs:Depends=}, $DEPENDS
		Recommends: gnuplot-nox, bash-completion
		Suggests: default-mta | mail-transport-agent
		Section: net
		Priority: optional
		Description: load, faults and one honest report for distributed services
		 Puts load on a service from several machines, breaks its servers meanwhile,
		 checks every answer, and merges what all machines measured into one report,
		 which says what each fault did to the users and whether the load generators
		 themselves kept up. Speaks HTTP, WebSocket and the protocols of CloudP2P and
		 of relays of automerge's documents.
	END
	(cd -- "$1/etc" && find . -type f -printf '/etc/%P\n' | LC_ALL=C sort) >"$1/DEBIAN/conffiles"
	(cd -- "$1" && find usr -type f -print0 | LC_ALL=C sort --zero-terminated | xargs --null md5sum) >"$1/DEBIAN/md5sums"
}

main() {
	local work=$OUT/.deb architecture
	SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log --max-count=1 --format=%ct 2>/dev/null || stat --format=%Y Makefile)}
	export SOURCE_DATE_EPOCH
	OUT=$(readlink --canonicalize -- "$OUT")
	architecture=$(dpkg --print-architecture)
	rm -rf -- "$work"
	mkdir --parents "$work/root"
	umask 022
	install_tree "$work/root"
	write_docs "$work/root/usr/share/doc/ringstorm"
	write_control "$work/root"
	find "$work/root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
	dpkg-deb --root-owner-group --build "$work/root" "$OUT/ringstorm_${VERSION}_$architecture.deb"
}

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
main
