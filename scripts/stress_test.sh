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

work=$(mktemp --directory)
view=''  # the pid of live_view
probe='' # and of host_probe

at_exit() {
	end_clients
	[[ -z $view ]] || kill "$view" 2>/dev/null || true
	[[ -z $probe ]] || kill "$probe" 2>/dev/null || true
	rm -rf -- "$work"
}
trap at_exit EXIT

# At least one server takes connections; those that do not are named.
check_servers() {
	local address answered=''
	for address in "${SERVER_ADDRESSES[@]}"; do
		# shellcheck disable=SC2310 # its status is the answer
		if answers "$address"; then
			answered=yes
		else
			warn "$address does not answer"
		fi
	done
	[[ -n $answered ]] ||
		die 1 "no server answered: start them (scripts/start_server.sh ID), or name others in SERVER_ADDRESSES"
}

# check_target OPTION...: it is there and answers, as stress_client asks it.
check_target() {
	local status=0
	"$CLIENT_BINARY" "$@" --check >"$work/check" || status=$?
	((status == 0)) || {
		cat -- "$work/check" >&2
		exit "$status"
	}
}

# check DRIVER OPTION...: everything that can be known to be wrong before the first
# client starts.
check() {
	local -a pictures
	need parallel bc flock pgrep
	[[ -x $CLIENT_BINARY ]] || die 1 "$CLIENT_BINARY is not there; build it with: make -C $ROOT"
	if ! { mkdir --parents -- "$METRICS_OUTPUT_DIR/previous" &&
		exec {lock}>"$METRICS_OUTPUT_DIR/previous/.machine_$MACHINE_ID.lock"; }; then
		die 1 "cannot write to METRICS_OUTPUT_DIR $METRICS_OUTPUT_DIR"
	fi
	flock --nonblock "$lock" ||
		die 1 "machine $MACHINE_ID has a stress test running into $METRICS_OUTPUT_DIR already"
	if [[ $1 != cloudp2p ]]; then
		check_target "${@:2}"
		return
	fi
	shopt -s nullglob
	pictures=("$IMAGE_DIRECTORY"/*.{png,jpg,jpeg})
	shopt -u nullglob
	((${#pictures[@]} > 0)) || die 2 "no picture (png, jpg, jpeg) in IMAGE_DIRECTORY $IMAGE_DIRECTORY"
	check_servers
}

# A folder never holds two runs of one machine.
move_away_last_run() {
	local -a old
	shopt -s nullglob
	old=("$METRICS_OUTPUT_DIR/machine_${MACHINE_ID}_"* "$METRICS_OUTPUT_DIR/host_$MACHINE_ID.jsonl"*)
	rm -f -- "$METRICS_OUTPUT_DIR/previous/machine_${MACHINE_ID}_"* \
		"$METRICS_OUTPUT_DIR/previous/host_$MACHINE_ID.jsonl"
	shopt -u nullglob
	((${#old[@]} == 0)) || mv -- "${old[@]}" "$METRICS_OUTPUT_DIR/previous"
}

# tell_early_end: that a condition has ended the run; run_distributed.sh heeds it.
tell_early_end() {
	! grep --quiet --no-messages --fixed-strings '"stopped":' \
		"$METRICS_OUTPUT_DIR/machine_${MACHINE_ID}_timeline.jsonl" ||
		printf '\nEnded early: a condition of STOP_WHEN was met\n'
}

# view_run DRIVER PROCESSES: shows the run on stderr until the last process has
# ended.
view_run() {
	local size="$NUM_CLIENTS clients" seconds phase
	[[ -z $RATE ]] || size="$RATE/s"
	local -a view_options=(--processes "$2" --title "stress_test  $1  $size")
	seconds=$(phases_seconds)
	if [[ -n ${DURATION:-} ]]; then
		view_options+=(--duration "$DURATION")
	elif [[ -n $seconds ]]; then
		view_options+=(--duration "${seconds}s")
	elif ((REQUESTS_PER_CLIENT > 0)); then
		view_options+=(--planned "$((NUM_CLIENTS * REQUESTS_PER_CLIENT / MACHINES))")
	fi
	for phase in "${PHASES[@]}"; do
		view_options+=(--phases "$phase")
	done
	[[ $NO_COLOR == false ]] || view_options+=(--no-color)
	setsid "$BIN/live_view" "${view_options[@]}" \
		"$METRICS_OUTPUT_DIR/machine_${MACHINE_ID}_timeline.jsonl" </dev/null {alive}>&- &
	view=$!
}

# sample_machine: until this script has ended, however it does.
sample_machine() {
	local client=${CLIENT_BINARY##*/}
	[[ $HOST_PROBE == true ]] || return 0
	# shellcheck disable=SC2312 # tail ends by our end
	setsid "$BIN/host_probe" --name "machine_$MACHINE_ID" --process "$client" --until-eof \
		--output "$METRICS_OUTPUT_DIR/host_$MACHINE_ID.jsonl" \
		< <(exec tail --pid="$$" --sleep-interval=0.2 --follow /dev/null 2>/dev/null {lock}>&-) \
		>/dev/null {lock}>&- &
	probe=$!
}

# run DRIVER OPTION...
run() {
	local driver=$1 processes run_id code load
	shift
	processes=$(process_count)
	load="$((NUM_CLIENTS / MACHINES)) clients"
	[[ -z $RATE ]] || load="$(calculated "$RATE / $MACHINES") requests/s"
	new_run_id
	printf 'Starting %s in %d processes...\n\n' "$load" "$processes"
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
	printf 'Report:  %s\n' "$ROOT/scripts/aggregate_metrics.sh"
	return "$code"
}

main() {
	local conf driver
	[[ ${1-} != -h && ${1-} != --help ]] || usage
	conf=$(conf_path stress_test.conf)
	local -a options=(--conf "$conf")
	if [[ ${1-} =~ ^[0-9]+$ ]]; then
		options+=(--machine-id "$1")
		shift
	fi
	options+=("$@")
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
