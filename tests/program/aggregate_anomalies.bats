#!/usr/bin/env bats
# aggregate: what was not as usual in a run, and what machines said meanwhile.
load helpers
load reported

setup() {
	make_folders
	python3 "$PROJECT/tests/lab/fault_files.py" ring "$folder"
	start=$(jq --slurp 'map(.from_unix_ms) | min' "$folder"/*timeline.jsonl)
}

# samples NAME FIGURE EXPRESSION: one a second for 170 s, EXPRESSION of $t.
samples() {
	jq --null-input --compact-output --argjson start "$start" --arg name "$1" --arg figure "$2" \
		"range(170) as \$t | {schema: \"ringstorm-sample/1\", source: \"relay\", name: \$name,
			t_unix_ms: (\$start + \$t * 1000), values: {(\$figure): ($3)}}"
}

@test "every outage is found, with the fault behind it or none" {
	report
	expect_status 0
	[[ $(json '[.anomalies[] | select(.kind == "error_burst") | .fault]') == "[1,2,3,4,5,null,7,8,9]" ]]
	[[ $(json '[.anomalies[] | select(.kind == "latency_spike" and .fault == 1) | .at_ms > 15000 and .at_ms < 20000]') == "[true]" ]]
	[[ $(json '.connection_health.word') == '"degraded"' || $(json '.connection_health.score > 80') == true ]]
	expect_text "ANOMALIES" "<- fault 1, kill of server 1"
}

@test "samples of another time than the run are left out, and named" {
	samples relay1 connections 60 >"$folder/probe_relay1.jsonl"
	start=$((start - 3600000)) samples relay2 connections 60 >"$folder/probe_relay2.jsonl"
	start=$((start + 3600000)) samples relay3 connections 60 >"$folder/probe_relay3.jsonl"
	report
	expect_status 0
	expect_text "relay relay2: its samples are of another time than the run; left out" "relay relay3: its"
	[[ $(json '[.samples[] | .name]') == '["relay1"]' ]]
}

@test "a leak of the relay is found, and the memory of another is not" {
	# shellcheck disable=SC2016 # jq's variables
	{
		samples relay1 proc.rss_bytes '100000000 + 1500000 * $t'
		samples relay2 proc.rss_bytes '800000000 + 3000000 * ($t % 7)'
	} >"$folder/probe_relays.jsonl"
	report
	expect_status 0
	[[ $(json '[.anomalies[] | select(.kind == "memory_leak") | .who]') == '["relay relay1"]' ]]
	[[ $(json '[.samples[] | .name]') == '["relay1","relay2"]' ]]
	[[ $output == *"relay relay1: proc.rss_bytes grew by 1"*" MB, 90.0 MB a minute (90.0 MB to 90.0 MB)"* ]]
	# As the conf file says.
	printf 'LEAK_BYTES=1G\n' >"$BATS_TEST_TMPDIR/limits.conf"
	report --conf "$BATS_TEST_TMPDIR/limits.conf"
	[[ $(json '[.anomalies[] | select(.kind == "memory_leak")]') == "[]" ]]
}

@test "lost connections are named with the fault that took them" {
	# shellcheck disable=SC2016 # jq's variables
	samples relay1 connections 'if $t >= 16 and $t < 20 then 0 else 60 end' >"$folder/probe_relay1.jsonl"
	report
	[[ $(json '[.anomalies[] | select(.kind == "connection_drop") | [.size, .fault, .who]]') == '[[60,1,"relay relay1"]]' ]]
}

@test "nothing is sought that is not wanted" {
	report --no-anomalies
	[[ $(json '[.anomalies, .connection_health]') == "[[],null]" ]]
	[[ $output != *ANOMALIES* ]]
}

@test "the conf file of the limits has the defaults" {
	diff <("$BIN/aggregate" --print-conf) <("$BIN/aggregate" --conf "$PROJECT/config/anomalies.conf" --print-conf)
}
