#!/usr/bin/env bash
# check.sh TARGET... - run the corpus of every fuzz target as a plain test
# (corpus.c): TARGET is the built program, its corpus is corpus/NAME here.
set -euo pipefail
shopt -s inherit_errexit

main() {
	local target here result=0
	here=$(dirname -- "${BASH_SOURCE[0]}")
	for target in "$@"; do
		printf '# %s\n' "${target##*/}"
		timeout 300 "$target" "$here/corpus/${target##*/}" 2>&1 || result=1
	done
	return "$result"
}

main "$@"
