#!/usr/bin/env bats
# run_distributed.sh on machines that are folders here: what they do by SSH is
# tested in tests/flow/distributed.bats.
load helpers

setup() {
	local machine
	cd "$BATS_TEST_TMPDIR" || return
	export WORK_DIR=$BATS_TEST_TMPDIR
	mkdir config
	printf 'CLIENT_MACHINES=( "%s/one/metrics" "%s/two/metrics" )\n' "$PWD" "$PWD" >config/aggregate.conf
	for machine in one two; do
		mkdir --parents "$machine/config"
		printf 'NUM_CLIENTS=11\nREQUESTS_PER_CLIENT=2\nRAMP_MS=0\nDRIVER=null\nCLIENT_BINARY="%s"\n' "$BIN/stress_client" \
			>"$machine/config/stress_test.conf"
	done
}

distributed() {
	run "$PROJECT/scripts/run_distributed.sh" --start-in 1 "$@"
}

# clients MACHINE: how many it had.
clients() {
	find "$1/metrics" -name 'machine_*_client_*.json' | wc -l
}

@test "every machine has the clients of its conf file" {
	distributed
	expect_status 0
	[[ $(clients one) -eq 11 && $(clients two) -eq 11 ]]
}

@test "with --share the machines divide clients and rate among them" {
	distributed --share
	expect_status 0
	[[ $(clients one) -eq 6 && $(clients two) -eq 5 ]]
	expect_text "Number of Clients:  11, shared by 2 machines"
}

@test "a scenario is one load, which the machines share" {
	distributed --conf "$PROJECT/config/scenarios/rps_500.conf" --scale 0.002 --generator-check off
	expect_status 0
	expect_text "Rate:               500/s, shared by 2 machines, poisson" "Starting 250 requests/s"
	# 0.12 s to 500/s and 1.2 s of it, the same on both.
	run "$BIN/aggregate" --output-dir report one/metrics two/metrics
	expect_status 0
	[[ $(jq '.total_requests > 540 and .total_requests < 730' report/final_report.json) == true ]]
}

@test "when a condition ends the run on one machine, it ends on all, and well" {
	printf 'PHASES=( "sustained 60s 100%%" )\nMIN_DELAY_MS=50\nMAX_DELAY_MS=90\n' |
		tee --append one/config/stress_test.conf >>two/config/stress_test.conf
	printf 'STOP_WHEN=( "requests > 0" )\n' >>two/config/stress_test.conf
	distributed --requests-per-client 0
	expect_status 0
	expect_text "Ended early: a condition of STOP_WHEN was met"
	[[ $(clients one) -eq 11 && $(clients two) -eq 11 ]]
}

@test "a machine may have an IPv6 address, and its folder a slash at the end" {
	# shellcheck disable=SC2016 # for the inner bash
	run bash -c 'source "$PROJECT/scripts/lib/common.sh" && source "$PROJECT/scripts/lib/far.sh"
		for machine in "$@"; do take_machine "$machine" && echo "$HOST $METRICS $PROJECT"; done' \
		bash 'me@[fe80::1]:~/rs/metrics' '[::1]:/rs/metrics/' 'client1:metrics/' './a:b/metrics'
	expect_status 0
	[[ $output == "me@fe80::1 rs/metrics rs
::1 /rs/metrics /rs
client1 ./metrics .
local ./a:b/metrics ./a:b" ]]
}

@test "a folder that is named twice is a usage error, by whatever names" {
	ln --symbolic one again
	printf 'CLIENT_MACHINES=( "./one/metrics" "./two/metrics" "%s/again/metrics" )\n' "$PWD" >config/aggregate.conf
	distributed
	expect_status 2
	expect_text "./one/metrics and $PWD/again/metrics are the same folder; name it once"
	[[ ! -e one/metrics && ! -e two/metrics ]]
}

@test "an option that is none is told by every machine, as a usage error" {
	distributed --no-such-option
	expect_status 2
	expect_text "[1]" "[2]" "no-such-option"
	[[ $output != *"starts at"* ]]
}
