#!/usr/bin/env bats
# run_scenario.sh from its checks to its report, on this machine and on two that are
# folders of it.
load ../program/helpers
load ../program/support

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export WORK_DIR=$BATS_TEST_TMPDIR
	make_conf .
}

teardown() {
	[[ -z ${scenario-} ]] || stop_process "$scenario"
	stop_servers
}

# make_conf FOLDER: of a client machine.
make_conf() {
	mkdir --parents "$1/config"
	printf 'CLIENT_BINARY="%s"\nGENERATOR_CHECK=off\nRAMP_MS=0\n' "$BIN/stress_client" >"$1/config/stress_test.conf"
}

run_scenario() {
	run timeout 120 "$PROJECT/scripts/run_scenario.sh" "$@"
	folder=$(echo metrics/*-*Z)
}

# sums_agree: of all files of the folder.
sums_agree() {
	local operations errors
	operations=$(jq .summary.totalOperations "$folder/summary.json")
	errors=$(jq .summary.totalErrors "$folder/summary.json")
	[[ $(tail --lines=1 "$folder/metrics.csv" | cut --delimiter=, --fields=4) == "$operations" ]]
	jq --exit-status --argjson all "$operations" '([.workerStats[].operations] | add) == $all
		and ([.phases[].metrics.operations] | add) == $all' "$folder/summary.json"
	jq --exit-status --argjson all "$operations" '([.workers[].operations | .completed + .failed] | add) == $all' \
		"$folder/worker-metrics.json"
	jq --exit-status --argjson ok "$((operations - errors))" '.service.count == $ok and ([.service.buckets[][1]] | add) == $ok' \
		"$folder/latency-distribution.json"
	jq --exit-status --argjson all "$operations" '.total_requests == $all' "$folder/final_report.json"
}

@test "baseline of a relay, shortened: all phases, and every file of the guide, whose sums agree" {
	local file
	start_server "$BIN/.obj/support/ws_server" --role tonk
	run_scenario baseline --driver tonk --url "ws://127.0.0.1:$port/" --scale 0.006 \
		--relay "${url}metrics" --relay-interval 200ms
	expect_status 0
	expect_text "===== CHECK =====" "===== DEPLOY =====" "===== LOAD: warmup rampup sustained cooldown =====" \
		"===== REPORT =====" "VERDICT: PASSED" "===== TEAR-DOWN =====" "Everything: $folder"
	for file in summary.json metrics.csv relay-metrics.json worker-metrics.json latency-distribution.json report.html test.log; do
		[[ -s $folder/$file ]]
	done
	sums_agree
	jq --exit-status '.scenario == "baseline" and .status == "passed" and .summary.peakConnections == 100
		and ([.phases[].phase] == ["warmup", "rampup", "sustained", "cooldown"])' "$folder/summary.json"
	jq --exit-status '.relays[0] | .samples >= 20 and .metrics.connections.max == 100
		and (.metrics["memory.rss"].values | length) >= 20' "$folder/relay-metrics.json"
	jq --exit-status '.workers[0].memory.rss.max > 0' "$folder/worker-metrics.json"
	[[ $(head --lines=1 "$folder/metrics.csv") == Timestamp,Connections,* ]]
	grep --quiet "VERDICT: PASSED" "$folder/test.log"
	grep --quiet "===== TEAR-DOWN =====" "$folder/test.log"
	# Nothing of it goes on.
	run ! pgrep --full "relay_probe.*$url"
}

@test "two machines share the load, and both are in the folder" {
	make_conf one
	make_conf two
	printf 'CLIENT_MACHINES=( "%s/one/metrics" "%s/two/metrics" )\n' "$PWD" "$PWD" >config/aggregate.conf
	serve_http
	run_scenario baseline --url "$url" --scale 0.002
	expect_status 0
	expect_text "[1]" "[2]" "Number of Clients:  100, shared by 2 machines"
	sums_agree
	jq --exit-status '[.workers[] | .workerId, .clients] == ["machine_1", 50, "machine_2", 50]' "$folder/worker-metrics.json"
}

@test "machines that cannot make the load are exit code 1" {
	make_conf one
	sed --in-place 's#^CLIENT_BINARY=.*#CLIENT_BINARY=/no/such/program#' one/config/stress_test.conf
	"$BIN/stress_client" --driver null --num-clients 1 --requests-per-client 1 --metrics-output-dir one/metrics --quiet
	printf 'CLIENT_MACHINES=( "%s/one/metrics" "%s/two/metrics" )\n' "$PWD" "$PWD" >config/aggregate.conf
	cp --recursive one two
	serve_http
	run_scenario baseline --url "$url" --scale 0.002
	expect_status 1
	expect_text "/no/such/program is not there"
}

@test "custom is baseline with connections and operations of one's own" {
	serve_http
	run_scenario custom --machines 1 --connections 30 --ops 120 --url "$url" --scale 0.002
	expect_status 0
	expect_text "Number of Clients:  30" "Pauses (ms):        250 to 750, uniform"
	[[ $folder == metrics/custom-* ]]
	sums_agree
}

@test "a target that is not healthy in the warm-up is not loaded further, and the exit code says so" {
	# Not the first answers: those are the checks'.
	serve_http --fail-percent 34%
	run_scenario moderate --url "$url" --scale 0.03
	expect_status 3
	expect_text "Ended early" "The run ended early, as it was told to: failure_rate[warmup] > 20%"
	jq --exit-status '.phases | length == 1 and .[0].phase == "warmup" and .[0].status == "stopped"' "$folder/summary.json"
}

@test "a missed threshold fails the run" {
	serve_http --delay 50ms
	run_scenario baseline --url "$url" --scale 0.002 --thresholds 'p50 < 20ms'
	expect_status 3
	[[ $(jq --raw-output .status "$folder/summary.json") == failed ]]
}

@test "SIGTERM ends the load, and what there is is reported" {
	serve_http
	"$PROJECT/scripts/run_scenario.sh" baseline --url "$url" --scale 0.1 &>run.txt 3>&- &
	scenario=$!
	wait_until 20 eval 'grep --quiet --no-messages "\"ok\"" metrics/*/collected/machine_1/machine_1_timeline.jsonl'
	kill -TERM "$scenario"
	expect_end 20 "$scenario" 143
	scenario=''
	folder=$(echo metrics/*-*Z)
	sums_agree
}

@test "a target or a relay that is not there ends it before the load" {
	local port
	port=$(free_ports 1)
	run_scenario baseline --url "http://127.0.0.1:$port/"
	expect_status 1
	expect_text "connection refused"
	[[ ! -e $folder/collected ]]
	rm --recursive metrics
	serve_http
	run_scenario baseline --url "$url" --relay "http://127.0.0.1:$port/metrics"
	expect_status 1
	expect_text "the relay's metrics cannot be read"
	rm --recursive metrics
	run_scenario baseline --url "$url" --relay "${url}metrics" --relay-interval soon
	expect_status 2
	expect_text "--interval=soon" "the relay's metrics cannot be read"
}

@test "a scenario that is none, and half a custom one, are usage errors" {
	run_scenario basline
	expect_status 2
	expect_text "no scenario 'basline'" "custom baseline black_friday"
	run_scenario
	expect_status 2
	expect_text "custom baseline black_friday"
	run_scenario custom --connections 5
	expect_status 2
	expect_text "--machines N --connections N --ops N"
	run_scenario custom --machines 3 --connections 5 --ops 5
	expect_status 2
	expect_text "names only 1"
	run_scenario heavy --relay-process relay
	expect_status 2
	expect_text "go with --relay URL"
	run_scenario heavy --ops 5
	expect_status 2
	[[ ! -e metrics ]]
}
