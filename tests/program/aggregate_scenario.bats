#!/usr/bin/env bats
# The folder of a scenario's run that aggregate writes.
load helpers
load support

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	stop_servers
}

# machine ID OPTION...: its part of one run, against a server of which every tenth
# answer fails.
machine() {
	"$BIN/stress_client" --url "$url" --machine-id "$1" --machines 2 --run-id one --num-clients 9 --max-delay-ms 10 \
		--phases 'warmup 300ms 3' --phases 'sustained 500ms 9' --timeline-ms 100 --ramp-ms 0 \
		--generator-check off --quiet --metrics-output-dir metrics
}

# What host_probe says of machine 2, and of the clients there.
host() {
	printf '{"schema":"ringstorm-sample/1","source":"host","name":"machine_2","t_unix_ms":%s,"values":{"memory.used_bytes":5000,"proc.rss_bytes":%d}}\n' \
		"$(date +%s%3N)" $((50 * 1024 * 1024))
}

# A relay whose memory grows by 8 MB a sample, and which says so by itself.
relay() {
	local i now
	now=$(date +%s%3N)
	for ((i = 0; i < 12; i++)); do
		printf '{"schema":"ringstorm-sample/1","source":"relay","name":"big","t_unix_ms":%d,"values":{"memory.rss":%d,"connections":9}}\n' \
			"$((now + i * 100))" "$(((100 + 8 * i) * 1024 * 1024))"
	done
}

scenario() {
	serve_http --fail-percent 10%
	mkdir metrics
	relay >metrics/probe_relay.jsonl
	host >metrics/host_2.jsonl
	machine 1 &
	machine 2
	wait $!
	"$BIN/aggregate" --scenario-dir folder/small-1 metrics >report.txt
	cd folder/small-1 || return
}

@test "every file of the guide is there, and their sums agree" {
	local operations errors
	scenario
	operations=$(jq .summary.totalOperations summary.json)
	errors=$(jq .summary.totalErrors summary.json)
	((operations > 100 && errors > operations / 20))
	jq --exit-status --argjson all "$operations" --argjson errors "$errors" '
		([.workerStats[].operations] | add) == $all and ([.workerStats[].errors] | add) == $errors
		and ([.phases[].metrics.operations] | add) == $all and ([.phases[].metrics.errors] | add) == $errors
		and (.errorReport | .totalErrors == $errors and ([.errorsByType[]] | add) == $errors
			and ([.errorsByWorker[]] | add) == $errors and ([.errorsByPhase[]] | add) == $errors)' summary.json
	[[ $(tail --lines=1 metrics.csv | cut --delimiter=, --fields=4) == "$operations" ]]
	jq --exit-status --argjson all "$operations" --argjson errors "$errors" '
		(.workers | length) == 2 and ([.workers[].operations | .completed + .failed] | add) == $all
		and ([.workers[].errors.types[]] | add) == $errors' worker-metrics.json
	jq --exit-status --argjson ok "$((operations - errors))" '
		.service | .count == $ok and ([.buckets[][1]] | add) == $ok' latency-distribution.json
	python3 "$PROJECT/tests/lab/page_check.py" report.html >page.json
	jq --exit-status --argjson all "$operations" --argjson errors "$errors" 'def n: gsub(","; "") | tonumber;
		([.tables.machines[][2] | n] | add) == $all and ([.tables.failures[][1] | n] | add) == $errors' page.json
}

@test "connections are those that had been begun, and never fewer for a load that fell" {
	serve_http
	"$BIN/stress_client" --url "$url" --num-clients 10 --max-delay-ms 10 --phases 'low 300ms 2' --phases 'high 300ms 100%' \
		--phases 'rest 300ms 0%' --timeline-ms 100 --ramp-ms 0 --generator-check off --quiet --metrics-output-dir metrics
	"$BIN/aggregate" --scenario-dir . metrics
	[[ $(sed --quiet '2p' metrics.csv | cut --delimiter=, --fields=2) == 2 ]]
	[[ $(sed --quiet '8p' metrics.csv | cut --delimiter=, --fields=2) == 10 ]]
	[[ $(jq .summary.peakConnections summary.json) == 10 ]]
}

@test "what relay and machines said of themselves is there, and how the memory of the relay grew" {
	scenario
	jq --exit-status '.relays | length == 1 and (.[0] | .name == "big" and .samples == 12
		and (.metrics["memory.rss"] | .min == 104857600 and (.values | length) == 12))' relay-metrics.json
	# From the mean of the first three samples to that of the last three.
	jq --exit-status '.summary.relayMemoryGrowth == 72' summary.json
	[[ $(head --lines=1 metrics.csv) == "Timestamp,Connections,Healthy Connections,Operations,Ops/sec,Error Rate,P50 Latency,P95 Latency,P99 Latency,Relay RSS (MB),Worker RSS (MB)" ]]
	tail --lines=1 metrics.csv | grep --extended-regexp ',1[0-9]{2}\.00,50\.00$'
	jq --exit-status '.workers[1].memory == {"rss": {"mean": 52428800, "max": 52428800}, "hostUsed": {"mean": 5000, "max": 5000}}
		and .workers[0].memory == {}' worker-metrics.json
}

@test "how the memory grew is not told of a relay that was hardly asked" {
	serve_http
	mkdir metrics
	machine 1
	relay | head --lines=3 >metrics/probe_relay.jsonl
	run "$BIN/aggregate" --scenario-dir folder metrics
	jq --exit-status '.relays[0].samples == 3' folder/relay-metrics.json
	[[ $(jq .summary.relayMemoryGrowth folder/summary.json) == null ]]
}

@test "without relay or timeline the files are there all the same" {
	"$BIN/stress_client" --driver null --num-clients 2 --requests-per-client 2 --quiet --metrics-output-dir metrics
	rm metrics/*timeline*
	"$BIN/aggregate" --scenario-dir alone metrics
	cd alone
	jq --exit-status '.scenario == "alone" and .summary.totalOperations == 4 and .summary.relayMemoryGrowth == null' summary.json
	jq --exit-status '.relays == []' relay-metrics.json
	[[ $(wc --lines <metrics.csv) == 1 ]]
}

@test "a folder that cannot be made is an error that says so" {
	"$BIN/stress_client" --driver null --num-clients 1 --requests-per-client 1 --quiet --metrics-output-dir metrics
	: >file
	run "$BIN/aggregate" --scenario-dir file/folder metrics
	expect_status 1
	expect_text "file is no folder"
}
