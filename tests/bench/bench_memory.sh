#!/usr/bin/env bash
# bench_memory.sh - peak memory of the client: many clients, large pictures.
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source=tests/bench/ring.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/ring.bash"

main() {
	local shared_kb clients

	start_ring --workers 2
	measure --server-addresses "$address" --image-directory "$work/37kB" --num-clients 1000 \
		--requests-per-client 2 --request-timeout-ms 5m
	printf '1,000 clients, 37 kB: %d kB (at most 102,400), %d ok, %d failed\n' "$peak_kb" "$ok" "$failed"

	for clients in 1 100; do
		measure --server-addresses "$address" --image-directory "$PROJECT/test_images" \
			--image-mix large.png=1 --num-clients "$clients" --requests-per-client 1 --request-timeout-ms 10m
		shared_kb=$(($(stat --format=%s "$PROJECT/test_images/large.png") * 46 / 10 / 1024))
		printf '%d client(s), large.png: %d kB, of which the picture and its shared array about %d kB; %d ok, %d failed\n' \
			"$clients" "$peak_kb" "$shared_kb" "$ok" "$failed"
	done
	measure --server-addresses 127.0.0.1:1 --image-directory "$work/37kB" --num-clients 1000 \
		--requests-per-client 1000 --duration 5s --leader-wait-ms 10 --assignment-pause-ms 10
	printf '1,000 clients, every connection refused: %d kB, %d requests failed in 5 s\n' "$peak_kb" "$failed"
	stop_ring
}

main
