#!/usr/bin/env bats
# collect_metrics where it needs no other machine; over SSH: tests/flow.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export RINGSTORM_SSH_CONFIG=/dev/null
}

@test "folders of this machine are collected too" {
	mkdir first 'second one'
	printf '{}\n' | tee first/machine_1_client_1.json 'second one/machine_2_client_1.json' >/dev/null
	run "$BIN/collect_metrics" --output-dir out first 'second one'
	expect_status 0
	expect_text "[2/2] Collecting from: second one" "✓ Successfully collected metrics from machine 2"
	[[ -e out/collected/machine_1/machine_1_client_1.json && -e out/collected/machine_2/machine_2_client_1.json ]]
	[[ $(jq .offset_ms out/collected/machine_1/clock.json) == 0* ]]
}

@test "the machines come from the conf file when none is named" {
	mkdir first
	printf '{}\n' >first/machine_1_client_1.json
	printf 'OUTPUT_DIR="out"\nCLIENT_MACHINES=(\n  "first"\n)\n' >aggregate.conf
	run "$BIN/collect_metrics" --conf aggregate.conf
	expect_status 0
	[[ -e out/collected/machine_1/machine_1_client_1.json ]]
}

@test "every setting of aggregate may stand in the conf file that both read" {
	"$BIN/aggregate" --print-conf --thresholds 'p99 < 1s' >aggregate.conf
	run "$BIN/collect_metrics" --conf aggregate.conf --print-conf
	expect_status 0
	[[ $output != *THRESHOLDS* ]]
}

@test "a mistyped key is told in the conf file that both read" {
	printf 'HTML=report.html\nMAX_FILE=5\n' >aggregate.conf
	run "$BIN/collect_metrics" --conf aggregate.conf first
	expect_status 2
	expect_text "aggregate.conf:2: unknown key 'MAX_FILE' (did you mean MAX_FILES?)"
}

@test "without a machine it is a usage error" {
	run "$BIN/collect_metrics"
	expect_status 2
	expect_text "name the machines as user@host:/path"
}

@test "words that are no machine are a usage error" {
	run "$BIN/collect_metrics" :/path
	expect_status 2
	expect_text "':/path' is neither user@host:/path nor a folder"
}

@test "a host that would be taken for an option is refused" {
	run "$BIN/collect_metrics" --output-dir out -- '-oProxyCommand=x:/path'
	expect_status 1
	expect_text "is no host"
}

@test "a machine whose files cannot be written here is an error" {
	mkdir first
	printf '{}\n' >first/machine_1_client_1.json
	printf 'a file\n' >out
	run "$BIN/collect_metrics" --output-dir out first
	expect_status 1
	expect_text "out"
	[[ $(cat out) == "a file" ]]
}

@test "an older copy stays when its machine has gone" {
	mkdir first second
	printf '{}\n' | tee first/machine_1_client_1.json second/machine_2_client_1.json >/dev/null
	"$BIN/collect_metrics" --output-dir out first second
	rm -r second
	run "$BIN/collect_metrics" --output-dir out first second
	expect_status 6
	[[ -e out/collected/machine_2/machine_2_client_1.json ]]
}
