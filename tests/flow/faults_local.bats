#!/usr/bin/env bats
# Real servers on this machine are broken, seen to be broken, and mended.
# shellcheck disable=SC2154 # ring.bash sets them
load ../program/helpers
load ../program/ring

setup() {
	make_ring 3
}

teardown() {
	[[ -z ${faults-} ]] || stop_process "$faults"
	stop_ring
	[[ ! -e $ring/mounted ]] || umount --lazy "$ring/logs/ringstorm_undo"
}

ring_is_whole() {
	answers 1 && answers 2 && answers 3
}

# expect_round FAULT: each of the three was hit once, seen, and healed.
expect_round() {
	[[ $(events 'map(select(.event == "confirmed")) | map(.server) | sort | map(tostring) | join(" ")') == "1 2 3" ]]
	[[ $(events 'map(select(.event == "healed")) | map(.server) | sort | map(tostring) | join(" ")') == "1 2 3" ]]
	[[ $(events 'map(.fault) | unique | join(" ")') == "$1" ]]
	ring_is_whole
	no_trace
}

@test "kill: every server in turn dies, is seen dead, and comes back as another process" {
	local -a before=()
	start_ring
	for id in 1 2 3; do before[id]=$(pid_of "$id"); done
	run faults
	expect_status 0
	expect_round kill
	for id in 1 2 3; do [[ $(pid_of "$id") != "${before[id]}" ]]; done
	expect_text "===== CYCLE 1/1 =====" "Ring Algorithm: Processing Server 1" \
		"Attempting to kill Server 1 on local" "Found Server 1 PID: ${before[1]} on local" \
		"SUCCESS: Killed Server 1 (PID ${before[1]}) on local" \
		"Confirmed: process ${before[1]} is gone, port " "Server 1 is now DOWN" \
		"Waiting 0.5s before restarting Server 1..." "Attempting to restart Server 1 on local" \
		"SUCCESS: Restarted Server 1 on local (PID $(pid_of 1))" "Server 1 is now UP" \
		"Waiting 0.1s before moving to next server in ring..." "Fault Simulation Completed!" \
		"Total Faults:       3" "3 faults: 3 confirmed, 3 healed."
	grep --quiet "\] Server 3 is now UP" "$ring/fault_events.log"
}

@test "the events say when what was commanded, seen and healed, with numbers and one run id" {
	start_ring
	faults
	[[ $(events 'map(select(.number == 2) | .event) | join(" ")') == "commanded confirmed heal_commanded healed" ]]
	[[ $(events 'map(.run_id) | unique | length') == 1 ]]
	[[ $(events 'map(.schema) | unique | join(" ")') == ringstorm-fault/1 ]]
	[[ $(events '[.[] | select(.number == 1) | .t_unix_ms] | . == sort') == true ]]
}

