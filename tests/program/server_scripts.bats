#!/usr/bin/env bats
# start_server.sh, stop_server.sh and status_server.sh, in a folder of their own.
load helpers

setup() {
	export WORK_DIR=$BATS_TEST_TMPDIR
	cd "$WORK_DIR" || return
	mkdir config
	port=$(free_ports 1)
	printf 'ID=7\nADDRESS="127.0.0.1:%s"\n' "$port" >config/server7.conf
	pid=''
}

teardown() {
	[[ ! -e logs/server_7.pid ]] || stop_process "$(<logs/server_7.pid)"
	[[ -z $pid ]] || stop_process "$pid"
}

script() {
	run "$PROJECT/scripts/$1_server.sh" "${@:2}" 3>&-
}

@test "a started server answers by the time the script ends, with its pid and log in logs/" {
	script start 7
	expect_status 0
	expect_text "✅ Server 7 started successfully (PID: $(<logs/server_7.pid))"
	"$BIN/ring_server" --conf config/server7.conf --ping
	grep -q "Server 7 listens" logs/server_7.log
}

@test "a second start is refused and leaves the first alone" {
	script start 7
	first=$(<logs/server_7.pid)
	script start 7
	expect_status 1
	expect_text "Error: Server 7 is already running (PID: $first)"
	[[ $(<logs/server_7.pid) == "$first" ]]
	kill -0 "$first"
}

@test "of two starts at once exactly one starts a server" {
	"$PROJECT/scripts/start_server.sh" 7 >one.txt 2>&1 3>&- &
	first=$!
	"$PROJECT/scripts/start_server.sh" 7 >two.txt 2>&1 3>&- &
	wait "$!" || true
	wait "$first" || true
	run cat one.txt two.txt
	[[ $(grep -c 'started successfully' <<<"$output") -eq 1 ]]
	[[ $(grep -c 'already running' <<<"$output") -eq 1 ]]
}

@test "a pid file of a server that died does not hinder a start" {
	mkdir logs
	true &
	wait $!
	printf '%s\n' "$!" >logs/server_7.pid
	script start 7
	expect_status 0
}

@test "a server that cannot start is an error with the end of its log, and no pid file stays" {
	python3 -c "import socket, time
s = socket.create_server(('127.0.0.1', $port)); print('ready', flush=True); time.sleep(60)" >holder.txt 3>&- &
	pid=$!
	wait_until 10 grep -q ready holder.txt
	script start 7
	expect_status 1
	expect_text "Error: Server 7 failed to start" "Address already in use"
	[[ ! -e logs/server_7.pid ]]
}

@test "without a place for logs and pid nothing is started, and the place is named" {
	: >logs
	script start 7
	expect_status 1
	expect_text "cannot write to $WORK_DIR/logs"
	run "$BIN/ring_server" --conf config/server7.conf --ping
	expect_status 1
}

@test "a pid file with nonsense in it is no running server" {
	local nonsense
	mkdir logs
	for nonsense in 99999999999999999999 0 -1 "rm -rf /"; do
		printf '%s\n' "$nonsense" >logs/server_7.pid
		script stop 7
		expect_status 0
		[[ $output == "Warning: Server 7 was not running"* && ! -e logs/server_7.pid ]]
	done
}

@test "an unknown configuration or no id at all is an error" {
	script start 9
	expect_status 1
	expect_text "server9.conf is not there"
	script start
	expect_status 1
	expect_text "usage: start_server.sh ID"
	script start --no-such-option
	expect_status 2
	script start ../1
	expect_status 2
	expect_text "'../1' is no server ID"
}

@test "stop ends the server gracefully and removes its pid file" {
	script start 7
	first=$(<logs/server_7.pid)
	script stop 7
	expect_status 0
	expect_text "✅ Server 7 stopped gracefully"
	[[ ! -e logs/server_7.pid ]]
	gone "$first"
	grep -q "Server 7 stopped" logs/server_7.log
}

@test "a server that another started with the same conf file is stopped as well" {
	mkdir logs
	"$BIN/ring_server" --conf "$PWD/config/server7.conf" 2>logs/server_7.log 3>&- &
	pid=$!
	printf '%d\n' "$pid" >logs/server_7.pid
	wait_until 10 "$BIN/ring_server" --conf config/server7.conf --ping
	script stop 7
	expect_status 0
	gone "$pid"
}

@test "a server that does not heed SIGTERM is killed" {
	script start 7
	kill -STOP "$(<logs/server_7.pid)"
	script stop 7
	expect_status 0
	expect_text "✅ Server 7 force stopped"
	[[ ! -e logs/server_7.pid ]]
}

@test "stop without a pid file is exit 1, with a dead pid a warning" {
	script stop 7
	expect_status 1
	expect_text "Error: Server 7 has no PID file"
	mkdir -p logs
	true &
	wait $!
	printf '%s\n' "$!" >logs/server_7.pid
	script stop 7
	expect_status 0
	expect_text "Warning: Server 7 was not running (stale PID: $!)"
	[[ ! -e logs/server_7.pid ]]
}

@test "a pid that is another process now is never signalled" {
	mkdir logs
	sleep 60 3>&- &
	pid=$!
	printf '%s\n' "$pid" >logs/server_7.pid
	script stop 7
	expect_status 1
	expect_text "logs/server_7.pid names process $pid, which is sleep, not the server. It was not killed."
	kill -0 "$pid"
	script status 7
	expect_text "❌ NOT RUNNING (stale PID: $pid)"
}

@test "status shows a running server with the end of its log, and one that is not" {
	script status
	expect_status 0
	expect_text "=== Server 7 ===" "Status: ❌ NOT RUNNING (no PID file)"
	script start 7
	script status
	expect_status 0
	expect_text "Status: ✅ RUNNING" "PID: $(<logs/server_7.pid)" "Server 7 listens"
}

@test "status warns of a server without a pid file" {
	script start 7
	pid=$(<logs/server_7.pid)
	rm logs/server_7.pid
	script status 7
	expect_status 0
	expect_text "Warning: process $pid runs as Server 7 without a PID file"
}

@test "the configurations that come with the project are valid and make one ring" {
	for id in 1 2 3; do
		run "$BIN/ring_server" --conf "$PROJECT/config/server$id.conf" --print-conf
		expect_status 0
		expect_text "ID=$id" "127.0.0.1:8001" "127.0.0.1:8002" "127.0.0.1:8003"
	done
}
