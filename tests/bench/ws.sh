#!/usr/bin/env bash
# ws.sh [--quick] - what WebSocket messages cost the client, beside HTTP requests
# of the same client, what a connection that rests costs it, and how fast a
# thousand clients join a relay. The client has one core, the server the other;
# runs of both drivers take turns, and what counts is the median of the pairs.
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source=tests/bench/http.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/http.bash"

pairs=7
slice=2

# start_ws OPTION...: the tests' WebSocket server; sets $address.
start_ws() {
	rm -f -- "$work/port"
	taskset --cpu-list "$SERVER_CORE" "$SUPPORT/ws_server" "$@" >"$work/port" &
	servers+=("$!")
	wait_for "$work/port"
	address=ws://127.0.0.1:$(head --lines=1 "$work/port")
}

# pair CONNECTIONS: client CPU of a message by that of a request; leaves the
# message's in our_us.
pair() {
	local i ws http
	start_server --body-bytes 9
	http=$address
	start_ws
	ws=$address
	rm -f -- "$work/ratios" "$work/messages"
	for ((i = 0; i < pairs; i++)); do
		ours --url "$ws/" --num-clients "$1" --duration "${slice}s"
		per_request >>"$work/messages"
		our_us=$(per_request)
		ours --url "$http/" --num-clients "$1" --duration "${slice}s"
		bc <<<"scale = 3; $our_us / $(per_request)" >>"$work/ratios"
	done
	our_us=$(median <"$work/messages")
	judge "echo, $1 connections, by a request's" 1.30 "$(median <"$work/ratios")" \
		"$our_us us against $(per_request) us"
	stop_server
	stop_server
}

# peak_with CLIENTS OPTION...: peak memory of a run whose clients only hold
# their connections, in kB.
peak_with() {
	local clients=$1
	shift
	spend "$BIN/stress_client" --quiet --threads 1 --metrics-output - --num-clients "$clients" --duration 5s \
		--ramp-ms 2000 "$@"
	printf '%s\n' "$peak_kb"
}

# idle NAME BAR CLIENTS OPTION...: bytes of each client that rests, all that it
# has: its stack, its statistics, its connection.
idle() {
	local name=$1 bar=$2 clients=$3 one all
	shift 3
	one=$(peak_with 1 "$@")
	all=$(peak_with "$clients" "$@")
	judge "$name" "$bar" "$(((all - one) * 1024 / clients))" "$clients clients, $all kB"
}

resting() {
	local most
	most=$(ulimit -H -n)
	most=$((most == 0 || most > 10100 ? 10000 : most - 100))
	printf '\n'
	row "bytes of a client that rests" bar measured '' ''
	start_ws
	idle "ws, after one message" 10240 "$most" --url "$address/" --min-delay-ms 1h --max-delay-ms 1h
	stop_server
	start_ws --role tonk
	# A stack of one page, and 4 KB beside it.
	idle "tonk, joined" 8192 1000 --driver tonk --url "$address/" --ops-per-minute 0
	stop_server
}

joining() {
	local ms
	start_ws --role tonk
	spend "$BIN/stress_client" --quiet --threads 1 --metrics-output - --timeline-ms 100 --driver tonk \
		--url "$address/" --num-clients 1000 --ramp-ms 0 --duration 3s --ops-per-minute 0
	ms=$(jq --slurp 'map(select(.schema == "ringstorm-interval/1")) | .[0].from_unix_ms as $begin |
		map(select(.connections.joined == 1000))[0] | .from_unix_ms + .length_ms - $begin' "$work/out")
	printf '\n'
	judge "ms until 1,000 tonk clients have joined" 1500 "${ms:-99999}" "to 100 ms"
	stop_server
}

main() {
	[[ ${1:-} != --quick ]] || pairs=3 slice=1
	ulimit -S -n "$(ulimit -H -n)"
	row "client CPU per message" bar measured '' ''
	pair 64
	judge "  messages on a core: us of CPU each" 10 "$our_us" "$(bc <<<"1000000 / $our_us") a second"
	pair 1000
	resting
	joining
}

main "$@"
