#!/usr/bin/env bash
# run.sh SECONDS TARGET... - fuzz each target (fuzz_NAME.c here) that long with
# libFuzzer, under AddressSanitizer and UndefinedBehaviorSanitizer, one target
# per core at a time. Inputs that reach new code are added to corpus/TARGET, as
# few of them as reach all of it; an input that is a finding goes to
# bin/.fuzz/findings and fails the run.
set -euo pipefail
shopt -s inherit_errexit

readonly OUT=bin/.fuzz
readonly SHARED=$OUT/.obj/libringstorm.a
readonly LIBS=(-lspng -ljpeg -ldeflate -ljansson -lssh2 -lssl -lcrypto -lz -lm -lpthread)

# The Makefile builds what the targets share; each target brings its own main.
build() {
	local target
	make --no-print-directory --jobs="$cores" CC=clang OUT="$OUT" \
		SAN=fuzzer-no-link,address,undefined "$SHARED"
	for target in "$@"; do
		clang -std=c17 -D_POSIX_C_SOURCE=200809L -Isrc -O1 -g -fno-omit-frame-pointer \
			-fno-sanitize-recover=all -fsanitize=fuzzer,address,undefined \
			-o "$OUT/$target" "tests/fuzz/$target.c" "$SHARED" "${LIBS[@]}"
	done
}

# fuzz SECONDS TARGET: the fuzzer's own words go to OUT/TARGET.log.
fuzz() {
	local seconds=$1 target=$2 found runs
	local -a limits=(-max_len=65536 -timeout=10 -rss_limit_mb=1024 "-artifact_prefix=$OUT/findings/$target-")
	found=$(mktemp -d)
	mkdir -p "tests/fuzz/corpus/$target"
	if ! "$OUT/$target" "${limits[@]}" "-max_total_time=$seconds" "$found" "tests/fuzz/corpus/$target" \
		&>"$OUT/$target.log"; then
		printf '%-24s FINDING, see %s/%s.log\n' "$target" "$OUT" "$target"
		rm -rf "$found"
		return 1
	fi
	"$OUT/$target" -merge=1 -max_len=4096 "tests/fuzz/corpus/$target" "$found" &>>"$OUT/$target.log"
	rm -rf "$found"
	runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$OUT/$target.log")
	printf '%-24s %s s, %s runs, no finding\n' "$target" "$seconds" "$runs"
}

main() {
	local seconds=$1 target running=0 failed=0 cores
	shift
	cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
	cores=$(nproc)
	printf 'int LLVMFuzzerTestOneInput(void) { return 0; }\n' |
		clang -x c -fsanitize=fuzzer -o /dev/null - || {
		printf 'run.sh: fuzzing needs clang and its libFuzzer: apt-get install clang libclang-rt-14-dev\n' >&2
		return 1
	}
	mkdir -p "$OUT/findings"
	build "$@"
	for target in "$@"; do
		if ((running == cores)); then
			wait -n || failed=1
			running=$((running - 1))
		fi
		fuzz "$seconds" "$target" &
		running=$((running + 1))
	done
	while ((running > 0)); do
		wait -n || failed=1
		running=$((running - 1))
	done
	return "$failed"
}

main "$@"
