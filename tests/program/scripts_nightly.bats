#!/usr/bin/env bats
# nightly.sh around a test that ends as the test here says; a real one is in
# tests/flow/nightly.bats.
load helpers
load support

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset NOTIFY_URL
	export WORK_DIR=$PWD/work
	more=()
	mkdir --parents work/config sbin
	cp --recursive "$PROJECT/scripts" scripts
	cat >scripts/full_test.sh <<-'END'
		#!/usr/bin/env bash
		shift
		folder=metrics/$1
		printf 'words:%s\n' "$*"
		read -r code seconds <ends_with
		sleep "${seconds:-0}"
		((code != 2)) || exit 2
		mkdir --parents "$folder"
		printf 'VERDICT: OF %s\n  a reason\n\nOVERALL\n' "$code" >"$folder/final_report.txt"
		exit "$code"
	END
	ends_with 0
}

teardown() {
	stop_servers
	[[ ! -e mounted ]] || umount --lazy work/metrics
}

# ends_with CODE [SECONDS]: so does the test from now on, after so long.
ends_with() {
	printf '%s\n' "$*" >work/ends_with
}

conf() {
	printf '%s\n' "$@" >work/config/nightly.conf
}

hook() {
	start_server python3 "$PROJECT/tests/support/web_hook.py" "$PWD/heard" "$@"
	conf "NOTIFY_URL=\"${url}s3cret\"" BACKOFF=10ms ATTEMPTS=2
}

# fill_disk: that of the runs.
fill_disk() {
	((EUID == 0)) || skip "only root can make a small disk"
	mkdir --parents work/metrics
	mount -t tmpfs -o size=16k tmpfs work/metrics
	: >mounted
	dd if=/dev/zero of=work/metrics/full status=none || true
}

# night [OPTION...]: as cron runs it, with what `more` has for its environment.
night() {
	run env --ignore-environment PATH=/usr/bin:/bin HOME="$BATS_TEST_TMPDIR" SHELL=/bin/sh BIN="$BIN" \
		WORK_DIR="$WORK_DIR" "${more[@]}" "$BATS_TEST_TMPDIR/scripts/nightly.sh" "$@"
}

runs() {
	find work/metrics -mindepth 1 -maxdepth 1 -type d | wc --lines
}

@test "a web hook's URL that is none is told before the test, not after it" {
	conf NOTIFY_URL=garbage
	night
	expect_status 2
	expect_text "NOTIFY_URL is not a URL"
	[[ ! -e work/metrics ]]
}

@test "a run that passes says nothing, to nobody" {
	hook
	night
	expect_status 0
	[[ -z $output && ! -e heard ]]
	[[ $(runs) -eq 1 ]]
}

@test "what is wrong is printed and sent, with the verdict and the way to the run" {
	hook
	ends_with 3
	night
	expect_status 3
	expect_text "FAILED: a threshold was missed" "VERDICT: OF 3" "a reason" "$WORK_DIR/metrics/"
	[[ $(jq --raw-output .text heard) == "$output" ]]
	[[ $output != *OVERALL* && $output != *s3cret* ]]
}

@test "when all is well again, that is sent once" {
	hook
	ends_with 6
	night
	expect_status 6
	ends_with 0
	night
	expect_status 0
	[[ -z $output ]]
	night
	expect_status 0
	[[ $(wc --lines <heard) -eq 2 ]]
	[[ $(tail --lines=1 heard | jq --raw-output .text) == *passed*"the run before had ended with 6"* ]]
}

@test "with NOTIFY_WHEN=always a run that passes is told of, too" {
	hook
	printf 'NOTIFY_WHEN=always\n' >>work/config/nightly.conf
	night
	expect_status 0
	[[ -z $output ]]
	[[ $(jq --raw-output .text heard) == *passed*"VERDICT: OF 0"* ]]
}

@test "the web hook may be named by the environment" {
	start_server python3 "$PROJECT/tests/support/web_hook.py" "$PWD/heard"
	conf KEEP=3
	ends_with 5
	run env NOTIFY_URL="$url" scripts/nightly.sh
	expect_status 5
	[[ $(jq --raw-output .text heard) == *INVALID* ]]
}

@test "a test that has no report is told of by its last words" {
	conf KEEP=3
	ends_with 2
	night --rate 5/s
	expect_status 2
	expect_text "usage or configuration" "words:" "--rate 5/s"
	[[ $(runs) -eq 1 ]]
}

@test "a mail has the message, its first line as the subject" {
	printf '#!/bin/sh\ncat >"%s/mail"\necho "$@" >"%s/arguments"\n' "$PWD" "$PWD" >sbin/sendmail
	chmod +x sbin/sendmail
	conf 'NOTIFY_MAIL="night@example.org"'
	ends_with 4
	PATH=$PWD/sbin:$PATH run scripts/nightly.sh
	expect_status 4
	[[ $(<arguments) == -t ]]
	[[ $(head --lines=1 mail) == "To: night@example.org" ]]
	grep '^Subject: ringstorm on .* FAILED: a wrong answer' mail
	grep 'VERDICT: OF 4' mail
}

