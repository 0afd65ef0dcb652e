#!/usr/bin/env bats
# live_view, and the display that it shares with stress_client.
load helpers

setup() {
	folder=$BATS_TEST_TMPDIR
	timeline=$folder/machine_1_timeline.jsonl
	unset NO_COLOR LC_ALL LC_CTYPE
	export LANG=C.UTF-8 TERM=xterm
}

# interval PROCESS SECOND OK FAILED [last] [NAME=JSON...]: appends a line to the
# timeline.
interval() {
	python3 "$PROJECT/tests/lab/interval.py" "$@" >>"$timeline"
}

# on_terminal COMMAND...: runs it on a terminal; $output is what it drew.
on_terminal() {
	run timeout 30 script --quiet --return --command "stty cols 120; $*" /dev/null
}

@test "it ends when every process has written its last line" {
	interval 0 0 10 0
	interval 1 0 20 1
	interval 0 1 0 0 last
	"$BIN/live_view" --processes 2 "$timeline" 2>"$folder/shown" 3>&- &
	pid=$!
	interval 1 1 0 0 last
	expect_end 10 "$pid" 0
	grep --quiet '31 .*6 in flight  1 failed' "$folder/shown"
}

@test "a folder's timelines are shown together" {
	interval 0 0 10 0
	interval 0 1 0 0 last
	sed 's/"machine_id": 1/"machine_id": 2/' "$timeline" >"$folder/machine_2_timeline.jsonl"
	run "$BIN/live_view" --processes 2 --planned 40 "$folder"
	expect_status 0
	expect_text "20 of 40"
}

@test "a file that is not there yet is waited for" {
	"$BIN/live_view" "$timeline" 2>/dev/null 3>&- &
	pid=$!
	interval 0 0 10 0 last
	expect_end 10 "$pid" 0
}

@test "SIGTERM ends it with 143 and the last state" {
	interval 0 0 7 0
	"$BIN/live_view" "$timeline" 2>"$folder/shown" 3>&- &
	pid=$!
	wait_until 5 kill -0 "$pid"
	sleep 0.3 # it has no way to say that it has read the first lines
	kill "$pid"
	code=0
	wait "$pid" || code=$?
	[[ $code == 143 ]]
	grep --quiet '^..:..:..  7 ' "$folder/shown"
}

@test "a line that is no interval is an error that names the file" {
	printf '{"schema": "ringstorm-interval/2"}\n' >"$timeline"
	run timeout 10 "$BIN/live_view" "$timeline"
	expect_status 1
	expect_text "$timeline"
}

@test "a line that a full disk has cut does not end it" {
	interval 0 0 10 0
	head --bytes=100 "$timeline" >"$folder/cut"
	{ cat "$folder/cut" && echo; } >>"$timeline"
	interval 0 1 5 0 last
	run "$BIN/live_view" "$timeline"
	expect_status 0
	expect_text "  15  "
}

@test "on a terminal it is drawn in place, with blocks" {
	interval 0 0 60 0
	interval 0 1 30 10
	interval 0 2 0 0 last
	on_terminal "$BIN/live_view" --planned 200 "$timeline"
	expect_status 0
	expect_text "100 of 200" "█" "░" "50 %" "connection refused 10" $'\033[31m' "generator   OK"
}

@test "after SIGUSR1 it goes on below, once" {
	local heads ups
	interval 0 0 60 10
	timeout 20 script --quiet --command \
		"stty cols 120; echo \$\$ >'$folder/pid'; exec '$BIN/live_view' '$timeline'" \
		/dev/null </dev/null >"$folder/shown" 3>&- &
	pid=$!
	wait_until 10 grep -q '^stress test' "$folder/shown"
	kill -USR1 "$(<"$folder/pid")"
	interval 0 1 0 0 last
	expect_end 10 "$pid" 0
	heads=$(grep -c 'stress test' "$folder/shown")
	ups=$(grep -c $'\033\[[0-9]*Astress test' "$folder/shown" || true)
	((heads == ups + 2))
}

@test "NO_COLOR takes the colour away and nothing else" {
	interval 0 0 60 10 last
	export NO_COLOR=1
	on_terminal "$BIN/live_view" "$timeline"
	expect_text "connection refused 10" "█"
	[[ $output != *$'\033[31m'* ]]
}

@test "without a UTF-8 locale there are # and digits" {
	interval 0 0 60 0
	interval 0 1 30 0
	interval 0 2 0 0 last
	export LC_ALL=C
	on_terminal "$BIN/live_view" --planned 180 "$timeline"
	expect_text "####" "...."
	[[ $output != *█* && $output != *▁* ]]
}

