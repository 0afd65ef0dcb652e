#!/usr/bin/env bats
# What aggregate writes for HdrHistogram's tools, read by another
# implementation, hdr-histogram-js.

setup_file() {
	load ../program/helpers
	NODE_PATH=$("$PROJECT/tests/lab/node_peer.sh")
	export NODE_PATH
}

setup() {
	load ../program/helpers
	load ../program/support
	export LC_ALL=C.UTF-8
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	stop_servers
}

theirs() {
	node "$PROJECT/tests/lab/formats_theirs.js" "$@"
}

# loaded [ARGUMENT...]: a server is loaded, and the run in metrics/ becomes
# report.json, run.hgrm, run.hlog.
loaded() {
	serve_http
	# How well this machine keeps up is not what is tested here.
	"$BIN/stress_client" --url "$url" --duration 3s --timeline-ms 500 --generator-check off \
		--metrics-output-dir metrics "$@" >client.log 2>&1
	"$BIN/aggregate" --hgrm run.hgrm --hlog run.hlog --json metrics >report.json
}

@test "an open loop's log of intervals is in sum its percentiles, to both libraries" {
	loaded --rate 1000/s --max-clients 20
	theirs sum service <run.hlog | diff run.hgrm -
	theirs sum response <run.hlog | diff run.response.hgrm -
	(($(wc --lines <run.hgrm) > 20))
	theirs log service <run.hlog >seen
	[[ $(wc --lines <seen) -ge 6 && $(cut --delimiter=' ' --fields=3 seen | paste --serial --delimiters=+ | bc) -eq $(jq .successful_requests report.json) ]]
	[[ $(head --lines=1 seen | cut --delimiter=' ' --fields=1) -eq $(jq .start_unix_ms report.json) ]]
}

@test "a closed loop's service times are the response times, and stand there once" {
	loaded --num-clients 4 --min-delay-ms 1 --max-delay-ms 5
	theirs sum service <run.hlog | diff run.hgrm -
	[[ ! -e run.response.hgrm ]]
	theirs log response <run.hlog | run ! grep .
	# What their output shows at a percentile is what ours says in JSON.
	p50=$(jq .latency_stats.median_ms report.json)
	theirs sum service <run.hlog | awk -v p50="$p50" '$2 == "0.500000000000" { found = ($1 - p50 <= 0.0051 && p50 - $1 <= 0.0051) } END { exit !found }'
}

@test "intervals without a request and without a machine are read all the same" {
	mkdir metrics
	python3 "$PROJECT/tests/lab/fault_files.py" ring metrics
	"$BIN/aggregate" --hgrm run.hgrm --hlog run.hlog --json metrics >report.json
	theirs sum service <run.hlog | diff run.hgrm -
	theirs log service <run.hlog | grep --quiet ' 0 0$'
}
