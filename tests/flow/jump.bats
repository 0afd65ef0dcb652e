#!/usr/bin/env bats
# A server that is reached through another host alone: ProxyJump and
# ProxyCommand.
# shellcheck disable=SC2154 # lab.env sets LAB_*
load ../program/helpers
load ../lab/remote

setup_file() {
	export LAB=$BATS_FILE_TMPDIR/lab
	((EUID == 0)) || return 0
	"$PROJECT/tests/lab/lab.sh" up 1 servers 2 clients "$LAB" 3>&-
	# shellcheck source=/dev/null # made by lab.sh
	source "$LAB/lab.env"
	# What server1 answers us goes nowhere.
	ip -n "$LAB_NETWORK-server1" route add blackhole "$LAB_ADDRESS/32"
}

teardown_file() {
	"$PROJECT/tests/lab/lab.sh" down "$LAB"
}

setup() {
	((EUID == 0)) || skip "hosts with networks of their own need root"
	# shellcheck source=/dev/null # made by lab.sh
	source "$LAB/lab.env"
	unset SSH_AUTH_SOCK
	cd "$BATS_TEST_TMPDIR" || return
	through "ProxyJump client1"
}

teardown() {
	[[ -z ${faults-} ]] || stop_process "$faults"
}

# through LINE: server1's, in the configuration.
through() {
	printf 'Include "%s"\nHost server1\n  %s\n' "$LAB_SSH_CONFIG" "$1" >ssh_config
	export RINGSTORM_SSH_CONFIG=$PWD/ssh_config
}

# proxies: the processes that lead somewhere for this test.
proxies() {
	grep --files-with-matches --null-data --line-regexp --fixed-strings --no-messages \
		"RINGSTORM_SSH_CONFIG=$PWD/ssh_config" /proc/[0-9]*/environ |
		xargs --no-run-if-empty grep --files-with-matches --null-data --no-messages 'SSH_ASKPASS_REQUIRE=never' || true
}

has_proxy() {
	[[ -n $(proxies) ]]
}

expect_no_proxy() {
	local left
	left=$(proxies)
	[[ -z $left ]] || {
		printf 'left behind: %s\n' "$left"
		return 1
	}
}

# entries HOST: how often somebody logged in there.
entries() {
	grep --count 'Accepted publickey' "$LAB/$1/.sshd/log" || true
}

@test "a command goes through the jump host, and by no other way" {
	local before
	through "ProxyJump none"
	remote -t 1000 server1 true
	expect_status 255
	through "ProxyJump client1"
	before=$(entries client1)
	remote -n 2 server1 'echo "$SSH_CONNECTION"'
	expect_status 0
	[[ ${lines[0]} == "$LAB_CLIENT_1 "* && ${lines[0]} == "${lines[1]}" ]]
	(($(entries client1) == before + 1))
	expect_no_proxy
}

@test "several jump hosts are gone through in their order" {
	through "ProxyJump client2,client1"
	remote server1 'echo "$SSH_CONNECTION"'
	expect_status 0
	[[ $output == "$LAB_CLIENT_1 "* ]]
	grep --quiet "Accepted publickey for root from $LAB_CLIENT_2 " "$LAB/client1/.sshd/log"
	expect_no_proxy
}

