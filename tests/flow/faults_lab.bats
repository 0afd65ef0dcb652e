#!/usr/bin/env bats
# Servers on hosts of their own, reached over SSH, are broken and mended.
# shellcheck disable=SC2154 # lab.env sets LAB_*
load ../program/helpers

setup_file() {
	lab=$BATS_FILE_TMPDIR/lab
	export lab
	((EUID == 0)) || return 0
	"$PROJECT/tests/lab/lab.sh" up 3 servers 0 clients "$lab" 3>&-
}

teardown_file() {
	"$PROJECT/tests/lab/lab.sh" down "$lab"
}

setup() {
	((EUID == 0)) || skip "hosts with networks of their own need root"
	# shellcheck disable=SC1091
	source "$lab/lab.env"
	export RINGSTORM_SSH_CONFIG=$LAB_SSH_CONFIG
	addresses=("" "$LAB_SERVER_1" "$LAB_SERVER_2" "$LAB_SERVER_3")
	log=$BATS_TEST_TMPDIR/fault_events
	conf=$BATS_TEST_TMPDIR/fault_sim.conf
	printf '%s\n' FAULT_INTERVAL_SECS=0.1 RESTART_DELAY_SECS=1 NUM_CYCLES=1 "LOG_FILE='$log.log'" >"$conf"
	for id in 1 2 3; do make_server "$id"; done
}

teardown() {
	[[ -z ${faults-} ]] || stop_process "$faults"
	((EUID == 0)) || return 0
	for id in 1 2 3; do
		"$PROJECT/tests/lab/lab.sh" mend "server$id" "$lab" || true
		on "$id" "nft flush ruleset; cd \"it's a ring\" && WORK_DIR=. '$PROJECT/scripts/stop_server.sh' $id" >/dev/null 2>&1 || true
	done
}

# on ID SCRIPT: there.
on() {
	ssh -F "$LAB_SSH_CONFIG" "server$1" "$2" 3>&-
}

# make_server ID: in a folder whose name wants quoting; it runs.
make_server() {
	local home="$lab/server$1/it's a ring" other peers=''
	mkdir -p "$home/config"
	for other in 1 2 3; do
		((other == $1)) || peers+=" \"$other@${addresses[other]}:8001\""
	done
	printf 'ID=%d\nADDRESS="%s:8001"\nPEERS=(%s )\n' "$1" "${addresses[$1]}" "$peers" >"$home/config/server$1.conf"
	on "$1" "cd \"it's a ring\" && WORK_DIR=. BIN='$BIN' '$PROJECT/scripts/start_server.sh' $1"
	cat >>"$conf" <<-END
		SERVER_$1_HOST=server$1
		SERVER_$1_WORK_DIR="it's a ring"
		SERVER_$1_CONFIG=config/server$1.conf
		SERVER_$1_BINARY='$BIN/ring_server'
		SERVER_$1_READY_ADDRESS=${addresses[$1]}:8001
		SERVER_$1_START_COMMAND="WORK_DIR=. BIN='$BIN' '$PROJECT/scripts/start_server.sh' $1"
	END
}

# answers ID: to somebody elsewhere.
answers() {
	"$BIN/ring_server" --id "$1" --address "${addresses[$1]}:8001" --ping >/dev/null 2>&1
}

# reached ID: it takes a connection at once.
reached() {
	timeout 0.4 bash -c "exec 3<>/dev/tcp/${addresses[$1]}/8001" 2>/dev/null
}

# faults [OPTION...]: fault_ring on these servers.
# shellcheck disable=SC2120
faults() {
	"$BIN/fault_ring" --conf "$conf" --quiet "$@" 3>&-
}

start_faults() {
	"$BIN/fault_ring" --conf "$conf" --quiet "$@" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	faults=$!
}

said() {
	grep --quiet -- "$1" "$BATS_TEST_TMPDIR/out"
}

events() {
	jq --slurp --raw-output "$1" "$log.jsonl"
}

# clean ID: no rule, no queue, no armed undo, no timer is left there.
clean() {
	[[ -z $(on "$1" "nft list ruleset; tc qdisc show dev eth0 | grep htb; ls \"it's a ring/logs/ringstorm_undo\" | grep -F server_; pgrep -f ringstorm_und[o]") ]]
}

expect_round() {
	expect_status 0
	expect_text "3 faults: 3 confirmed, 3 healed."
	[[ $(events 'map(select(.event == "healed") | .server) | map(tostring) | join(" ")') == "1 2 3" ]]
	for id in 1 2 3; do answers "$id" && clean "$id"; done
}

@test "kill over SSH: every server dies and comes back" {
	run faults
	expect_round
	[[ $(events '[.[] | select(.event == "confirmed").clock_error_ms] | min | . > 0') == true ]]
}

