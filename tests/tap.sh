#!/usr/bin/env bash
# tap.sh SUITE COMMAND... - run one suite, whose output is TAP (one document, or
# several in a row, each beginning with its plan), and hold it to its word: a
# plan that is not fulfilled, a missing plan, a skip other than the one expected
# and an exit status that no failed test explains are failures too. Ends with a
# line of its own; with the environment variable TALLY it adds the figures to that
# file as well.
set -euo pipefail
shopt -s inherit_errexit

# Kernels of small machines lack the module; then that the preflight says so is the
# test.
readonly EXPECTED_SKIP='this kernel has no netem'

main() {
	local suite=$1 here
	shift
	here=$(dirname -- "${BASH_SOURCE[0]}")
	{ "$@" || printf '\n#status %d\n' "$?"; } </dev/null |
		awk -v suite="$suite" -v tally="${TALLY:-/dev/null}" -v expected_skip="$EXPECTED_SKIP" -f "$here/tap.awk"
}

main "$@"
