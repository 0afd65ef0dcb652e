#!/usr/bin/env bats
# find_capacity.sh, with a stress_client and an aggregate of the test's own: the
# search is the same whatever gives the figures.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export WORK_DIR=$BATS_TEST_TMPDIR BIN=$BATS_TEST_TMPDIR/bin
	mkdir bin
	# It hands the rate on, as a run does, and keeps what it was called with.
	cat >bin/stress_client <<-'END'
		#!/bin/sh
		printf '%s\n' "$*" >>calls
		case " $* " in *' --check '*) echo "${CHECK_SAYS:-}"; exit "${CHECK_CODE:-0}" ;; esac
		while [ "$1" != --rate ]; do shift; done
		if [ -n "${HANG:-}" ]; then echo $$ >hung; exec sleep 60; fi
		printf '%s\n' "${2%/s}"
		exit "${CLIENT_CODE:-0}"
	END
	# Above LIMIT a threshold is missed, above DRIVEN the generator is too slow.
	cat >bin/aggregate <<-'END'
		#!/bin/sh
		read -r rate
		printf '%s\n' "$*" >>judged
		while [ "$1" != --output-dir ]; do shift; done
		awk -v rate="$rate" -v limit="${LIMIT:-1000000}" 'BEGIN {
			print "\nVERDICT: FAILED\n  2 answers were wrong.\n"
			if (rate > limit) print " MISSED  p99 < 200ms                641.28 ms\n met     skipped == 0               0"
			if (rate > 2 * limit) print " MISSED  failure_rate[GET /a] < 1%   2.10% (operation)" }' >"$2/final_report.txt"
		printf '%s\t%s\t%s\t0\t0\n' "$rate" "${P50:-1.5}" "${P99:-20}"
		exec awk -v rate="$rate" -v limit="${LIMIT:-1000000}" -v driven="${DRIVEN:-1000000}" \
			-v judged="${JUDGED:-0}" 'BEGIN { exit judged ? judged : rate > driven ? 5 : rate > limit ? 3 : 0 }'
	END
	chmod +x bin/*
}

find_capacity() {
	run "$PROJECT/scripts/find_capacity.sh" --url http://target/ "$@"
}

@test "the knee is found within the precision, and the table has every level" {
	LIMIT=2000 find_capacity
	expect_status 0
	[[ ${lines[-1]} =~ ^The\ knee:\ ([0-9]+)/s\ meets\ all\ thresholds,\ ([0-9]+)/s\ does\ not\.$ ]]
	((BASH_REMATCH[1] <= 2000 && BASH_REMATCH[2] > 2000))
	((BASH_REMATCH[1] >= 1960 && (BASH_REMATCH[2] - BASH_REMATCH[1]) * 100 <= 2 * BASH_REMATCH[1]))
	expect_text "rate/s  throughput/s    p50 ms    p99 ms  failed %   skipped  verdict" \
		"       100         100.0      1.50     20.00      0.00         0  met (met in 2 of 2)" \
		"      3200        3200.0      1.50     20.00      0.00         0  missed (met in 0 of 2): p99 < 200ms"
}

@test "a level that failed says which thresholds it missed, each once" {
	LIMIT=40 find_capacity --repeat 3
	expect_status 3
	[[ $(grep --count "MISSED" <<<"$output") == 0 ]]
	expect_text "missed (met in 0 of 2): p99 < 200ms, failure_rate[GET /a] < 1%"$'\n'
}

@test "a level that failed for another reason than a threshold says so" {
	JUDGED=4 find_capacity
	expect_status 3
	expect_text "missed (met in 0 of 2): 2 answers were wrong."
}

@test "a level without one right answer has no latencies, and the table goes on" {
	P50=- P99=- LIMIT=200 find_capacity --precision 90%
	expect_status 0
	expect_text "       400         400.0         -         -      0.00         0  missed (met in 0 of 2): p99 < 200ms" "The knee:"
}

@test "a level is repeated until most of its runs agree" {
	LIMIT=250 find_capacity --repeat 5 --precision 50%
	expect_status 0
	# 100, 200, 400 and 300, three runs each.
	[[ $(grep --count -- --rate calls) -eq 12 ]]
}

@test "the thresholds are those given, the figures those of the table" {
	LIMIT=2000 find_capacity --thresholds 'p99 < 50ms' --thresholds 'failure_rate < 5%'
	expect_status 0
	expect_text "p99 < 50ms, failure_rate < 5%"
	[[ $(sort --unique judged) == "--figures throughput p50 p99 failure_rate skipped --output-dir "*" --thresholds p99 < 50ms --thresholds failure_rate < 5% -" ]]
}

@test "other options are the client's, at every level" {
	LIMIT=150 find_capacity --level 2s --max-clients 7
	expect_status 0
	[[ $(grep --count -- '--url http://target/ --max-clients 7 --rate .*/s --duration 2s' calls) -eq $(grep --count -- --rate calls) ]]
}

@test "a small rate is searched in fractions" {
	LIMIT=1.7 find_capacity --from 0.5/s --to 10/s
	expect_status 0
	[[ ${lines[-1]} =~ ^The\ knee:\ 1\.(6[7-9]|70)/s ]]
}

@test "when the first level misses already the exit code is 3" {
	LIMIT=50 find_capacity --repeat 1
	expect_status 3
	expect_text "already 100/s misses a threshold" "missed (met in 0 of 1)"
}

@test "a level that the generator could not drive is no limit of the target, and ends with 5" {
	DRIVEN=900 find_capacity
	expect_status 5
	expect_text "INVALID: the generator could not keep up" "No knee: this machine cannot drive 9" "The target meets all thresholds at 9"
}

@test "a limit below what the generator can drive is the target's" {
	LIMIT=500 DRIVEN=900 find_capacity --from 400/s --to 1600/s
	expect_status 0
	[[ ${lines[-1]} == "The knee: "[45]*"/s meets all thresholds"* ]]
}

@test "a target that meets the thresholds at every rate is told as such" {
	find_capacity --to 1000/s
	expect_status 0
	expect_text "No knee up to 1000/s"
}

@test "a target that is not there ends it before the first level, with the reason" {
	CHECK_CODE=1 CHECK_SAYS="http://target/  connection refused" find_capacity
	expect_status 1
	[[ $output == "http://target/  connection refused" ]]
	[[ ! -e judged ]]
}

@test "the load under way ends with the script" {
	HANG=1 "$PROJECT/scripts/find_capacity.sh" --url http://target/ >out 2>&1 3>&- &
	pid=$!
	wait_until 10 test -s hung
	kill "$pid"
	expect_end 10 "$pid" 143
	gone "$(<hung)"
}

@test "a mistake in the client's options is a usage error" {
	CLIENT_CODE=2 find_capacity
	expect_status 2
}

@test "options that are no number are usage errors that name them" {
	local option
	for option in '--from 0/s' '--to fast' '--repeat 0' '--precision 2m' '--to 50/s'; do
		# shellcheck disable=SC2086 # two words
		find_capacity $option
		expect_status 2
		expect_text "${option#* }"
	done
	find_capacity --from
	expect_status 2
	expect_text "--from needs a value"
}