@test "a proxy command leads to the host, and may say much" {
	through "ProxyCommand ssh -vvv -F '$LAB_SSH_CONFIG' -W %h:%p %r@client1"
	remote -n 20 server1 'echo in'
	expect_status 0
	[[ ${#lines[@]} -eq 20 ]]
	expect_no_proxy
}

@test "the host's own key is checked, not the jump host's" {
	grep --invert-match "^$LAB_SERVER_1 " "$LAB/known_hosts" >known
	printf 'Host server1\n  UserKnownHostsFile "%s"\n  ProxyJump client1\nHost *\n  Include "%s"\n' \
		"$PWD/known" "$LAB_SSH_CONFIG" >ssh_config
	remote server1 'echo ran >ran'
	expect_status 255
	expect_text "server1: the host key (SHA256:" "is not known; check it and add it by logging in there once with ssh"
	[[ ! -e $LAB/server1/ran ]]
	expect_no_proxy
}

@test "the clock of a host behind another is told with a bound that holds" {
	remote -c server1
	expect_status 0
	awk '{ exit !($1 <= $2 && -$1 <= $2 && $2 < 100) }' <<<"$output"
}

@test "a proxy that fails or hangs is told in its own words and leaves nothing behind" {
	through "ProxyJump client1:1"
	remote server1 true
	expect_status 255
	expect_text "server1: ProxyJump client1:1: ssh: connect to host $LAB_CLIENT_1 port 1: Connection refused"
	through "ProxyCommand sh -c 'echo first >&2; echo second >&2; exit 1'"
	remote server1 true
	expect_text "server1: ProxyCommand: first; second"
	through "ProxyCommand true"
	remote server1 true
	expect_text "server1: ProxyCommand: the connection was lost; it ended with status 0 and said nothing"
	through "ProxyCommand sh -c 'trap \"\" TERM; echo waiting >&2; sleep 60; sleep 60'"
	remote -t 500 server1 true
	expect_status 255
	expect_text "server1: ProxyCommand: no answer in time; it said: waiting"
	expect_no_proxy
}

@test "a connection that is lost behind the jump host is an error, and is made anew" {
	remote server1 'kill -KILL $PPID; sleep 5'
	expect_status 255
	expect_text "server1: ProxyJump client1: the connection was lost"
	expect_no_proxy
	expect_made_anew
}

@test "without ssh here a jump is refused in words" {
	mkdir empty
	run env PATH="$PWD/empty" "$BIN/.obj/lab/remote" server1 true
	expect_status 255
	expect_text "server1: ProxyJump client1: there is no ssh here" "install openssh-client"
}

# The programs

@test "metric files and the clock come through the jump host" {
	local before
	before=$(entries client1)
	"$BIN/stress_client" --driver null --num-clients 2 --requests-per-client 5 \
		--min-delay-ms 0 --max-delay-ms 1 --metrics-output-dir "$LAB/server1/metrics" --quiet
	unset RINGSTORM_SSH_CONFIG
	run "$BIN/collect_metrics" --ssh-config ssh_config --output-dir out server1:metrics
	expect_status 0
	[[ -s out/collected/machine_1/machine_1_client_2.json && -s out/collected/machine_1/clock.json ]]
	(($(entries client1) == before + 1))
}

@test "a jump host that refuses is an error that leaves no process" {
	through "ProxyJump nobody@client1"
	run "$BIN/collect_metrics" --output-dir out server1:metrics
	expect_status 1
	expect_text "server1: ProxyJump nobody@client1: nobody@$LAB_CLIENT_1: Permission denied (publickey)"
	expect_no_proxy
}

@test "a program that is stopped or killed while it waits leaves no proxy" {
	through "ProxyCommand sleep 60"
	setsid "$BIN/collect_metrics" --output-dir out server1:metrics >out.log 2>&1 3>&- &
	local collect=$!
	wait_until 10 has_proxy
	kill -INT -- "-$collect"
	expect_end 10 "$collect" 130
	expect_no_proxy

	through "ProxyJump client2,client1"
	"$BIN/.obj/lab/remote" server1 'echo in; sleep 20' >out.log 2>&1 3>&- &
	collect=$!
	wait_until 10 has_proxy
	kill -KILL "$collect"
	wait_until 10 expect_no_proxy
}

# start_server [SECONDS]: a ring of one, with what fault_ring must know of it.
start_server() {
	mkdir -p "$LAB/server1/ring/config"
	printf 'ID=1\nADDRESS="%s:8001"\n' "$LAB_SERVER_1" >"$LAB/server1/ring/config/server1.conf"
	remote server1 "cd ring && WORK_DIR=. BIN='$BIN' '$PROJECT/scripts/start_server.sh' 1"
	expect_status 0
	cat >fault_sim.conf <<-END
		FAULT_INTERVAL_SECS=0.1
		RESTART_DELAY_SECS=${1:-0.5}
		NUM_CYCLES=1
		FAULT=pause
		LOG_FILE=$PWD/fault_events.log
		SERVER_1_HOST=server1
		SERVER_1_WORK_DIR=ring
		SERVER_1_CONFIG=config/server1.conf
		SERVER_1_BINARY='$BIN/ring_server'
		SERVER_1_START_COMMAND="WORK_DIR=. BIN='$BIN' '$PROJECT/scripts/start_server.sh' 1"
	END
}

stop_server() {
	remote server1 "cd ring && WORK_DIR=. '$PROJECT/scripts/stop_server.sh' 1"
}

events() {
	jq --slurp --raw-output 'map(.event) | join(" ")' fault_events.jsonl
}

said() {
	grep --quiet -- "$1" out
}

@test "a fault is made and healed through the jump host" {
	start_server
	run "$BIN/fault_ring" --conf fault_sim.conf --quiet 3>&-
	stop_server
	[[ $(events) == "commanded confirmed heal_commanded healed" ]]
	expect_no_proxy
}

@test "^C at the terminal reaches no proxy: the fault is healed over the connection there is" {
	local before
	start_server 60
	before=$(entries client1)
	setsid "$BIN/fault_ring" --conf fault_sim.conf --quiet >out 2>&1 3>&- &
	faults=$!
	wait_until 20 said "is now FROZEN"
	has_proxy
	kill -INT -- "-$faults"
	expect_end 20 "$faults" 130
	said "stopping"
	(($(entries client1) == before + 1))
	expect_no_proxy
	[[ $(events) == *" healed" ]]
	stop_server
}
