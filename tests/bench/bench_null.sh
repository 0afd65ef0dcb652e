#!/usr/bin/env bash
# bench_null.sh - what the engine itself costs: the driver that does nothing.
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source=tests/bench/ring.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/ring.bash"

requests=20000000

main() {
	local threads ns empty_kb idle_bytes rate p50 p99
	for threads in 1 2; do
		measure --driver null --threads "$threads" --num-clients "$threads" --requests-per-client "$requests"
		ns=$((cpu_us * 1000 / ok))
		printf '%d thread(s): %d ns of CPU a request (at most 250)\n' "$threads" "$ns"
	done
	measure --driver null --threads 1 --rate 10000000 --duration 3s --generator-check off
	printf '1 thread, open loop, as fast as it can: %d ns of CPU a request, of %d sent\n' "$((cpu_us * 1000 / ok))" "$ok"
	for rate in 5000 20000; do
		measure --driver null --threads 1 --rate "$rate" --duration 5s
		read -r p50 p99 < <("$BIN/aggregate" --figures 'lag_p50 lag_p99' "$work/metrics")
		printf '1 thread, open loop, %d/s: lag p50 %s us, p99 %s us (at most 30 and 100), %s us of CPU a request\n' \
			"$rate" "$(bc <<<"$p50 * 1000 / 1")" "$(bc <<<"$p99 * 1000 / 1")" "$(bc <<<"scale=1; $cpu_us / $ok")"
	done
	measure --driver null --num-clients 1 --requests-per-client 1
	empty_kb=$peak_kb
	measure --driver null --num-clients 10000 --ramp-ms 1h --duration 2s --requests-per-client 1
	idle_bytes=$(((peak_kb - empty_kb) * 1024 / 10000))
	printf '10,000 idle virtual clients: %d bytes each (at most 8,192)\n' "$idle_bytes"
	measure --driver null --num-clients 10000 --requests-per-client 100 --min-delay-ms 1 --max-delay-ms 100
	idle_bytes=$(((peak_kb - empty_kb) * 1024 / 10000))
	printf '10,000 virtual clients with 100 requests each on record: %d bytes each\n' "$idle_bytes"
}

main
