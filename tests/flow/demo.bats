#!/usr/bin/env bats
# demo.sh, the first minute of every user, as they run it.
load ../program/helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export WORK_DIR=$BATS_TEST_TMPDIR
}

demo() {
	run env -u TERM HOME=/nonexistent "$PROJECT/scripts/demo.sh"
}

# left_running: the pids of servers and clients that work in our folder.
left_running() {
	local link target
	for link in /proc/[0-9]*/cwd; do
		target=$(readlink "$link" 2>/dev/null) || continue
		[[ $target != "$BATS_TEST_TMPDIR"* || $link == "/proc/$$/cwd" ]] || printf '%s\n' "$link"
	done | grep -v "^/proc/\($$\|$BASHPID\|self\)/" | while read -r link; do
		readlink "${link%cwd}exe"
	done | grep -E '(ring_server|stress_client|fault_ring)$'
}

@test "the demo sends 1,200 requests to three servers, kills each once, and leaves no request unaccounted for" {
	demo
	expect_status 0
	expect_text "starting 3 servers" "FAULTS - what each one did to the users" "All of it: metrics/demo/final_report.txt"
	jq --exit-status '.total_requests == 1200 and .successful_requests >= 1190
		and (.faults | length) == 3 and all(.faults[]; .confirmed and .healed)
		and (.server_distribution | length) == 3 and .merge.counts_in == .merge.counts_out
		and .verdict.result == "pass"' metrics/demo/final_report.json
	python3 "$PROJECT/tests/lab/page_check.py" metrics/demo/report.html |
		jq --exit-status '.verdict == "PASSED" and (.tables.faults | length) == 3 and (.charts.throughput > 10)'
	[[ -s metrics/demo/logs/server_1.log && -s metrics/demo/machine_1_client_30.json ]]
	[[ -z $(left_running) ]]
}

# A demo in the background that has got as far as sending; sets `pid`.
demo_that_sends() {
	"$PROJECT/scripts/demo.sh" &>run.txt 3>&- &
	pid=$!
	wait_until 100 grep -q sending run.txt
	wait_until 100 grep -qs '"ok"' metrics/demo/machine_1_timeline.jsonl
}

@test "a second demo in the same place says that one is running" {
	demo_that_sends
	run "$PROJECT/scripts/demo.sh"
	stop_process "$pid"
	expect_status 1
	expect_text "a demo is running in"
}

@test "a demo that is ended by SIGTERM leaves nothing running and keeps what it has" {
	demo_that_sends
	kill -TERM "$pid"
	expect_end 20 "$pid" 143
	[[ -z $(left_running) ]]
	[[ -s metrics/demo/final_report.txt ]]
}

@test "what a killed demo left running is stopped by the next one" {
	demo_that_sends
	kill -KILL "$pid"
	wait_until 10 gone "$pid"
	[[ -n $(left_running) ]]
	demo_that_sends
	stop_process "$pid"
	wait_until 10 eval '[[ -z $(left_running) ]]'
}

@test "the demo leaves the ports of another one alone, though a server of it is down" {
	python3 -c '
import signal, socket
try:
    held = socket.create_server(("127.0.0.1", 8002))
except OSError:
    pass # taken by another already
print("held", flush=True)
signal.alarm(290)
signal.pause()' >held.txt 3>&- &
	local holder=$!
	wait_until 10 grep -q held held.txt
	demo_that_sends
	grep 'at 127.0.0.1:80' run.txt
	run grep 'at 127.0.0.1:800[1-3]' run.txt
	stop_process "$pid"
	stop_process "$holder"
	[[ $status -eq 1 ]]
}
