#!/usr/bin/env bats
# Ready-made loads, and the search for the largest one, against a web server.
load ../program/helpers
load ../program/support

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	stop_servers
}

# new_year: its five minutes in six seconds, ten intervals a second.
new_year() {
	"$BIN/stress_client" --url "$url" --conf "$PROJECT/config/scenarios/new_year.conf" --scale 0.02 \
		--timeline-ms 100 --ramp-ms 0 --generator-check off --quiet --metrics-output-dir metrics
}

intervals() {
	jq --slurp --exit-status "map(select(.length_ms >= 50 and .last != true)) | .[0].from_unix_ms as \$begin | $1" \
		metrics/machine_1_timeline.jsonl
}

# spike_in_time: of phases of 1.2, 1.2 and 3.6 s.
spike_in_time() {
	rm -rf metrics
	new_year && intervals 'map(select(.phase == "spike")) | (.[0].from_unix_ms - $begin | . >= 1150 and . <= 1250)
		and (map(.length_ms) | add | . >= 1100 and . <= 1300)'
}

@test "new_year has its spike at the right second, with the right height, and nothing is lost" {
	serve_http
	in_one_of 3 spike_in_time
	# Each phase has its own number of clients.
	intervals 'map(select(.phase == "before").target) | unique == [500]'
	intervals 'map(select(.phase == "spike").target) | unique == [1500]'
	intervals 'map(select(.phase == "sustained").target) | unique == [1000]'
	# The requests follow the clients, once the first burst of each phase is over.
	intervals 'def rate(from; to): map(select(.from_unix_ms - $begin >= from and .from_unix_ms - $begin < to))
			| (map(.ok) | add) * 1000 / (map(.length_ms) | add);
		rate(600; 1200) as $before | (rate(1800; 2400) / $before | . > 2.4 and . < 3.7)
		and (rate(3000; 5900) / $before | . > 1.6 and . < 2.5)'
	"$BIN/aggregate" --output-dir report metrics
	jq --exit-status '.total_requests > 15000 and .failed_requests == 0 and .merge.counts_in == .merge.counts_out
		and (.phases | map([.name, .target_first, .target_last])
			== [["before", 500, 500], ["spike", 1500, 1500], ["sustained", 1000, 1000]])' report/final_report.json
}

@test "stress_test.sh puts a web server under a scenario, in processes that share it" {
	serve_http
	WORK_DIR=$BATS_TEST_TMPDIR run "$PROJECT/scripts/stress_test.sh" --conf "$PROJECT/config/scenarios/rps_500.conf" \
		--url "$url" --scale 0.005 --client-config '' --client-binary "$BIN/stress_client" --generator-check off
	expect_status 0
	expect_text "Stress Test Configuration (http)" "Target:             $url" "Rate:               500/s, poisson" \
		"Test Duration:      3.3 seconds"
	served "$server_pid" "$server_output"
	# 0.3 s to 500/s, and 3 s of it; the target was asked once before.
	((requests > 1350 && requests < 1850))
	"$BIN/aggregate" --output-dir report metrics
	jq --exit-status --argjson requests "$requests" \
		'.total_requests == $requests - 1 and .failed_requests == 0' report/final_report.json
}

@test "find_capacity.sh finds the limit of a server that has one within 5 %" {
	serve_http --limit 1500/s
	# In 3 s a queue that makes half of them wait for 45 ms is 3 % too much. The median
	# bears a machine that now and then has no time.
	run "$PROJECT/scripts/find_capacity.sh" --url "$url" --from 1100/s --precision 4% --level 3s \
		--thresholds 'p50 < 45ms' --generator-check off
	expect_status 0
	[[ ${lines[-1]} =~ ^The\ knee:\ ([0-9]+)/s ]]
	((BASH_REMATCH[1] >= 1425 && BASH_REMATCH[1] <= 1575))
}
