# shellcheck shell=bash
# demo_build.sh - for demo.sh: what it says of itself, and how it comes by its
# programs.

# row LABEL TEXT: one line of what goes on.
row() {
	printf '%-27s %s\n' "$1" "$2"
}

# since NANOSECONDS: how long ago that was, in seconds with one decimal.
since() {
	local now seconds
	now=$(date +%s%N)
	seconds=$(bc <<<"scale=3; ($now - $1) / 1000000000")
	printf '%.1f' "$seconds"
}

# prepare: a fresh machine gets what is missing first.
prepare() {
	[[ -e $ROOT/Makefile ]] && command -v dpkg-query >/dev/null || return 0
	! "$ROOT/scripts/setup.sh" --check >/dev/null 2>&1 || return 0
	row "setting up" "installs what ringstorm needs and is not here (scripts/setup.sh)"
	"$ROOT/scripts/setup.sh"
}

build() {
	local start seconds cores
	local -a make=(make --directory="$ROOT" --no-print-directory)
	[[ -e $ROOT/Makefile && $BIN == "$ROOT/bin" ]] || return 0
	need make
	! "${make[@]}" --question all >/dev/null 2>&1 || return 0
	row "building" "for the first time; takes some seconds"
	start=$(date +%s%N)
	cores=$(nproc)
	"${make[@]}" --jobs="$cores" all >"$FOLDER/build.log" 2>&1 || {
		tail --lines=20 "$FOLDER/build.log" >&2
		die 1 "the build failed; what it needs is installed by: $ROOT/scripts/setup.sh"
	}
	seconds=$(since "$start")
	row "" "built in $seconds s"
}
