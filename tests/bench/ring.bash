# ring.bash - what the benches of whole programs share.
# shellcheck shell=bash disable=SC2034 # the figures are for the benches

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
BIN=${BIN:-$PROJECT/bin}
work=$(mktemp --directory)
server=''

at_exit() {
	if [[ -n $server ]]; then
		kill "$server" 2>/dev/null || true
		wait "$server" || true
	fi
	rm -rf -- "$work"
}
trap at_exit EXIT
mkdir "$work/37kB"
head --bytes=36734 "$PROJECT/test_images/medium.jpg" >"$work/37kB/secret.jpg"

# start_ring OPTION...: a ring of one node; its address is in $address.
start_ring() {
	local port deadline=$((SECONDS + 20))
	port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
	address=127.0.0.1:$port
	"$BIN/ring_server" --id 1 --address "$address" --log-file "$work/server.log" "$@" &
	server=$!
	until "$BIN/stress_client" --check --server-addresses "$address" --image-directory "$work/37kB" \
		--assignment-timeout-ms 500 >/dev/null 2>&1; do
		((SECONDS < deadline)) || {
			printf 'the ring did not come to life\n' >&2
			exit 1
		}
		sleep 0.1
	done
}

stop_ring() {
	kill "$server"
	wait "$server" || true
	server=''
}

# measure OPTION...: one run of stress_client; sets cpu_us (user and system),
# peak_kb, elapsed_s, ok and failed.
measure() {
	local user system
	rm -rf -- "$work/metrics"
	/usr/bin/time --format '%U %S %M %e' --output "$work/time" "$BIN/stress_client" --quiet \
		--min-delay-ms 0 --max-delay-ms 0 --ramp-ms 0 --metrics-output-dir "$work/metrics" "$@" || true
	read -r user system peak_kb elapsed_s < <(tail --lines=1 "$work/time")
	cpu_us=$(bc <<<"($user + $system) * 1000000 / 1")
	ok=$(jq --slurp 'map(.ok) | add' "$work/metrics/machine_1_timeline.jsonl")
	failed=$(jq --slurp 'map(.failed) | add' "$work/metrics/machine_1_timeline.jsonl")
}

# per_request: CPU time of the client for a request that was answered, in ms.
per_request() {
	bc <<<"scale = 2; $cpu_us / $ok / 1000"
}
