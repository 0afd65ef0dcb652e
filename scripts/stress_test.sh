#!/usr/bin/env bash
# stress_test.sh [MACHINE_ID] [OPTION...] - the clients of this machine, as
# config/stress_test.conf says, against the servers of config/client_stress.conf.
# Every OPTION of stress_client beats the conf files: --num-clients 50,
# --requests-per-client 200, ... (stress_client --help). For example:
#
#   --url http://server:8080/            against a web server instead
#   --conf config/scenarios/NAME.conf    with a load of another shape
#   --scale 0.02                         and that shorter, for a try
#
# Results: METRICS_OUTPUT_DIR/machine_N_*, and host_N.jsonl: what the machine did
# meanwhile (not with HOST_PROBE=no). Those of this machine's last run are
# moved to METRICS_OUTPUT_DIR/previous/ first. Ctrl-C ends the clients and keeps
# what they measured; the exit code is the worst of the clients'.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/processes.sh
source "${here%/*}/lib/processes.sh"
# shellcheck source=scripts/lib/load.sh
source "${here%/*}/lib/load.sh"
# shellcheck source=scripts/lib/checks.sh
source "${here%/*}/lib/checks.sh"
# shellcheck source=scripts/lib/beside.sh
source "${here%/*}/lib/beside.sh"

work=$(mktemp --directory)

at_exit() {
	end_clients
	end_beside
	rm -rf -- "$work"
}
trap at_exit EXIT

# A folder never holds two runs of one machine; they may be more files than fit on a
# command line.
move_away_last_run() (
	local -a of_ours=('(' -name "machine_${MACHINE_ID}_*" -o -name "host_$MACHINE_ID.jsonl*" ')')
	cd -- "$METRICS_OUTPUT_DIR"
	find previous -maxdepth 1 "${of_ours[@]}" -delete
	find . -maxdepth 1 "${of_ours[@]}" -exec mv --target-directory=previous -- {} +
)

# tell_early_end: that a condition has ended the run; run_distributed.sh heeds it.
tell_early_end() {
	! grep --quiet --no-messages --fixed-strings '"stopped":' \
		"$METRICS_OUTPUT_DIR/machine_${MACHINE_ID}_timeline.jsonl" ||
		printf '\nEnded early: a condition of STOP_WHEN was met\n'
}

# run DRIVER OPTION...
run() {
	local driver=$1 processes run_id code load
	shift
	processes=$(process_count)
	load=$(rate_words)
	load=${load:-$((NUM_CLIENTS / MACHINES)) clients}
	[[ -z $RATE ]] || load="$(calculated "$RATE / $MACHINES") requests/s"
	new_run_id
	printf 'Starting %s in %d process%s...\n\n' "$load" "$processes" "$( ((processes == 1)) || printf es)"
	sample_machine
	start_processes 0 "$((processes - 1))" "$work" "$CLIENT_BINARY" "$@" --quiet --processes "$processes" \
		--run-id "${RUN_ID:-$run_id}" --seed "${SEED:-$RANDOM}" --process
	end_with_us "$work"
	view_run "$driver" "$processes"
	wait_for "$clients"
	give_time 2 "$view"
	code=$(worst_code)
	tell_early_end
	printf '\nResults: %s/machine_%d_*\n' "$METRICS_OUTPUT_DIR" "$MACHINE_ID"
	# Whoever names the run makes its report.
	[[ -n ${RUN_ID:-} ]] || printf 'Report:  %s\n' "$ROOT/scripts/aggregate_metrics.sh"
	return "$code"
}

main() {
	local conf driver
	[[ ${1-} != -h && ${1-} != --help ]] || usage
	conf=$(conf_path stress_test.conf)
	local -a words options=(--conf "$conf")
	if [[ ${1-} =~ ^[0-9]+$ ]]; then
		options+=(--machine-id "$1")
		shift
	fi
	here_or_installed "$@"
	options+=("${words[@]}")
	need_program stress_client live_view host_probe
	# These have no default: what the environment calls so is not meant.
	unset DURATION PROCESSES CLIENTS_PER_PROCESS CLIENT_CONFIG RUN_ID SEED
	read_conf stress_client "${options[@]}"
	driver=$(driver_name)
	banner "$driver"
	check "$driver" "${options[@]}"
	move_away_last_run
	run "$driver" "${options[@]}"
}

main "$@"
