# shellcheck shell=bash disable=SC2154 # what it needs is set by stress_test.sh
# beside.sh - for stress_test.sh: what goes on beside the clients.

view=''  # the pid of live_view
probe='' # and of host_probe

# view_run DRIVER PROCESSES: shows the run on stderr until the last process has
# ended.
view_run() {
	local size seconds phase
	size=$(rate_words)
	size=${size:-$NUM_CLIENTS clients}
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

# end_beside: at the script's end, however it comes.
end_beside() {
	[[ -z $view ]] || kill "$view" 2>/dev/null || true
	[[ -z $probe ]] || kill "$probe" 2>/dev/null || true
}