@test "on a dumb terminal there are lines" {
	interval 0 0 60 0 last
	export TERM=dumb
	on_terminal "$BIN/live_view" "$timeline"
	expect_text "60  60/s"
	[[ $output != *$'\033['* ]]
}

@test "lines are cut at the terminal's width, so that drawing in place holds" {
	local line
	interval 0 0 60 10 last
	run timeout 30 script --quiet --return --command "stty cols 40; $BIN/live_view $timeline" /dev/null
	while IFS= read -r line; do
		line=$(sed 's/\x1b\[[0-9;]*[A-Za-z]//g; s/\r//g' <<<"$line")
		((${#line} <= 40)) || {
			printf 'too long: %s\n' "$line"
			return 1
		}
	done <<<"$output"
}

@test "on a terminal with few lines it is cut, so that drawing in place holds" {
	interval 0 0 10 0
	interval 0 1 5 0 last
	run timeout 30 script --quiet --return --command "stty cols 120 rows 5; $BIN/live_view $timeline" /dev/null
	expect_status 0
	expect_text $'\033[4A' "  failed "
	[[ $output != *"  generator "* ]]
}

@test "no path, or two, is a usage error" {
	run "$BIN/live_view"
	expect_status 2
	expect_text "one timeline file or one folder"
	run "$BIN/live_view" a b
	expect_status 2
}

@test "the rate of short intervals is that of all the time they span" {
	python3 - "$PROJECT/tests/lab" >"$timeline" <<-'END'
		import json, subprocess, sys
		line = json.loads(subprocess.check_output([sys.executable, sys.argv[1] + "/interval.py", "0", "0", "4", "0"]))
		for i in range(10):
		    print(json.dumps(line | {"from_unix_ms": line["from_unix_ms"] + 100 * i, "length_ms": 100, "last": i == 9}))
	END
	run "$BIN/live_view" "$timeline"
	expect_status 0
	expect_text " 40/s "
}

@test "the phase is told, and how many there are" {
	interval 0 0 10 0 'phase="rise"'
	interval 0 1 10 0 'phase="hold"'
	interval 0 2 0 0 last 'phase="hold"'
	on_terminal "$BIN/live_view" --phases "'rise 10s 10%..100%'" --phases hold --phases fall --duration 90s "$timeline"
	expect_status 0
	expect_text "phase hold, 2 of 3" " of 01:30"
	run "$BIN/live_view" "$timeline"
	expect_text "  hold  generator OK"
}

@test "a phase that comes again is counted on" {
	interval 0 0 10 0 'phase="low"'
	interval 0 1 10 0 'phase="high"'
	interval 0 2 10 0 last 'phase="low"'
	on_terminal "$BIN/live_view" --phases "'low 1s 5%, high 1s 9%'" --phases low "$timeline"
	expect_text "phase low, 3 of 3"
}

@test "an open loop shows its target, what was not sent, and both latencies" {
	local open=('loop="open"' target=60)
	interval 0 0 50 0 "${open[@]}" skipped=7
	interval 0 1 50 0 "${open[@]}"
	interval 0 2 0 0 last "${open[@]}"
	on_terminal "$BIN/live_view" "$timeline"
	expect_status 0
	expect_text "50/s of 60/s" "7 not sent" "service     p50 1.0 ms" "response    p50 1.0 ms"
	run "$BIN/live_view" "$timeline"
	expect_text "50/s of 60/s" "7 not sent"
}

@test "a closed loop says once that both latencies are the same" {
	interval 0 0 50 0 last
	on_terminal "$BIN/live_view" "$timeline"
	expect_text "response    the same (closed loop)"
	[[ $output != *"/s of "* && $output != *"not sent"* ]]
}

@test "a generator that does not keep up is named with its reason" {
	local second
	for second in 0 1 2; do
		interval 0 "$second" 50 0 'cpu_percent=97' "generator={\"thread_cpu_percent\": [97, 3], \"busy_percent\": 99}"
	done
	interval 0 3 0 0 last
	on_terminal "$BIN/live_view" "$timeline"
	expect_text "SUSPECT" "cpu 50 % of 2 cores" "core full 75 % of the time" $'\033[33m'
	run "$BIN/live_view" "$timeline"
	expect_text "generator SUSPECT (core full 75 % of the time)"
}

@test "the end of a run that lasts a moment is not taken for its rate" {
	interval 0 0 50 0
	interval 0 1 50 0
	interval 0 2 1 0 length_ms=40
	interval 0 3 0 0 last length_ms=0
	run "$BIN/live_view" "$timeline"
	expect_text "101  50/s"
}
