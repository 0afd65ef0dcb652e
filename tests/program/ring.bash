# ring.bash - a ring of real servers on this machine, each started as users do
# (scripts/start_server.sh), and the conf file of its faults: `load ring` after
# helpers.
# shellcheck shell=bash disable=SC2034 # set for the tests

# make_ring [N]: N servers (3) in $ring, a folder of the test's own, and
# $ring/fault_sim.conf with short times. Nothing runs yet.
make_ring() {
	local count=${1:-3} id other
	local -a ports
	ring=$BATS_TEST_TMPDIR/ring
	servers=$count
	mkdir -p "$ring/config" "$ring/logs"
	mapfile -t ports < <(free_ports "$count")
	printf '%s\n' FAULT_INTERVAL_SECS=0.1 RESTART_DELAY_SECS=0.5 NUM_CYCLES=1 \
		"LOG_FILE='$ring/fault_events.log'" >"$ring/fault_sim.conf"
	for ((id = 1; id <= count; id++)); do
		{
			printf 'ID=%d\nADDRESS="127.0.0.1:%d"\nPEERS=(' "$id" "${ports[id - 1]}"
			for ((other = 1; other <= count; other++)); do
				((other == id)) || printf ' "%d@127.0.0.1:%d"' "$other" "${ports[other - 1]}"
			done
			printf ' )\n'
		} >"$ring/config/server$id.conf"
		add_server "$id" "WORK_DIR=. '$PROJECT/scripts/start_server.sh' $id"
	done
}

# add_server ID START_COMMAND: to the conf file.
add_server() {
	cat >>"$ring/fault_sim.conf" <<-END
		SERVER_$1_HOST=local
		SERVER_$1_WORK_DIR='$ring'
		SERVER_$1_CONFIG=config/server$1.conf
		SERVER_$1_BINARY='$BIN/ring_server'
		SERVER_$1_START_COMMAND="$2"
	END
}

start_ring() {
	local id
	for ((id = 1; id <= servers; id++)); do
		WORK_DIR=$ring "$PROJECT/scripts/start_server.sh" "$id" 3>&-
	done
}

# stop_ring: and whatever timers are left of its faults.
stop_ring() {
	local file timer
	[[ -n ${ring-} ]] || return 0
	for timer in "$ring"/logs/ringstorm_undo/*.timer; do
		[[ ! -e $timer ]] || kill -KILL -- "-$(cut --delimiter=' ' --fields=1 "$timer")" 2>/dev/null || true
	done
	for file in "$ring"/logs/server_*.pid; do
		[[ -e $file ]] || continue
		kill -CONT "$(cat "$file")" 2>/dev/null || true
		stop_process "$(cat "$file")"
	done
}

pid_of() {
	cat "$ring/logs/server_$1.pid"
}

# answers ID: that server does.
answers() {
	"$BIN/ring_server" --conf "$ring/config/server$1.conf" --ping >/dev/null 2>&1
}

# faults OPTION...: fault_ring on this ring.
faults() {
	"$BIN/fault_ring" --conf "$ring/fault_sim.conf" --quiet "$@" 3>&-
}

# start_faults OPTION...: the same in the background: $faults, $ring/out.
start_faults() {
	env --default-signal=HUP,INT "$BIN/fault_ring" --conf "$ring/fault_sim.conf" --quiet "$@" >"$ring/out" 2>&1 3>&- &
	faults=$!
}

said() {
	grep --quiet -- "$1" "$ring/out"
}

# events FILTER: of fault_events.jsonl, as one JSON array.
events() {
	jq --slurp --raw-output "$1" "$ring/fault_events.jsonl"
}

armed() {
	compgen -G "$ring/logs/ringstorm_undo/*.sh" >/dev/null
}

# no_trace: nothing armed, no timer left.
no_trace() {
	! armed && ! pgrep --full "sh logs/ringstorm_undo/server_.*$(events 'last.run_id')" >/dev/null
}
