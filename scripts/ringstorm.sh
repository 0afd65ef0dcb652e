#!/usr/bin/env bash
# ringstorm COMMAND [ARGUMENT...] - run one of ringstorm's scripts or programs:
# `ringstorm demo` is scripts/demo.sh, `ringstorm aggregate` is bin/aggregate. Each
# tells more with --help. The commands are:
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"

readonly PROGRAMS=(aggregate collect_metrics compare cost fault_ring host_probe live_view notify
	relay_probe ring_server stress_client)

# is_program NAME
is_program() {
	[[ " ${PROGRAMS[*]} " == *" $1 "* ]]
}

commands() {
	local script
	for script in "${here%/*}"/*.sh; do
		script=${script##*/}
		[[ $script == ringstorm.sh ]] || printf '  %s\n' "${script%.sh}"
	done
	printf '  %s\n' "${PROGRAMS[@]}"
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
	# shellcheck disable=SC2310 # its status is the answer
	if is_program "$command"; then
		need_program "$command"
		exec "$BIN/$command" "${@:2}"
	fi
	[[ -x ${here%/*}/$command.sh ]] ||
		die 2 "there is no command '$command'; there are:"$'\n'"$known"
	shift
	exec "${here%/*}/$command.sh" "$@"
}

main "$@"
