#!/usr/bin/env bash
# bench_client.sh - CPU time of the client for one verified request to a ring of
# one node.
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source=tests/bench/ring.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/ring.bash"

# say WHAT LIMIT: the figures of the last run.
say() {
	local ms
	ms=$(per_request)
	printf '%s: %s ms of CPU a request (at most %s), %d ok, %d failed, peak %d kB\n' \
		"$1" "$ms" "$2" "$ok" "$failed" "$peak_kb"
}

main() {
	convert "$PROJECT/test_images/medium.jpg" -resize '612x405!' -quality 90 "$work/cover.jpg"

	start_ring --cover-image "$work/cover.jpg"
	measure --server-addresses "$address" --image-directory "$work/37kB" --num-clients 1 --requests-per-client 500
	say "1 client, 37 kB in a cover of 612x405" 2.6
	stop_ring

	start_ring --workers 2
	measure --server-addresses "$address" --image-directory "$PROJECT/test_images" --image-mix small.png=1 \
		--num-clients 100 --requests-per-client 10
	say "100 clients, small.png" 6
	stop_ring
}

main
