# shellcheck shell=bash disable=SC2154 # what it needs is set by machine.sh
# deploy.sh - for machine.sh: copies what a client machine needs and has not.

# copy FROM TO: the files of a folder, but for hidden ones, of which the machine's
# folder TO has no copy. Of the names that come back only ours count.
copy() {
	local sums count
	sums=$(mktemp --tmpdir="$folder")
	(cd -- "$1" && find . -name '.?*' -prune -o -type f -exec sha256sum {} +) >"$sums"
	cut --delimiter=' ' --fields=3- "$sums" >"$sums.ours"
	# shellcheck disable=SC2016,SC2310 # for the shell over there; its status is the answer
	far "$HOST" sh -c 'mkdir -p -- "$1" && cd -- "$1" &&
		LC_ALL=C sha256sum --check --quiet 2>/dev/null | sed -n "s/: FAILED.*//p"' sh "$2" <"$sums" >"$sums.theirs" ||
		die 1 "cannot copy to $HOST:$2"
	grep --fixed-strings --line-regexp --file="$sums.ours" "$sums.theirs" >"$sums.differ" || return 0
	# Unlinked first: a program that runs can be replaced.
	# shellcheck disable=SC2310,SC2312 # pipefail
	tar --directory="$1" --create --gzip --file=- --verbatim-files-from --files-from="$sums.differ" |
		far "$HOST" tar --directory="$2" --extract --gzip --unlink-first --file=- || die 1 "cannot copy to $HOST:$2"
	count=$(wc --lines <"$sums.differ")
	printf '%d files to %s\n' "$count" "$2"
}

# deploy: conf files and pictures of the folder that we work in come before those
# of ringstorm's own.
deploy() {
	local name from
	[[ $HOST != local ]] || return 0
	copy "$BIN" "$PROJECT/bin"
	copy "$ROOT/scripts" "$PROJECT/scripts"
	for name in config test_images; do
		from=$ROOT/$name
		[[ ! -d $name ]] || from=$PWD/$name
		copy "$from" "$PROJECT/$name"
	done
}
