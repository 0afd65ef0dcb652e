#!/usr/bin/env bash
# ringstorm COMMAND [ARGUMENT...] - run one of ringstorm's scripts: `ringstorm
# demo` is scripts/demo.sh. Each tells more with --help. The commands are:
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"

commands() {
	local script
	for script in "${here%/*}"/*.sh; do
		script=${script##*/}
		[[ $script == ringstorm.sh ]] || printf '  %s\n' "${script%.sh}"
	done
}

main() {
	local command=${1:-} known
	known=$(commands)
	case $command in
		-h | --help)
			sed --quiet '2,/^[^#]/s/^# \{0,1\}//p' "$SELF"
			printf '%s\n' "$known"
			return
			;;
		'' | *[!a-z_]*) die 2 "name a command; there are:"$'\n'"$known" ;;
	esac
	[[ -x ${here%/*}/$command.sh ]] ||
		die 2 "there is no command '$command'; there are:"$'\n'"$known"
	shift
	exec "${here%/*}/$command.sh" "$@"
}

main "$@"
