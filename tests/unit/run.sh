#!/usr/bin/env bash
# run.sh TEST... - run cmocka programs, each for TAP; prints one line a test and
# a total. Fails when one fails, or when one ends without its plan.
set -euo pipefail
shopt -s inherit_errexit

main() {
	CMOCKA_MESSAGE_OUTPUT=TAP prove --exec '' "$@"
}

main "$@"
