#!/usr/bin/env bash
# test.sh [--quick] - install what the tests need, build, and run every test:
# formatting, units, fuzz corpora, programs, the whole flow, and all but the
# last again under both sanitizer builds. Goes on after a failure, lists the
# failures at the end, and closes with the line `N passed, N failed`.
#
#   --quick   leave the sanitizer builds out
#
# Most tests mostly wait. So those of the flow, and then those under one of the
# sanitizers, run beside the rest; what they print comes when they have ended.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"

work=$(mktemp --directory)
beside='' # the pid of what runs beside the rest

# Where tests/tap.sh adds up: "N passed, N failed" lines, and one line for each
# failure.
TALLY=$work/tally
export TALLY
: >"$TALLY"

at_exit() {
	[[ -z $beside ]] || kill -- "-$beside" 2>/dev/null || true
	rm -rf -- "$work"
}
trap at_exit EXIT

# step NAME COMMAND...: the command as a test of its own.
step() {
	local name=$1
	shift
	printf '\n== %s\n' "$name"
	if "$@"; then
		printf '1 passed, 0 failed\n' >>"$TALLY"
	else
		printf '%s: %s\n0 passed, 1 failed\n' "$name" "$*" >>"$TALLY"
	fi
}

failures() {
	grep --invert-match --extended-regexp '^[0-9]+ passed, [0-9]+ failed$' "$TALLY" || true
}

# suites NAME COMMAND...: a command that runs suites by tests/tap.sh. When it
# fails without one of them having said so, that is a failure too.
suites() {
	local name=$1 before after
	shift
	printf '\n== %s\n' "$name"
	before=$(failures)
	if ! "$@"; then
		after=$(failures)
		[[ $before != "$after" ]] ||
			printf '%s: %s\n0 passed, 1 failed\n' "$name" "$*" >>"$TALLY"
	fi
}

# start_beside COMMAND...: in the background, with a tally and a process group of
# its own.
start_beside() {
	: >"$work/tally_beside"
	set -m
	TALLY=$work/tally_beside "$@" >"$work/beside" 2>&1 </dev/null &
	set +m
	beside=$!
}

# end_beside: waits for it; its output and its tally join ours.
end_beside() {
	wait "$beside" || printf 'what ran beside the rest ended with %d\n0 passed, 1 failed\n' "$?" >>"$TALLY"
	beside=''
	cat -- "$work/beside"
	cat -- "$work/tally_beside" >>"$TALLY"
}

# close: the failures, and the sum as the very last line.
close() {
	local found
	found=$(failures)
	[[ -z $found ]] || printf '\nfailures:\n%s\n' "$found"
	awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }
		END { printf "\n%d passed, %d failed\n", passed, failed
			exit failed > 0 || passed == 0 }' "$TALLY"
}

# long_suites SANITIZER...: those that wait most, and the tests under these.
long_suites() {
	local sanitizer
	suites "flow" "${make[@]}" flow
	for sanitizer in "$@"; do
		suites "tests under $sanitizer" "${make[@]}" --keep-going SAN="$sanitizer" check
	done
}

main() {
	local cores sanitizer
	local -a make=(make --no-print-directory) sanitizers=('address,undefined' thread)
	case ${1-} in
		'') ;;
		--quick) sanitizers=() ;;
		-h | --help) usage ;;
		*) die 2 "unknown argument '$1' (there is --quick)" ;;
	esac
	"$ROOT/scripts/setup.sh" --tests
	cores=$(nproc)
	step "build with gcc" "${make[@]}" --jobs="$cores" CI=1 build
	step "build with clang" "${make[@]}" --jobs="$cores" CI=1 CC=clang OUT=bin/.clang build
	for sanitizer in "${sanitizers[@]}"; do
		step "build for $sanitizer" "${make[@]}" --jobs="$cores" SAN="$sanitizer" build
	done
	start_beside long_suites "${sanitizers[@]:1}"
	step "formatting" "${make[@]}" lint
	suites "tests" "${make[@]}" --keep-going check
	for sanitizer in "${sanitizers[@]:0:1}"; do
		suites "tests under $sanitizer" "${make[@]}" --keep-going SAN="$sanitizer" check
	done
	end_beside
	close
}

main "$@"
