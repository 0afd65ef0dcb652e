#!/usr/bin/env bash
# stress_test.sh [MACHINE_ID] [OPTION...] - the clients of this machine, as
# config/stress_test.conf says, against the servers of config/client_stress.conf.
# Every OPTION of stress_client beats the conf files: --num-clients 50,
# --requests-per-client 200, --conf FILE, ... (stress_client --help).
#
# Results: METRICS_OUTPUT_DIR/machine_N_*. Those of this machine's last run are
# moved to METRICS_OUTPUT_DIR/previous/ first. Ctrl-C ends the clients and keeps
# what they measured; the exit code is the worst of the clients'.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/processes.sh
source "${here%/*}/lib/processes.sh"

work=$(mktemp --directory)
view='' # the pid of live_view

at_exit() {
	end_clients
	[[ -z $view ]] || kill "$view" 2>/dev/null || true
	rm -rf -- "$work"
}
trap at_exit EXIT

# How many processes share the clients: one per core, if nothing else is said.
process_count() {
	local count=${PROCESSES:-}
	if [[ -n ${CLIENTS_PER_PROCESS:-} ]]; then
		count=$(((NUM_CLIENTS + CLIENTS_PER_PROCESS - 1) / CLIENTS_PER_PROCESS))
	fi
	[[ -n $count ]] || count=$(nproc)
	printf '%d\n' "$((count < NUM_CLIENTS ? count : NUM_CLIENTS))"
}

# The pauses of one client in all; its requests themselves come on top.
expected_seconds() {
	bc <<<"$REQUESTS_PER_CLIENT * ($MIN_DELAY_MS + $MAX_DELAY_MS) / 2 / 1000"
}

banner() {
	local seconds
	seconds=$(expected_seconds)
	cat <<-END
		==================================
		CloudP2P Stress Test Configuration
		==================================
		Machine ID:         $MACHINE_ID
		Number of Clients:  $NUM_CLIENTS
		Requests/Client:    $REQUESTS_PER_CLIENT
		Min Delay (ms):     $MIN_DELAY_MS
		Max Delay (ms):     $MAX_DELAY_MS
		Image Directory:    $IMAGE_DIRECTORY
		Client Config:      ${CLIENT_CONFIG:-none}
		Metrics Output:     $METRICS_OUTPUT_DIR
		Test Duration:      ${DURATION:+at most $DURATION, }~$seconds seconds
		==================================

	END
}

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

# Everything that can be known to be wrong before the first client starts.
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
	[[ ${DRIVER:-cloudp2p} == cloudp2p && -z ${URL[*]} ]] || return 0
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
	old=("$METRICS_OUTPUT_DIR/machine_${MACHINE_ID}_"*)
	rm -f -- "$METRICS_OUTPUT_DIR/previous/machine_${MACHINE_ID}_"*
	shopt -u nullglob
	((${#old[@]} == 0)) || mv -- "${old[@]}" "$METRICS_OUTPUT_DIR/previous"
}

# view_run PROCESSES: shows the run on stderr until the last process has ended.
view_run() {
	local -a view_options=(--processes "$1" --title "stress_test${DRIVER:+  $DRIVER}  $NUM_CLIENTS clients")
	if [[ -n ${DURATION:-} ]]; then
		view_options+=(--duration "$DURATION")
	else
		view_options+=(--planned "$((NUM_CLIENTS * REQUESTS_PER_CLIENT))")
	fi
	[[ $NO_COLOR == false ]] || view_options+=(--no-color)
	setsid "$BIN/live_view" "${view_options[@]}" \
		"$METRICS_OUTPUT_DIR/machine_${MACHINE_ID}_timeline.jsonl" </dev/null &
	view=$!
}

run() {
	local processes run_id code
	processes=$(process_count)
	TZ=UTC0 printf -v run_id '%(%Y-%m-%dT%H:%M:%SZ)T-%04x' -1 "$RANDOM"
	printf 'Starting %d clients in %d processes...\n\n' "$NUM_CLIENTS" "$processes"
	start_processes 0 "$((processes - 1))" "$work" "$CLIENT_BINARY" "$@" --quiet --processes "$processes" \
		--run-id "${RUN_ID:-$run_id}" --seed "${SEED:-$RANDOM}" --process
	view_run "$processes"
	wait_for "$clients"
	give_time 2 "$view"
	code=$(worst_code)
	printf '\nResults: %s/machine_%d_*\n' "$METRICS_OUTPUT_DIR" "$MACHINE_ID"
	printf 'Report:  %s\n' "$ROOT/scripts/aggregate_metrics.sh"
	return "$code"
}

main() {
	local conf
	[[ ${1-} != -h && ${1-} != --help ]] || usage
	conf=$(conf_path stress_test.conf)
	local -a options=(--conf "$conf")
	if [[ ${1-} =~ ^[0-9]+$ ]]; then
		options+=(--machine-id "$1")
		shift
	fi
	options+=("$@")
	need_program stress_client live_view
	# These have no default: what the environment calls so is not meant.
	unset DURATION PROCESSES CLIENTS_PER_PROCESS CLIENT_CONFIG RUN_ID SEED
	read_conf stress_client "${options[@]}"
	banner
	check
	move_away_last_run
	run "${options[@]}"
}

main "$@"
