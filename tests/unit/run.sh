#!/usr/bin/env bash
# run.sh PROGRAM... - run cmocka programs one after another, each for TAP and
# each for at most five minutes. Goes on after one that failed or crashed.
set -euo pipefail
shopt -s inherit_errexit

main() {
	local program status result=0 errors
	errors=$(mktemp)
	# shellcheck disable=SC2064 # the name as it is now
	trap "rm -f '$errors'" EXIT
	for program in "$@"; do
		status=0
		printf '# %s\n' "${program#*/unit/}"
		CMOCKA_MESSAGE_OUTPUT=TAP timeout 300 "$program" 2>"$errors" || status=$?
		sed 's/^/# /' "$errors"
		if ((status != 0)); then
			printf '# %s ended with status %d\n' "$program" "$status"
			result=1
		fi
	done
	return "$result"
}

main "$@"
