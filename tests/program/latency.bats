#!/usr/bin/env bats
# What stress_client reports is what the server did: against servers that answer
# after a known time, and one that stops for two seconds.
load helpers
load support

teardown() {
	stop_servers
}

# first COMMAND...: before all else that the machine has to do, where that is
# allowed: what others do to the two cores of a test machine is no latency of
# the server's, nor an error of the client's.
first() {
	if chrt --fifo 10 true 2>/dev/null; then
		exec chrt --fifo 10 "$@"
	fi
	exec "$@"
}

# measure OPTION...: a run against $url; its records are $records, a fresh
# report's figures are to be had by `figures`.
measure() {
	records=$BATS_TEST_TMPDIR/records
	(first timeout 60 "$BIN/stress_client" --quiet --url "$url" --ramp-ms 0 --metrics-output - "$@") >"$records"
}

# figures NAME...: of $records, blanks between; how they are judged is not asked.
figures() {
	"$BIN/aggregate" --figures "$*" "$records" 2>/dev/null || true
}

# within LOW HIGH VALUE...: each is.
within() {
	awk -v low="$1" -v high="$2" 'BEGIN {
		for (i = 3; i < ARGC; i++)
			if (ARGV[i] + 0 < low || ARGV[i] + 0 > high || ARGV[i] !~ /^[0-9.]+$/)
				exit 1
	}' "$@"
}

# Sanitized builds, in folders of their own, are no instruments.
if [[ $BIN == */.* ]]; then
	readonly TOLERANCE=5 FROZEN_RATE=500 FROZEN_MOST=8000 FROZEN=(--max-clients 40)
else
	readonly TOLERANCE=0.3 FROZEN_RATE=5000 FROZEN_MOST=2500 FROZEN=()
fi

# expect_delay MS OPTION...: in a run of 1 s, p50 and p99 are within 0.3 ms of the
# truth, which is the delay; on a machine that is busy with other things, it is
# what the simplest client saw at the same time, if that is more. What others do
# strikes the one or the other: of up to ten runs one must show the truth. What is
# wrong with the client is wrong in all of them.
expect_delay() {
	local delay=$1 attempt seen=''
	local -a found simple
	shift
	start_server first "$BIN/.obj/support/http_server" --delay "${delay}ms"
	for attempt in {1..10}; do
		(first "$BIN/.obj/support/ruler" "$port" "$((delay > 2 ? 90 : 400))" 1) >"$BATS_TEST_TMPDIR/ruler" 3>&- &
		measure --duration 1s "$@"
		wait "$!"
		read -r -a simple <"$BATS_TEST_TMPDIR/ruler"
		read -r -a found < <(figures p50 p99 response_p50 response_p99)
		seen+="run $attempt: ${found[*]}; the simplest client: ${simple[*]}"$'\n'
		if is_true "${simple[0]}" "${found[0]}" "${found[2]}" && is_true "${simple[1]}" "${found[1]}" "${found[3]}"; then
			printf '%s' "$seen"
			return
		fi
	done
	printf 'p50 p99 response_p50 response_p99 in ms, of %s ms:\n%s' "$delay" "$seen"
	return 1
}

# is_true SIMPLE VALUE...: of $delay and what the simplest client saw.
is_true() {
	local most
	most=$(bc <<<"if ($1 > $delay) $1 + $TOLERANCE else $delay + $TOLERANCE")
	shift
	within "$delay" "$most" "$@"
}

@test "an open loop sees a server of 1 ms as one of 1 ms" {
	expect_delay 1 --rate 500/s --max-clients 50
}

@test "an open loop sees a server of 10 ms as one of 10 ms" {
	expect_delay 10 --rate 500/s --max-clients 50
}

@test "a closed loop sees a server of 1 ms as one of 1 ms" {
	expect_delay 1 --num-clients 4 --min-delay-ms 5 --max-delay-ms 10
}

@test "a closed loop sees a server of 10 ms as one of 10 ms" {
	expect_delay 10 --num-clients 4 --min-delay-ms 0 --max-delay-ms 0
}

@test "a server that freezes for 2 s shows in the response time, and no request is missing" {
	local -a found
	serve_http --freeze-at 4s --freeze-for 2s
	measure --rate "$FROZEN_RATE/s" --duration 10s "${FROZEN[@]}"
	read -r -a found < <(figures p99 response_p99 service_p90 requests skipped)
	printf 'p99 response_p99 service_p90 requests skipped: %s\n' "${found[*]}"
	# By default, without a flag: p99 is what the users felt.
	within 1900 "$FROZEN_MOST" "${found[0]}" "${found[1]}"
	within 0 100 "${found[2]}"
	((found[3] + found[4] == 10 * FROZEN_RATE))
	# What the report adds up stands in the records.
	[[ $(jq --slurp 'map(select(.schema | startswith("ringstorm-client")).aggregated_stats.planned_requests) | add' "$records") == $((10 * FROZEN_RATE)) ]]
}
