# shellcheck shell=bash
# demo_ring.sh - for demo.sh: a ring of three servers on this machine and what
# breaks them, with conf files, logs and pid files in the demo's folder ($FOLDER).

readonly SERVERS=3
addresses=()
faults='' # the pid of fault_ring
lock=''   # the descriptor of the demo's lock

# The usual ports 8001 to 8003 or, where one is taken, the next three that are all
# free: of another demo's a server may be down just now.
choose_addresses() {
	local first port
	for ((first = 8001; first + SERVERS <= 9000; first += SERVERS)); do
		addresses=()
		for ((port = first; port < first + SERVERS; port++)); do
			# shellcheck disable=SC2310 # its status is the answer
			! answers "127.0.0.1:$port" || continue 2
			addresses+=("127.0.0.1:$port")
		done
		return 0
	done
	die 1 "no $SERVERS free ports in a row between 8001 and 9000"
}

write_server_confs() {
	local id other
	for ((id = 1; id <= SERVERS; id++)); do
		{
			printf 'ID=%d\nADDRESS="%s"\nPEERS=(' "$id" "${addresses[id - 1]}"
			for ((other = 1; other <= SERVERS; other++)); do
				((other == id)) || printf ' "%d@%s"' "$other" "${addresses[other - 1]}"
			done
			printf ' )\nHEARTBEAT_INTERVAL=200ms\nMONITOR_INTERVAL=200ms\nFAILURE_TIMEOUT=1s\nLOG_FILE="logs/server_%d.log"\n' "$id"
		} >"$FOLDER/config/server$id.conf"
	done
}

# start_ring CHECK...: the servers, and then the command until it succeeds: the
# ring has one leader and does what it is for.
start_ring() {
	local id deadline
	for ((id = 1; id <= SERVERS; id++)); do
		# The lock is the demo's alone, also if it is killed and they are not.
		env WORK_DIR="$FOLDER" "$ROOT/scripts/start_server.sh" "$id" \
			>"$FOLDER/logs/start_$id.txt" 2>&1 {lock}>&- || {
			cat "$FOLDER/logs/start_$id.txt" >&2
			die 1 "server $id does not start; see $FOLDER/logs/server_$id.log"
		}
	done
	deadline=$((SECONDS + 30))
	until "$@" >"$FOLDER/check.txt" 2>&1; do
		if ((SECONDS >= deadline)); then
			cat "$FOLDER/check.txt" >&2
			die 1 "the ring is not ready after 30 s; see $FOLDER/logs"
		fi
		sleep 0.1
	done
}

# stop_ring: also what an earlier demo that was killed has left running.
stop_ring() {
	local id
	for ((id = 1; id <= SERVERS; id++)); do
		[[ -e $FOLDER/logs/server_$id.pid ]] || continue
		env WORK_DIR="$FOLDER" "$ROOT/scripts/stop_server.sh" "$id" >/dev/null ||
			warn "server $id could not be stopped; see $FOLDER/logs/server_$id.log"
	done
}

# write_fault_conf CHECK...: kill each server once; the command tells that the ring
# is whole.
write_fault_conf() {
	local id
	{
		printf 'START_AFTER=6s\nFAULT_INTERVAL_SECS=7\nRESTART_DELAY_SECS=2\nNUM_CYCLES=1\n'
		printf 'LOG_FILE="%s"\nREADY_COMMAND="%s"\n' "$FOLDER/fault_events.log" "$*"
		for ((id = 1; id <= SERVERS; id++)); do
			printf 'SERVER_%d_%s\n' "$id" "HOST=local" "$id" "CONFIG=config/server$id.conf" \
				"$id" "WORK_DIR=\"$PWD/$FOLDER\"" "$id" "BINARY=\"$BIN/ring_server\"" \
				"$id" "READY_ADDRESS=\"${addresses[id - 1]}\"" \
				"$id" "START_COMMAND=\"env WORK_DIR='$PWD/$FOLDER' '$ROOT/scripts/start_server.sh' $id\""
		done
	} >"$FOLDER/config/fault_sim.conf"
}

# start_faults: in the background, in a session of its own as the clients are.
start_faults() {
	setsid "$BIN/fault_ring" --conf "$FOLDER/config/fault_sim.conf" --quiet \
		</dev/null &>"$FOLDER/fault_simulation.txt" {lock}>&- &
	faults=$!
	printf '%d\n' "$faults" >"$FOLDER/faults.pid"
}

# stop_faults: also those of a demo that was killed. It heals before it ends; what
# it could not heal is healed by another.
stop_faults() {
	local pid program deadline=$((SECONDS + 20))
	[[ -e $FOLDER/faults.pid ]] || return 0
	pid=$(<"$FOLDER/faults.pid")
	program=$(readlink "/proc/$pid/exe") || program=''
	[[ $program != */fault_ring ]] || kill -TERM "$pid" 2>/dev/null || true
	while [[ $program == */fault_ring && -e /proc/$pid/exe ]] && ((SECONDS < deadline)); do
		sleep 0.05
	done
	"$BIN/fault_ring" --conf "$FOLDER/config/fault_sim.conf" --heal {lock}>&- &>"$FOLDER/heal.txt" ||
		warn "not all servers could be healed; see $FOLDER/heal.txt"
	rm --force -- "$FOLDER/faults.pid"
}