# down_in_time: the first of them for as long as RESTART_DELAY_SECS says.
down_in_time() {
	rm -f "$ring/fault_events.jsonl"
	faults
	[[ $(events '[.[] | select(.number == 1)] |
		(map(select(.event == "heal_commanded"))[0].t_unix_ms - map(select(.event == "commanded"))[0].t_unix_ms) |
		. >= 499 and . < 1000') == true ]]
}

@test "a server is down for as long as it was to be" {
	start_ring
	in_one_of 3 down_in_time
}

@test "term: every server ends by itself and comes back" {
	start_ring
	run faults --fault term
	expect_status 0
	expect_round term
}

@test "pause: every server is stopped and goes on as the same process" {
	start_ring
	paused=$(pid_of 2)
	start_faults --fault pause
	wait_until 10 said "Server 2 is now FROZEN"
	[[ $(sed 's/.*) //' "/proc/$paused/stat") == T* ]]
	wait "$faults"
	faults=''
	expect_round pause
	[[ $(pid_of 2) == "$paused" ]]
}

@test "slow: every server is stopped most of the time, and runs freely afterwards" {
	start_ring
	run faults --fault slow
	expect_status 0
	expect_round slow
	for ((i = 0; i < 50; i++)); do
		[[ $(sed 's/.*) //' "/proc/$(pid_of 1)/stat") != T* ]]
	done
}

@test "command: a pair of commands does and undoes what it says" {
	start_ring
	run faults --fault command --apply-command 'echo hit >>"hit$SERVER_ID"' --confirm-command 'test -s "hit$SERVER_ID"' \
		--heal-command 'rm -f "hit$SERVER_ID"' --healed-command 'test ! -e "hit$SERVER_ID"'
	expect_status 0
	expect_round command
}

@test "a fault that is not seen makes the run invalid, and is healed all the same" {
	start_ring
	run faults --fault command --apply-command 'touch hit' --confirm-command false --heal-command 'rm -f hit' \
		--confirm-timeout-secs 1
	expect_status 5
	expect_text "UNCONFIRMED" "3 faults: 0 confirmed, 3 healed."
	[[ ! -e $ring/hit ]]
	[[ $(events 'map(select(.event == "unconfirmed")) | length') == 3 ]]
	no_trace
}

@test "simultaneous: two servers are hit at one moment" {
	start_ring
	faults --pattern simultaneous --count 2 --max-down 2 --fault pause
	[[ $(events '[.[] | select(.event == "commanded" and .number <= 2) | .planned_unix_ms] | unique | length') -le 2 ]]
	[[ $(events '[.[] | select(.event == "confirmed" and .number <= 2) | .acted_unix_ms] | max - min | . < 200') == true ]]
	ring_is_whole
}

@test "schedule: faults come when the file says, and last as long" {
	start_ring
	printf 'at +1500ms pause 3 for 300ms\nat +500ms kill 2 for 500ms # first\n' >"$ring/plan"
	run faults --pattern schedule --schedule "$ring/plan"
	expect_status 0
	[[ $(events 'map(select(.event == "commanded") | "\(.fault) \(.server)") | join(", ")') == "kill 2, pause 3" ]]
	[[ $(events '[.[] | select(.event == "commanded") | .planned_unix_ms] | .[1] - .[0] | . >= 990 and . <= 1010') == true ]]
	ring_is_whole
}

@test "kill -9 of fault_ring right after a kill: the server is back by its own timer" {
	start_ring
	start_faults --restart-delay-secs 1 --undo-margin-secs 1
	wait_until 10 said "Server 1 is now DOWN"
	kill -KILL "$faults"
	run ! answers 1
	armed
	wait_until 10 answers 1
	wait_until 5 no_trace
	ring_is_whole
	grep --quiet "restarted by its timer" "$ring/logs/ringstorm_undo/timers.log"
}

# no_timer: of no undo, even of one whose file is gone.
no_timer() {
	! pgrep --full "sh logs/ringstorm_undo/server_.*$(events 'last.run_id')" >/dev/null
}

@test "a fault whose undo was removed is undone all the same, by fault_ring or by the timer" {
	start_ring
	start_faults --restart-delay-secs 1 --undo-margin-secs 1
	wait_until 10 said "Server 1 is now DOWN"
	rm -r "$ring/logs/ringstorm_undo"
	expect_end 20 "$faults" 0
	said "its undo was gone: it had worked, or was removed"
	said "3 faults: 3 confirmed, 3 healed."
	wait_until 10 no_timer
	start_faults --restart-delay-secs 1 --undo-margin-secs 1
	wait_until 10 said "Server 1 is now DOWN"
	kill -KILL "$faults"
	rm -r "$ring/logs/ringstorm_undo"
	wait_until 10 answers 1
	wait_until 10 no_timer
}

@test "an undo file that was changed changes nothing" {
	start_ring
	start_faults --fault pause --restart-delay-secs 1 --undo-margin-secs 1
	wait_until 10 said "Server 1 is now FROZEN"
	for file in "$ring"/logs/ringstorm_undo/*.sh; do printf 'exit 3\n' >"$file"; done
	wait_until 10 said "Server 1 is now UP"
	wait_until 10 said "Server 2 is now FROZEN"
	kill -KILL "$faults"
	for file in "$ring"/logs/ringstorm_undo/*.sh; do printf 'exit 3\n' >"$file"; done
	wait_until 10 answers 2
	wait_until 5 no_trace
}

@test "a timer that fires while the fault is being made undoes it afterwards" {
	start_ring
	start_faults --fault command --apply-command 'touch begun; sleep 3; touch hit was' --heal-command 'rm -f hit' \
		--restart-delay-secs 0.1 --undo-margin-secs 1
	wait_until 20 test -e "$ring/begun"
	kill -KILL "$faults"
	wait_until 20 test -e "$ring/was"
	wait_until 10 no_trace
	[[ ! -e $ring/hit ]]
}

@test "a fault whose timer was killed is not made" {
	start_ring
	start_faults --start-after 2s
	wait_until 5 armed
	kill -KILL -- "-$(cut --delimiter=' ' --fields=1 "$ring"/logs/ringstorm_undo/server_1-*.timer)"
	wait_until 5 said "the timer of its undo has ended. UNCONFIRMED"
	ring_is_whole
}

@test "of two runs at once the second makes no fault while the first has one" {
	start_ring
	printf 'at +3s kill 1 for 100ms\n' >"$ring/later"
	printf 'at +0s pause 1 for 5s\n' >"$ring/now"
	start_faults --pattern schedule --schedule "$ring/later"
	sleep 1
	run faults --pattern schedule --schedule "$ring/now" --log-file "$ring/now.log"
	expect_status 0
	expect_text "1 fault: 1 confirmed, 1 healed."
	expect_end 10 "$faults" 5
	said "another run is at work there"
	said "1 fault: 0 confirmed"
	ring_is_whole
	no_trace
}

@test "a disk that is full for the undo is told, before the first fault or instead of it" {
	start_ring
	((EUID == 0)) || skip "only root can make a small disk"
	mkdir "$ring/logs/ringstorm_undo"
	mount -t tmpfs -o size=64k tmpfs "$ring/logs/ringstorm_undo"
	: >"$ring/mounted"
	start_faults --start-after 3s
	wait_until 10 test -e "$ring/fault_events.jsonl"
	dd if=/dev/zero of="$ring/logs/ringstorm_undo/full" status=none || true
	expect_end 20 "$faults" 5
	said "is there room"
	said "3 faults: 0 confirmed, 3 healed."
	[[ $(ls "$ring/logs/ringstorm_undo") == full ]]
	run faults
	expect_status 1
	expect_text "cannot write to $ring/logs/ringstorm_undo: No space left on device. Nothing was done."
	ring_is_whole
}

@test "a host that would end the timers with the connection is told before the first fault" {
	start_ring
	mkdir "$ring/fake"
	printf '#!/bin/sh\necho 1000\n' >"$ring/fake/id"
	printf '#!/bin/sh\n[ "$5" = KillUserProcesses ] && echo b true\n' >"$ring/fake/busctl"
	chmod +x "$ring"/fake/*
	SSH_CONNECTION=here PATH=$ring/fake:$PATH run faults
	expect_status 1
	expect_text "server 1 (local): its logind has KillUserProcesses=yes" "Nothing was done."
	ring_is_whole
}

@test "--heal repairs what a killed run has left, twice at once and then again" {
	start_ring
	start_faults --fault pause --restart-delay-secs 60
	wait_until 10 said "Server 1 is now FROZEN"
	kill -KILL "$faults"
	faults --heal >"$ring/first" &
	first=$!
	faults --heal >"$ring/second"
	wait "$first"
	# One of them did it; both found it done.
	[[ $(cat "$ring/first" "$ring/second" | grep --count "was paused by run .*: continued") == 1 ]]
	ring_is_whole
	run faults --heal
	expect_status 0
	expect_text "0 healed"
	no_trace
}

@test "a question of the server's own program is not taken for the server: it is started all the same" {
	start_ring
	start_faults --restart-delay-secs 60
	wait_until 10 said "Server 1 is now DOWN"
	kill -KILL "$faults"
	# It stands for `ring_server --conf config/server1.conf --ping` that waits.
	(cd "$ring" && exec -a ring_server tail --follow config/server1.conf) >/dev/null 2>&1 3>&- &
	asker=$!
	(sleep 1 && kill "$asker") 3>&- &
	run faults --heal
	expect_status 0
	expect_text "restarted"
	ring_is_whole
}

@test "a new run refuses to start over what an earlier one has left armed" {
	start_ring
	start_faults --fault pause --restart-delay-secs 60
	wait_until 10 said "Server 1 is now FROZEN"
	kill -KILL "$faults"
	run faults
	expect_status 1
	expect_text "still armed" "fault_ring --heal"
}

@test "^C heals what is broken, reports and leaves with 130" {
	start_ring
	start_faults --restart-delay-secs 60
	wait_until 10 said "Server 1 is now DOWN"
	kill -INT "$faults"
	code=0
	wait "$faults" || code=$?
	[[ $code == 130 ]]
	said "Fault Simulation Stopped!"
	said "1 fault: 1 confirmed, 1 healed."
	ring_is_whole
	no_trace
}

@test "a terminal that closes heals what is broken, as ^C does" {
	start_ring
	start_faults --restart-delay-secs 60
	wait_until 10 said "Server 1 is now DOWN"
	kill -HUP "$faults"
	code=0
	wait "$faults" || code=$?
	[[ $code == 129 ]]
	said "1 fault: 1 confirmed, 1 healed."
	ring_is_whole
	no_trace
}

@test "a second ^C leaves at once and says how to heal by hand" {
	start_ring
	start_faults --restart-delay-secs 1 --fault command --apply-command true --heal-command 'sleep 3'
	wait_until 10 said "Server 1 is now STRUCK"
	kill -INT "$faults"
	wait_until 5 said "stopping: "
	kill -INT "$faults"
	code=0
	wait "$faults" || code=$?
	[[ $code == 130 ]]
	said "fault_ring --heal"
	said "sh '$ring/logs/ringstorm_undo/server_1-"
	faults --heal
}

@test "a server that does not come back ends the run, which says so" {
	start_ring
	run faults --server-1-start-command "echo no such luck; exit 3" --recovery-timeout-secs 1
	expect_status 1
	expect_text "ERROR: Failed to restart Server 1 on local: not back within 1000 ms" "no such luck" \
		"a server did not come back" "1 fault: 1 confirmed, 0 healed."
	[[ $(events 'map(select(.event == "heal_failed")) | length') == 1 ]]
	answers 2
}

@test "a server that dies by itself before its fault is not taken for killed" {
	start_ring
	start_faults --start-after 1500ms
	wait_until 5 armed
	kill -KILL "$(pid_of 1)"
	code=0
	wait "$faults" || code=$?
	[[ $code == 5 ]]
	said "ended by itself"
}

@test "a disk that is full for the log changes nothing for the servers" {
	start_ring
	ln --symbolic /dev/full "$ring/full.log"
	run faults --log-file "$ring/full.log"
	expect_status 1
	expect_text "cannot write to $ring/full.log" "3 faults: 3 confirmed, 3 healed."
	ring_is_whole
}

@test "READY_COMMAND must succeed before the first fault and after each" {
	start_ring
	run faults --ready-command false --recovery-timeout-secs 1
	expect_status 1
	expect_text "READY_COMMAND fails before any fault"
	[[ ! -e $ring/fault_events.log ]]
	faults --ready-command "echo ready >>'$ring/ready'"
	[[ $(wc --lines <"$ring/ready") == 4 ]]
}

@test "LEADER_COMMAND tells which fault hit the leader" {
	start_ring
	faults --leader-command "echo 2"
	[[ $(events 'map(select(.role == "leader") | .server) | unique | map(tostring) | join(" ")') == 2 ]]
}

@test "a server without a start script is started as binary and configuration, and found without a pid file" {
	start_ring
	sed --in-place /START_COMMAND/d "$ring/fault_sim.conf"
	cp --recursive "$ring/logs" "$ring/kept"
	rm "$ring"/logs/server_*.pid
	run faults
	[[ $status == 0 ]] || cp "$ring"/kept/*.pid "$ring/logs"
	expect_status 0
	ring_is_whole
}

@test "two processes that look like the server: neither is touched" {
	start_ring
	mv "$ring/logs/server_1.pid" "$ring/pid"
	(cd "$ring" && exec "$BIN/ring_server" --conf config/server1.conf --address 127.0.0.1:0 --listen 127.0.0.1:0) 3>&- >/dev/null 2>&1 &
	twin=$!
	wait_until 5 grep --quiet ring_server "/proc/$twin/comm"
	run faults
	mv "$ring/pid" "$ring/logs/server_1.pid"
	stop_process "$twin"
	expect_status 1
	expect_text "both look like server 1; give PID_FILE"
}

@test "fault_simulation.sh does what the guide says of it" {
	start_ring
	run "$PROJECT/scripts/fault_simulation.sh" "$ring/fault_sim.conf" --fault pause
	expect_status 0
	expect_text "CloudP2P Fault Simulation - Ring Algorithm" "Preflight" "All 3 ready. 3 faults" "Fault Simulation Completed!"
}

@test "where the load cannot be, a whole test makes no fault" {
	start_ring
	cp "$ring/fault_sim.conf" "$ring/config/fault_sim.conf"
	mkdir --parents "$ring/client/config"
	printf 'CLIENT_MACHINES=( "%s/client/metrics" )\n' "$ring" >"$ring/config/aggregate.conf"
	printf 'NUM_CLIENTS=1\n' | tee "$ring/config/stress_test.conf" >"$ring/client/config/stress_test.conf"
	export WORK_DIR=$ring
	run "$PROJECT/scripts/full_test.sh" --run-id one --no-such-option 3>&-
	expect_status 2
	expect_text "no-such-option"
	[[ $output != *"Fault Simulation"* ]]
	run "$PROJECT/scripts/full_test.sh" --faults-after 60 --run-id two --url "http://127.0.0.1:$(free_ports 1)/" 3>&-
	expect_status 1
	expect_text "Fault Simulation Stopped!" "0 faults: 0 confirmed"
	ring_is_whole
}

@test "the preflight is a table of what every server can" {
	start_ring
	run "$BIN/fault_ring" --conf "$ring/fault_sim.conf" --num-cycles 1
	expect_status 0
	[[ $output =~ Preflight\ +reachable\ +host\ key\ +running\ +can\ kill\ +heals\ itself\ +clock ]]
	[[ $output =~ 1\ local\ +[0-9]+\ ms\ +not\ needed\ +pid\ [0-9]+\ +yes\ +yes\ +\+0.0\ ms ]]
}

@test "without root a network fault ends in the preflight" {
	export ring
	# In a user namespace without a mapping everybody is nobody.
	run unshare --user bash -c '
		for id in 1 2 3; do WORK_DIR=$ring "$PROJECT/scripts/start_server.sh" "$id" || exit; done
		exec "$BIN/fault_ring" --conf "$ring/fault_sim.conf" --quiet --fault partition' 3>&-
	expect_status 1
	expect_text "server 1 (local): partition is not possible here: neither root nor sudo without a password on local. Nothing was done."
}

@test "servers that share their host's address are not to be parted" {
	start_ring
	((EUID == 0)) || skip "partition needs root"
	run faults --fault partition
	expect_status 1
	expect_text "partition is not possible here: another server has an address of the same host"
}
