#!/usr/bin/env bash
# layers.sh - three tests, as TAP: every #include obeys the arrows (program ->
# wire -> lib, never the other way and never from program to program), the code
# uses no function that this project does not use, and no large library but
# through the header that loads it when it is needed.
set -euo pipefail
shopt -s inherit_errexit

bad=''
failed=''

complain() {
	printf '# %s\n' "$1"
	bad=yes
}

# verdict NUMBER PROMISE: of what was complained about since the last one.
verdict() {
	printf '%sok %d - %s\n' "${bad:+not }" "$1" "$2"
	failed+=$bad
	bad=''
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
	[[ -z $uses ]] || complain "${uses//$'\n'/$'\n# '}"
}

check_libraries() {
	local includes
	includes=$(grep -rnE '#include <(curl|openssl)/' src | grep -vE '^src/lib/lib(curl|ssl)\.h:' || true)
	[[ -z $includes ]] || complain "${includes//$'\n'/$'\n# '}"
}

main() {
	cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
	printf '1..3\n'
	check_includes
	verdict 1 "every include obeys the layers"
	check_functions
	verdict 2 "no function is used that this project does not use"
	check_libraries
	verdict 3 "libcurl and OpenSSL are loaded only where they are used"
	[[ -z $failed ]]
}

main "$@"
