#!/usr/bin/env bats
# The ready-made loads of config/scenarios.
load helpers

# load_of NAME [OPTION...]: its settings, as variables.
load_of() {
	local settings
	settings=$("$BIN/stress_client" --driver null --conf "$PROJECT/config/scenarios/$1.conf" "${@:2}" --print-conf)
	eval "$settings"
}

# expect_load NAME CLIENTS_OR_RATE MIN_MS MAX_MS PHASE...
expect_load() {
	load_of "$1"
	[[ ${RATE:-$NUM_CLIENTS} == "$2" && $MIN_DELAY_MS == "$3" && $MAX_DELAY_MS == "$4" && "${PHASES[*]}" == "${*:5}" ]] && return
	printf '%s is %s, %s to %s ms: %s\n' "$1" "${RATE:-$NUM_CLIENTS}" "$MIN_DELAY_MS" "$MAX_DELAY_MS" "${PHASES[*]}"
	return 1
}

@test "every scenario is one that stress_client takes, alone and after stress_test.conf" {
	local conf
	for conf in "$PROJECT"/config/scenarios/*.conf; do
		run "$BIN/stress_client" --driver null --conf "$PROJECT/config/stress_test.conf" --conf "$conf" --print-conf
		expect_status 0
		expect_text "REQUESTS_PER_CLIENT=0"
		[[ $output != *"PHASES=( )"* ]]
		run "$BIN/stress_client" --driver null --conf "$conf" --scale 0.01 --check
		expect_status 0
	done
}

@test "a scenario sets the load and nothing else" {
	run grep --extended-regexp --no-filename --only-matching '^#?[A-Z_]+=' "$PROJECT"/config/scenarios/*.conf
	[[ $(sort --unique <<<"$output" | tr '\n' ' ') == "#MACHINES= ARRIVALS= MAX_DELAY_MS= MIN_DELAY_MS= NUM_CLIENTS= PHASES= RATE= REQUESTS_PER_CLIENT= STOP_WHEN= " ]]
}

@test "the relay's scenarios have the connections, operations and times of its guide" {
	expect_load baseline 100 1000 3000 "warmup 2m 10%" "rampup 5m 10%..100%" "sustained 10m 100%" "cooldown 2m 0%"
	expect_load moderate 500 500 1500 "warmup 3m 10%" "rampup 10m 10%..100%" "sustained 30m 100%" "cooldown 3m 0%"
	expect_load heavy 1000 500 1500 "warmup 5m 10%" "rampup 15m 10%..100%" "sustained 60m 100%" "cooldown 5m 0%"
	expect_load extreme 1500 250 750 "warmup 5m 10%" "rampup 15m 10%..100%" "sustained 60m 100%" "cooldown 5m 0%"
	expect_load stress_to_failure 2000 250 750 "warmup 5m 5%" "stress 1h steps 5%..100% by 5% every 3m" "cooldown 5m 0%"
	[[ ${STOP_WHEN[*]} == "failure_rate > 10% for 5s p95 > 5s for 5s" ]]
}

@test "the levels of Open Saves' plan are rates" {
	local rate
	for rate in 100 500 1000 5000; do
		load_of "rps_$rate"
		[[ $RATE == "$rate" && ${PHASES[*]} == "rampup 1m 10%..100% sustained 10m 100%" ]]
	done
}

@test "the chat's scenarios have the users of its guide, second for second" {
	expect_load black_friday 1000 200 1000 "spawn 10s 0%..100%" "sustained 590s 100%"
	expect_load new_year 1000 100 500 "before 1m 50%" "spike 1m 150%" "sustained 3m 100%"
	expect_load viral 5000 450 2250 "start 5m 10%" "growth 5m 40%" "viral 20m 100%"
}
