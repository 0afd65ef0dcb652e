#!/usr/bin/env bash
# run_distributed.sh [OPTION...] - stress_test.sh on every machine that
# CLIENT_MACHINES in config/aggregate.conf names, all at one moment, as machines
# 1, 2, ... of one run. Shows what they print. A lost connection ends nothing; where
# STOP_WHEN ends the run on one machine, it ends on all.
# Ctrl-C ends them all and keeps what they measured; the exit code is the worst.
#
#   --deploy            first copy programs, scripts, config/ and test_images/ there
#   --deploy-only       and start nothing
#   --check-only        start nothing; see that each machine could, with these options
#   --attach            start nothing; show the runs that go on there (Ctrl-C ends them)
#   --machines FILE     instead of config/aggregate.conf
#   --start-in SECONDS  all start so long from now (10)
#   --start-at UNIX_MS  or at this moment of the clock here
#   --run-id ID         names the run
#   --share             clients and rate are those of the whole test: each machine
#                       takes its share. So it is with --conf config/scenarios/...
#
# All other options are those of stress_test.sh on the machines: --num-clients 50,
# --conf FILE, ... The project's folder there is the one that holds the metrics.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/processes.sh
source "${here%/*}/lib/processes.sh"
# shellcheck source=scripts/lib/load.sh
source "${here%/*}/lib/load.sh"
# shellcheck source=scripts/lib/cost.sh
source "${here%/*}/lib/cost.sh"

work=$(mktemp --directory)

at_exit() {
	rm -rf -- "$work"
}
trap at_exit EXIT

# on_all VERB: on all machines at once; its status is the worst.
on_all() {
	local code
	output_options=(--line-buffer --tagstring '[{}]')
	start_processes 1 "${#CLIENT_MACHINES[@]}" "$work" "$BASH" "$ROOT/scripts/lib/machine.sh" "$1" "$work"
	wait_for "$clients"
	clients=''
	code=$(worst_code)
	return "$code"
}

# take_options ARGUMENT...: sets the variables of main.
take_options() {
	while (($# > 0)); do
		case $1 in
			--deploy) deploy=yes ;;
			--deploy-only) verb=deploy ;;
			--check-only) check_only=yes ;;
			--attach) verb=attach ;;
			--machines | --start-in | --start-at | --run-id)
				(($# > 1)) || die 2 "$1 needs a value"
				case $1 in
					--machines) conf=$2 ;;
					--start-in) start_in=$2 ;;
					--start-at) start_at=$2 ;;
					*) run_id=$2 ;;
				esac
				shift
				;;
			-h | --help) usage ;;
			--share) share=yes ;;
			*)
				[[ $1 != *scenarios/*.conf ]] || share=yes
				options+=("$1")
				;;
		esac
		shift
	done
	[[ $start_in =~ ^[0-9]{1,6}$ ]] || die 2 "--start-in $start_in: a number of seconds"
	[[ $start_at =~ ^[0-9]*$ ]] || die 2 "--start-at $start_at: a moment in Unix milliseconds"
}

# check_places: two names may mean one folder, whose files would count twice.
check_places() {
	local number place
	local -A known=()
	for number in "${!CLIENT_MACHINES[@]}"; do
		place=$(<"$work/place_$((number + 1))")
		[[ -z ${known[$place]:-} ]] ||
			die 2 "${known[$place]} and ${CLIENT_MACHINES[number]} are the same folder; name it once in CLIENT_MACHINES"
		known[$place]=${CLIENT_MACHINES[number]}
	done
}

list_machines() {
	local number
	for number in "${!CLIENT_MACHINES[@]}"; do
		printf '[%d] %s\n' "$((number + 1))" "${CLIENT_MACHINES[number]}"
	done
	printf '\n'
}

main() {
	local conf='' verb=run deploy='' start_in=10 start_at='' run_id='' share='' check_only=''
	local -a options=()
	take_options "$@"
	[[ -n $conf ]] || conf=$(conf_path aggregate.conf)
	need parallel ssh tar sha256sum pgrep
	need_program aggregate
	read_conf aggregate --conf "$conf"
	((${#CLIENT_MACHINES[@]} > 0)) || die 2 "$conf names no CLIENT_MACHINES"
	printf '%s\n' "${CLIENT_MACHINES[@]}" >"$work/machines"
	list_machines
	if [[ $verb == run ]]; then
		estimate_cost "${#CLIENT_MACHINES[@]}" "${options[@]}"
		[[ -n $run_id ]] || new_run_id
		printf '%s\n' "$run_id" >"$work/run_id"
		[[ -z $deploy ]] || on_all deploy
		[[ -z $share ]] || options+=(--machines "${#CLIENT_MACHINES[@]}")
		: >"$work/options"
		((${#options[@]} == 0)) || printf '%s\0' "${options[@]}" >"$work/options"
		on_all check
		check_places
		[[ -z $check_only ]] || return 0
		[[ -n $start_at ]] || start_at=$(($(date +%s%3N) + start_in * 1000))
		printf '%s\n' "$start_at" >"$work/start_at"
		printf 'Run %s starts at %(%H:%M:%S)T; machines: %d\n\n' "$run_id" "$((start_at / 1000))" "${#CLIENT_MACHINES[@]}"
	fi
	on_all "$verb"
}

main "$@"
