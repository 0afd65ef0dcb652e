#!/usr/bin/env bats
# nightly.sh, twice, as cron starts it: a real test against a web server whose delay is
# known, the second compared with the first.
load ../program/helpers
load ../program/support

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir --parents config client/config
	serve_http --delay 30ms
	target=$url
	start_server python3 "$PROJECT/tests/support/web_hook.py" "$PWD/heard"
	printf 'CLIENT_MACHINES=( "%s/client/metrics" )\n' "$PWD" >config/aggregate.conf
	printf '%s\n' 'NUM_CLIENTS=4' 'MIN_DELAY_MS=0' 'MAX_DELAY_MS=20' 'REQUESTS_PER_CLIENT=0' 'TIMELINE_MS=200' \
		'GENERATOR_CHECK=off' "CLIENT_BINARY=\"$BIN/stress_client\"" |
		tee config/stress_test.conf >client/config/stress_test.conf
	nightly_conf "$target"
}

teardown() {
	stop_servers
}

# nightly_conf TARGET: a night is worse when it is twice as slow, which no noise of a
# busy machine is.
nightly_conf() {
	printf '%s\n' "TEST_OPTIONS=( --no-faults --url '$1' --phases 'sustained 12s 100%' )" \
		"COMPARE_OPTIONS=( --tolerance 100% )" "NOTIFY_URL=\"${url}s3cret\"" NOTIFY_WHEN=always >config/nightly.conf
}

# night: with what cron sets, and from another folder.
night() {
	cd /
	run env --ignore-environment PATH=/usr/bin:/bin HOME="$BATS_TEST_TMPDIR" LOGNAME=nobody SHELL=/bin/sh \
		BIN="$BIN" WORK_DIR="$BATS_TEST_TMPDIR" /bin/sh -c "$PROJECT/scripts/nightly.sh </dev/null"
	cd "$BATS_TEST_TMPDIR" || return
}

said() {
	tail --lines=1 heard | jq --raw-output .text
}

@test "the second night is compared with the first, a slower third is worse, and the web hook hears of each" {
	local first
	night
	expect_status 0
	[[ -z $output ]]
	[[ $(said) == *passed*VERDICT* ]]
	first=$(readlink metrics/baseline)
	[[ -s metrics/$first/report.html ]]
	night
	expect_status 0
	[[ -z $output && $(readlink metrics/baseline) == "$first" ]]
	[[ $(said) == *passed*"$first"*p50* ]]
	[[ $(find metrics -mindepth 2 -name compare.html | wc --lines) -eq 1 ]]
	stop_process "${support_pids[0]}"
	serve_http --delay 200ms --listen "${target:7:-1}"
	night
	expect_status 3
	expect_text WORSE p50
	[[ $(said) == "$output" && $output != *s3cret* ]]
}
