#!/usr/bin/env bash
# bench_ring_server.sh - CPU of a server per request (assignment, task, ack) and its
# memory so far, with the pictures of test_images and a generated carrier.
set -euo pipefail
shopt -s inherit_errexit

readonly BIN=${BIN:-bin}
work=$(mktemp --directory)
server=''

at_exit() {
	[[ -z $server ]] || kill "$server" 2>/dev/null || true
	rm -rf -- "$work"
}
trap at_exit EXIT

cpu_ms() {
	awk -v hertz="$(getconf CLK_TCK)" '{ print ($14 + $15) * 1000 / hertz }' "/proc/$server/stat"
}

# measure PICTURE CLIENTS REQUESTS
measure() {
	local before after
	mkdir "$work/$1.d"
	cp "$here/../../test_images/$1" "$work/$1.d"
	before=$(cpu_ms)
	"$BIN/stress_client" --server-addresses "$address" --num-clients "$2" --requests-per-client "$3" \
		--min-delay-ms 0 --max-delay-ms 0 --image-directory "$work/$1.d" --quiet \
		--metrics-output-dir "$work/$1.out" >/dev/null
	after=$(cpu_ms)
	printf '%-11s %5d requests, %2d at a time   %8.2f ms of CPU each   peak memory %s\n' "$1" $(($2 * $3)) "$2" \
		"$(bc <<<"scale=2; ($after - $before) / ($2 * $3)")" \
		"$(awk '/^VmHWM/ { printf "%.1f MB", $2 / 1024 }' "/proc/$server/status")"
}

main() {
	here=$(dirname -- "${BASH_SOURCE[0]}")
	address=127.0.0.1:$(python3 -c 'import socket
print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
	"$BIN/ring_server" --id 1 --address "$address" --log-file "$work/log" &
	server=$!
	until "$BIN/ring_server" --id 1 --address "$address" --ping &>/dev/null; do
		kill -0 "$server"
	done
	measure small.png 4 100
	measure medium.jpg 4 20
	measure large.png 4 5
}

main "$@"
