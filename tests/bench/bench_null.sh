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
	day
}

# day: memory does not grow with what is recorded. As many requests as 20,000/s
# are in a day, as fast as they go, against a hundredth of them.
day() {
	local share_kb
	measure --driver null --threads 1 --num-clients 64 --requests-per-client 270k --timeline-ms 100 --generator-check off
	share_kb=$peak_kb
	measure --driver null --threads 1 --num-clients 64 --requests-per-client 27M --timeline-ms 100 --generator-check off
	printf "a day's requests at 20,000/s, %d in %.0f s: %d kB, after a hundredth of them %d kB\n" \
		"$ok" "$elapsed_s" "$peak_kb" "$share_kb"
}

main