@test "who cannot be told makes a run that passed end with 1" {
	hook 503
	printf 'NOTIFY_WHEN=always\n' >>work/config/nightly.conf
	night
	expect_status 1
	expect_text "answers 503"
	ends_with 3
	night
	expect_status 3
}

@test "of two at once the second does not start, and says so" {
	conf KEEP=3
	ends_with 0 3
	scripts/nightly.sh 3>&- &
	local first=$!
	wait_until 5 test -e work/metrics/.nightly.lock
	wait_until 5 eval '! flock --nonblock work/metrics/.nightly.lock true'
	night
	expect_status 1
	expect_text "the run before goes on"
	expect_end 10 "$first" 0
	[[ $(runs) -eq 1 ]]
}

@test "a night that was killed is no night that was: its test is let end, it counts as failed, and its log stays" {
	local night
	hook
	ends_with 0 3
	scripts/nightly.sh 3>&- &
	night=$!
	wait_until 5 grep --quiet '[0-9]' work/metrics/.nightly.lock
	kill -KILL "$night"
	wait "$night" || true
	night
	expect_status 1
	expect_text "the test of the run before goes on in $WORK_DIR (process "
	wait_until 10 gone "$(<work/metrics/.nightly.lock)"
	ends_with 0
	night
	expect_status 0
	[[ $(tail --lines=1 heard | jq --raw-output .text) == *passed*"the run before had ended with 1"* ]]
	[[ $(runs) -eq 2 && $(cat work/metrics/*/nightly.code | tr '\n' ' ') == "1 0 " ]]
	[[ $(find work/metrics -name nightly.log | wc --lines) -eq 2 ]]
}

@test "of a disk that is full the web hook hears all the same" {
	hook
	fill_disk
	night
	expect_status 1
	[[ $(jq --raw-output .text heard) == *FAILED* ]]
}

@test "of a full disk that holds temporary files as well the web hook hears, too" {
	hook
	fill_disk
	more=(TMPDIR="$PWD/work/metrics")
	night
	expect_status 1
	[[ $(jq --raw-output .text heard) == *FAILED* ]]
}

@test "a code that could not be written is none of a night that passed" {
	hook
	mkdir --parents work/metrics/2021-01-01T00:00:00Z-0000
	: >work/metrics/2021-01-01T00:00:00Z-0000/nightly.code
	night
	expect_status 0
	[[ $(jq --raw-output .text heard) == *passed*"the run before had ended with 1"* ]]
}

@test "a test that is killed is no test that passed" {
	conf KEEP=3
	ends_with 0 30
	scripts/nightly.sh >said 3>&- &
	local night=$!
	wait_until 5 grep --quiet '[0-9]' work/metrics/.nightly.lock
	kill -KILL "$(<work/metrics/.nightly.lock)"
	expect_end 5 "$night" 1
	grep 'FAILED: it could not be done' said
}

@test "the last KEEP runs stay, the baseline always, and nothing of others is removed" {
	local first id
	conf KEEP=2
	mkdir --parents work/metrics/2020-01-01T00:00:00Z-0000
	for id in 1 2 3; do
		mkdir "work/metrics/2021-01-0${id}T00:00:00Z-0000"
		printf '0\n' >"work/metrics/2021-01-0${id}T00:00:00Z-0000/nightly.code"
	done
	ln --symbolic 2021-01-01T00:00:00Z-0000 work/metrics/baseline
	night
	expect_status 0
	[[ -e work/metrics/2020-01-01T00:00:00Z-0000 && -e work/metrics/2021-01-01T00:00:00Z-0000 ]]
	[[ ! -e work/metrics/2021-01-02T00:00:00Z-0000 && -e work/metrics/2021-01-03T00:00:00Z-0000 ]]
	[[ $(runs) -eq 4 ]]
}

@test "a baseline that was removed by hand is followed by the first night that passes" {
	sed --in-place '/^exit/i printf "{}" >"$folder/final_report.json"' scripts/full_test.sh
	mkdir --parents work/metrics
	ln --symbolic removed work/metrics/baseline
	conf KEEP=3
	ends_with 3
	night
	expect_status 3
	[[ ! -e work/metrics/baseline ]]
	ends_with 0
	night
	expect_status 0
	[[ -s work/metrics/baseline/final_report.json ]]
}

@test "a baseline that cannot be made is told, and does not keep the rest back" {
	sed --in-place '/^exit/i printf "{}" >"$folder/final_report.json"' scripts/full_test.sh
	hook
	printf 'BASELINE=none/baseline\n' >>work/config/nightly.conf
	night
	expect_status 1
	expect_text "FAILED: it could not be done"
	grep "none/baseline" heard
	[[ $(cat work/metrics/*/nightly.code) == 1 ]]
}

@test "ended by SIGTERM it ends the test, and says so" {
	conf KEEP=3
	ends_with 0 30
	scripts/nightly.sh >said 3>&- &
	local night=$!
	wait_until 5 eval '[[ -n $(pgrep --parent "$night" --full full_test) ]]'
	kill -TERM "$night"
	expect_end 5 "$night" 143
	grep 'ended by a signal' said
}

@test "a wrong key in nightly.conf is a usage error that names it" {
	conf KEPT=3
	night
	expect_status 2
	expect_text "unknown key 'KEPT'" "notify --help"
	[[ ! -e work/metrics ]]
}
