#!/usr/bin/env bash
# dist.sh - for `make dist`: the tree as OUT/ringstorm-VERSION.tar.gz. In a clone, what
# git knows of it; in an unpacked tarball, all but what a build or a run has left. The
# same commit gives the same bytes, whoever makes it and when, also from a tarball.
set -euo pipefail
shopt -s inherit_errexit

# files: one a line. No name of ours has a blank.
files() {
	if git rev-parse --git-dir &>/dev/null; then
		git ls-files
	else
		find . -path ./bin -prune -o -path ./logs -prune -o -path './metrics/*' ! -name README.md -prune \
			-o -path ./aggregated_metrics -prune -o '(' -type f -o -type l ')' -printf '%P\n'
	fi
}

# moment: of the commit; a tarball's files have it.
moment() {
	if [[ -n ${SOURCE_DATE_EPOCH:-} ]]; then
		printf '%s\n' "$SOURCE_DATE_EPOCH"
	else
		git log --max-count=1 --format=%ct 2>/dev/null || stat --format=%Y Makefile
	fi
}

main() {
	local tarball=$OUT/ringstorm-$VERSION.tar.gz mtime
	mkdir --parents -- "$OUT"
	mtime=$(moment)
	files | LC_ALL=C sort >"$tarball.files"
	tar --create --file=- --format=ustar --no-recursion --files-from="$tarball.files" \
		--mtime="@$mtime" --owner=root:0 --group=root:0 --mode=u=rwX,go=rX \
		--transform="s,^,ringstorm-$VERSION/,S" | gzip --no-name --best >"$tarball.new"
	mv -- "$tarball.new" "$tarball"
	rm -- "$tarball.files"
	printf '%s\n' "$tarball"
}

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
main
