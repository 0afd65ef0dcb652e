#!/usr/bin/env bash
# layers.sh - fail if an #include breaks the rule: program -> wire -> lib, never
# the other way and never from program to program; or if the code uses a
# function that this project does not use.
set -euo pipefail
shopt -s inherit_errexit

bad=0

complain() {
	printf '%s\n' "$1" >&2
	bad=1
}

check_includes() {
	local includes file line text from to
	includes=$(grep -rn '^#include "' src)
	while IFS=: read -r file line text; do
		from=${file#src/}
		from=${from%%/*}
		to=${text#*\"}
		to=${to%%/*}
		case $from:$to in
			"$to:$to" | *:lib) ;;
			lib:*) complain "$file:$line: lib may not include $to" ;;
			*:wire) ;;
			*) complain "$file:$line: $from may not include $to" ;;
		esac
	done <<<"$includes"
}

check_functions() {
	local uses
	uses=$(grep -rnwE '(sprintf|strcpy|strcat|atoi|gets|strtok|system|popen|signal)\(' src || true)
	[[ -z $uses ]] || complain "$uses"
}

main() {
	cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
	check_includes
	check_functions
	exit "$bad"
}

main "$@"