# kills_in_time: one of three kills reached its host within 30 ms.
kills_in_time() {
	rm -f "$log.jsonl"
	# shellcheck disable=SC2119
	faults
	[[ $(events '[.[] | select(.event == "confirmed").acted_unix_ms] as $acted |
		[.[] | select(.event == "commanded").planned_unix_ms] as $planned |
		[range(3) | $acted[.] - $planned[.]] | sort | .[0] <= 30') == true ]]
}

@test "a kill reaches its host at its moment" {
	in_one_of 3 kills_in_time
}

@test "partition: a server is cut off from everyone and reached again" {
	start_faults --fault partition --restart-delay-secs 3
	wait_until 20 said "Server 2 is now CUT OFF"
	run ! reached 2
	answers 1
	on 2 "nft list table inet ringstorm_2" | grep --quiet "drop"
	wait_until 30 gone "$faults"
	said "3 faults: 3 confirmed, 3 healed."
	for id in 1 2 3; do clean "$id"; done
}

@test "partition from peers leaves the clients, partition from clients leaves the peers" {
	start_faults --fault partition --partition-from peers --restart-delay-secs 3
	wait_until 20 said "Server 2 is now CUT OFF"
	answers 2
	on 2 "! timeout 1 bash -c 'exec 3<>/dev/tcp/$LAB_SERVER_3/8001'"
	wait_until 30 gone "$faults"
	said "3 faults: 3 confirmed, 3 healed."

	start_faults --fault partition --partition-from clients --restart-delay-secs 3
	wait_until 20 said "Server 2 is now CUT OFF"
	run ! reached 2
	on 2 "timeout 1 bash -c 'exec 3<>/dev/tcp/$LAB_SERVER_3/8001'"
	wait_until 30 gone "$faults"
	said "3 faults: 3 confirmed, 3 healed."
}

@test "loss, reset and rate are seen and leave nothing behind" {
	for fault in loss reset rate; do
		run faults --fault "$fault"
		expect_round
		: >"$log.jsonl"
	done
}

@test "pause and slow work over SSH" {
	for fault in pause slow; do
		run faults --fault "$fault"
		expect_round
		: >"$log.jsonl"
	done
}

has_netem() {
	on 1 "unshare -n tc qdisc add dev lo root netem delay 1ms" 2>/dev/null
}

@test "delay without netem in the kernel is refused before the run, with netem it is made" {
	run faults --fault delay
	if has_netem; then
		expect_round
	else
		expect_status 1
		expect_text "server 1 (server1): delay is not possible here: this kernel has no netem on server1. Nothing was done."
		[[ ! -e $log.jsonl ]]
	fi
	clean 1
}

@test "delay: what a server sends comes late" {
	has_netem || skip "this kernel has no netem"
	start_faults --fault delay --delay-ms 300
	wait_until 10 said "Server 1 is now LATE"
	began=$(date +%s%3N)
	answers 1
	(($(date +%s%3N) - began >= 300))
	wait_until 30 gone "$faults"
	said "3 faults: 3 confirmed, 3 healed."
}

@test "kill -9 of fault_ring right after a partition: the host lifts it by itself" {
	start_faults --fault partition --undo-margin-secs 1
	wait_until 10 said "Server 1 is now CUT OFF"
	kill -KILL "$faults"
	run ! reached 1
	wait_until 10 answers 1
	wait_until 5 clean 1
}

@test "kill -9 of fault_ring right after a kill: the host restarts its server by itself" {
	start_faults --undo-margin-secs 1
	wait_until 10 said "Server 1 is now DOWN"
	kill -KILL "$faults"
	run ! reached 1
	wait_until 10 answers 1
	wait_until 5 clean 1
}

@test "the cable is cut in the middle of a fault: the host heals itself, and the run goes on when it is back" {
	start_faults --undo-margin-secs 2
	wait_until 10 said "Server 1 is now DOWN"
	"$PROJECT/tests/lab/lab.sh" cut server1 "$lab"
	wait_until 30 said "WARNING: Server 1 on server1 cannot be reached"
	"$PROJECT/tests/lab/lab.sh" mend server1 "$lab"
	code=0
	wait "$faults" || code=$?
	[[ $code == 0 ]]
	said "3 faults: 3 confirmed, 3 healed."
	for id in 1 2 3; do answers "$id" && clean "$id"; done
}

@test "a host that is down is named before the first fault; --heal heals the others and says so" {
	"$PROJECT/tests/lab/lab.sh" cut server3 "$lab"
	run faults
	expect_status 1
	expect_text "server 3 (server3): " "Nothing was done."
	answers 1 && answers 2
	run faults --heal
	expect_status 6
	expect_text "1 server1" "nothing to undo" "unreachable: "
}

@test "a changed host key is fatal, and nothing is done" {
	sed "s/^Host \*/&\n  UserKnownHostsFile ${BATS_TEST_TMPDIR//\//\\/}\/known/" "$LAB_SSH_CONFIG" |
		grep --invert-match "UserKnownHostsFile \"$lab" >"$BATS_TEST_TMPDIR/ssh_config"
	awk '{ $3 = other != "" ? other : $3; other = $3 } 1' "$lab/known_hosts" >"$BATS_TEST_TMPDIR/known"
	RINGSTORM_SSH_CONFIG=$BATS_TEST_TMPDIR/ssh_config run faults
	expect_status 1
	expect_text "server 2" "host key" "known line 2" "Nothing was done."
	answers 1
	[[ ! -e $log.jsonl ]]
}
