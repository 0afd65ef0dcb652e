#!/usr/bin/env bash
# test.sh [--quick] - install what the tests need, build, and run every test:
# formatting, units, fuzz corpora, programs, the whole flow, and all but the
# last again under both sanitizer builds. Goes on after a failure, lists the
# failures at the end, and closes with the line `N passed, N failed`.
#
#   --quick   leave the sanitizer builds out
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"

# Where tests/tap.sh adds up: "N passed, N failed" lines, and one line for each
# failure.
TALLY=$(mktemp)
export TALLY

at_exit() {
	rm -f -- "$TALLY"
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

# close: the failures, and the sum as the very last line.
close() {
	local found
	found=$(failures)
	[[ -z $found ]] || printf '\nfailures:\n%s\n' "$found"
	awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }
		END { printf "\n%d passed, %d failed\n", passed, failed
			exit failed > 0 || passed == 0 }' "$TALLY"
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
	step "formatting" "${make[@]}" lint
	suites "tests" "${make[@]}" --keep-going check
	suites "flow" "${make[@]}" flow
	for sanitizer in "${sanitizers[@]}"; do
		step "build for $sanitizer" "${make[@]}" --jobs="$cores" SAN="$sanitizer" build
		suites "tests under $sanitizer" "${make[@]}" --keep-going SAN="$sanitizer" check
	done
	close
}

main "$@"
