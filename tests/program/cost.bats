#!/usr/bin/env bats
# cost, and the scripts that say what a test costs.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export WORK_DIR=$PWD
	mkdir --parents config one/config
	printf 'CLIENT_MACHINES=( "%s/one/metrics" )\n' "$PWD" >config/aggregate.conf
	printf 'NUM_CLIENTS=2\nDRIVER=null\nMIN_DELAY_MS=50\nMAX_DELAY_MS=150\nREQUESTS_PER_CLIENT=5\nCLIENT_BINARY="%s"\n' \
		"$BIN/stress_client" | tee config/stress_test.conf >one/config/stress_test.conf
}

# prices LINE...: config/prices.conf, with these lines.
prices() {
	printf '%s\n' "$@" 'PRICES=( "big 0.384 0.115" "small 0.5" )' >config/prices.conf
}

cost() {
	run --separate-stderr "$BIN/cost" --conf config/prices.conf "$@"
}

@test "machines times hours times price, and how it came about" {
	prices MACHINE_TYPE=big
	cost --machines 3 --time 30m
	expect_status 0
	[[ $output == '$0.58 for 30m 0s: 3 x big at $0.384/h' ]]
	cost --machines 3 --time 30m --number
	[[ $output == 0.5760 ]]
}

@test "other machines, spot prices and the time of the set-up are counted" {
	prices MACHINE_TYPE=big SPOT=yes SETUP_TIME=15m 'OTHER_MACHINES=( "big 1" )' CURRENCY=EUR
	cost --machines 3 --time 45m
	expect_status 0
	[[ $output == 'EUR0.46 for 1h'*': 3 x big at EUR0.115/h (spot), 1 x big at EUR0.115/h (spot)' ]]
}

@test "without a time it is the cost of an hour, without machines nothing is said" {
	prices MACHINE_TYPE=small
	cost --machines 4
	[[ $output == '$2.00 an hour: 4 x small at $0.5/h' ]]
	prices
	cost --time 1h
	expect_status 0
	[[ -z $output$stderr ]]
}

@test "more than MAX_COST is exit 2 with both amounts" {
	prices MACHINE_TYPE=small MAX_COST=1.49
	cost --machines 3 --time 1h
	expect_status 2
	[[ $stderr == *'would cost $1.50'*'MAX_COST, $1.49'* ]]
	cost --machines 3 --time 1h --max-cost 1.5
	expect_status 0
	cost --machines 3 --time 3601s --max-cost 1.5
	expect_status 2
	[[ $stderr == *'would cost $1.5004167'*'MAX_COST, $1.50'* ]]
}

@test "MAX_COST does not pass what it cannot judge" {
	prices MAX_COST=1
	cost --time 1h
	expect_status 2
	[[ $stderr == *MACHINE_TYPE* ]]
	prices MACHINE_TYPE=small MAX_COST=1
	cost
	expect_status 2
	[[ $stderr == *duration* ]]
}

@test "an unknown type, a missing spot price and what is no price are named" {
	prices MACHINE_TYPE=huge
	cost
	expect_status 2
	[[ $stderr == *"no machine type 'huge'"* ]]
	prices MACHINE_TYPE=small SPOT=yes
	cost
	expect_status 2
	[[ $stderr == *"small has no spot price"* ]]
	local wrong
	for wrong in "big" "big x" "big -1" "big 1 2 3" "big 1 nan" "big 1e3" "big 1.2.3"; do
		cost --machine-type big --prices "$wrong"
		expect_status 2
		[[ $stderr == *"'"* ]]
	done
	for wrong in "" "big 1 2" "big x" "big -1"; do
		cost --other-machines "$wrong"
		expect_status 2
	done
}

@test "the prices that are installed can be read, and have the machines of the scenarios" {
	local type
	for type in t3.small c5.xlarge c5.2xlarge c5.4xlarge; do
		run "$BIN/cost" --conf "$PROJECT/config/prices.conf" --machine-type "$type" --spot --time 1h
		expect_status 0
		expect_text "1 x $type"
	done
}

@test "a run says beforehand what it costs" {
	prices MACHINE_TYPE=small SETUP_TIME=1h
	run "$PROJECT/scripts/run_distributed.sh" --start-in 0 --generator-check off
	expect_status 0
	# Five pauses of 100 ms on average, and an hour besides.
	expect_text 'Cost, as planned: $0.50 for ' '1 x small at $0.5/h'
}

@test "a run that would cost more does not start" {
	prices MACHINE_TYPE=small MAX_COST=0.01
	run "$PROJECT/scripts/run_distributed.sh" --share --start-in 1 --duration 1h --requests-per-client 0
	expect_status 2
	expect_text "more than MAX_COST"
	[[ ! -e one/metrics ]]
	run "$PROJECT/scripts/full_test.sh" --no-faults --phases 'a 1h 100%'
	expect_status 2
	expect_text 'would cost $0.50'
	[[ ! -e one/metrics && ! -e metrics ]]
}

@test "what a whole test did cost stands in its report" {
	prices MACHINE_TYPE=small SETUP_TIME=1h
	run "$PROJECT/scripts/full_test.sh" --no-faults --run-id a --generator-check off
	expect_status 0
	expect_text 'Cost:                 $0.50 for '
	grep --quiet '^Cost:  *\$0.50 for ' metrics/a/final_report.txt
	[[ $(jq --raw-output .cost metrics/a/final_report.json) == '$0.50 for '* ]]
	grep --quiet 'Cost: \$0.50 for ' metrics/a/report.html
	[[ $(grep --count 'Cost, as planned' <<<"$output") -eq 1 ]]
	run "$PROJECT/scripts/full_test.sh" --no-faults --run-id a
	expect_status 2
	expect_text "metrics/a is there already"
}
