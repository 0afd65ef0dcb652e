#!/usr/bin/env bash
# bench_null.sh - what the engine itself costs: the driver that does nothing.
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source=tests/bench/ring.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/ring.bash"

requests=20000000

main() {
	local threads ns empty_kb idle_bytes
	for threads in 1 2; do
		measure --driver null --threads "$threads" --num-clients "$threads" --requests-per-client "$requests"
		ns=$((cpu_us * 1000 / ok))
		printf '%d thread(s): %d ns of CPU a request (at most 250)\n' "$threads" "$ns"
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
