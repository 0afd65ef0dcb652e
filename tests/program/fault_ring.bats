#!/usr/bin/env bats
# fault_ring: what it refuses, what it prints without touching anything.
# shellcheck disable=SC2154 # ring.bash sets them
load helpers
load ring

setup() {
	make_ring 3
}

teardown() {
	[[ -z ${stranger-} ]] || stop_process "$stranger"
	stop_ring
}

dry() {
	run "$BIN/fault_ring" --conf "$ring/fault_sim.conf" --dry-run "$@"
}

@test "a conf file without servers is a usage error that says what to set" {
	echo 'NUM_CYCLES=1' >"$ring/none.conf"
	run "$BIN/fault_ring" --conf "$ring/none.conf"
	expect_status 2
	expect_text "SERVER_1_HOST"
}

@test "a server without a host is a usage error that names it" {
	run "$BIN/fault_ring" --conf "$ring/fault_sim.conf" --server-9-config x.conf
	expect_status 2
	expect_text "SERVER_9_HOST"
}

@test "numbers of servers may have gaps" {
	sed --in-place 's/SERVER_2_/SERVER_40_/' "$ring/fault_sim.conf"
	dry
	expect_status 0
	expect_text "Number of Servers:   3" "Server 40: local"
	[[ $output != *"Server 2: "* ]]
}

@test "a misspelt key of a server is named with the right one" {
	echo 'SERVER_1_HOTS=x' >>"$ring/fault_sim.conf"
	dry
	expect_status 2
	expect_text "SERVER_1_HOTS" "did you mean SERVER_1_HOST?"
}

@test "an unknown fault is a usage error that lists those that there are" {
	dry --fault explode
	expect_status 2
	expect_text "'explode' is no fault" "kill, term, pause, slow, partition, loss, reset, rate, delay, command"
}

@test "more servers at once than MAX_DOWN are refused before anything is sent" {
	dry --pattern simultaneous --count 2
	expect_status 2
	expect_text "MAX_DOWN is 1"
	dry --pattern simultaneous --count 2 --max-down 2
	expect_status 0
}

@test "a schedule with a mistake is refused with its file and line" {
	printf 'at +1s kill 1 for 2s\n\nat +9s kill 7\n' >"$ring/plan"
	dry --pattern schedule --schedule "$ring/plan"
	expect_status 2
	expect_text "$ring/plan:3: there is no server '7'"
}

@test "faults of a schedule that overlap are refused unless that is allowed" {
	printf 'at +1s kill 1 for 5s\nat +3s pause 2 for 1s\n' >"$ring/plan"
	dry --pattern schedule --schedule "$ring/plan" --max-down 2
	expect_status 2
	expect_text "ALLOW_OVERLAP"
	dry --pattern schedule --schedule "$ring/plan" --max-down 2 --allow-overlap
	expect_status 0
	dry --pattern schedule --schedule "$ring/plan" --allow-overlap
	expect_status 2
	expect_text "MAX_DOWN"
}

@test "the guide's banner and list of servers come first" {
	dry
	expect_status 0
	[[ ${lines[1]} == "CloudP2P Fault Simulation - Ring Algorithm" ]]
	expect_text "Number of Servers:   3" "Fault Interval:      0.1s" "Restart Delay:       0.5s" \
		"Number of Cycles:    1" "Log File:            $ring/fault_events.log" \
		"Server 1: local" "  Config:   config/server1.conf" "  Work Dir: $ring" "  Binary:   $BIN/ring_server"
}

@test "a dry run prints the commands and reaches no host" {
	sed --in-place 's/_HOST=local/_HOST=nobody@host.invalid/' "$ring/fault_sim.conf"
	dry
	expect_status 0
	expect_text 'kill -KILL "$pid"' "start_server" "process \$pid is gone" "disarm"
	expect_text "at +0s      1 nobody@host.invali arm" "at +0.6s    2 nobody@host.invali arm"
	[[ ! -e $ring/fault_events.log && ! -e $ring/logs/ringstorm_undo ]]
}

@test "a dry run shows what delay and rate would do" {
	dry --fault delay --delay-ms 80 --jitter-ms 20
	expect_status 0
	expect_text "netem delay 80.000ms 20.000ms" "tc qdisc del"
	dry --fault rate --rate 64k
	expect_text "tbf rate 65536bps"
}

@test "a random order is the same for the same seed, and the seed is printed" {
	dry --pattern random --num-cycles 5
	expect_text "SEED="
	dry --pattern random --num-cycles 5 --seed 7
	first=$output
	expect_text "SEED=7"
	dry --pattern random --num-cycles 5 --seed 7
	[[ $output == "$first" ]]
}

@test "command without its commands is a usage error" {
	dry --fault command
	expect_status 2
	expect_text "APPLY_COMMAND and HEAL_COMMAND"
}

@test "a server that does not run stops it before the first fault" {
	run faults
	expect_status 1
	expect_text "server 1 (local): server 1 is not running" "Nothing was done."
	[[ ! -e $ring/fault_events.log ]]
}

@test "a pid file that names another process: that one is not touched" {
	sleep 100 3>&- &
	stranger=$!
	echo "$stranger" >"$ring/logs/server_1.pid"
	run faults
	expect_status 1
	expect_text "logs/server_1.pid names process $stranger, which is sleep, not the server. It was not touched."
	kill -0 "$stranger"
	rm "$ring/logs/server_1.pid"
}

@test "a work folder that is not there is named" {
	run faults --server-1-work-dir /nowhere/at/all
	expect_status 1
	expect_text "there is no folder /nowhere/at/all"
}

@test "--heal has nothing to do where nothing was done" {
	run faults --heal
	expect_status 0
	expect_text "1 local" "nothing to undo" "0 healed"
}

@test "--print-conf gives back numbered keys and nothing of servers that are not there" {
	run "$BIN/fault_ring" --conf "$ring/fault_sim.conf" --print-conf
	expect_status 0
	expect_text "SERVER_3_HOST=local" "FAULT_INTERVAL_SECS=0.1"
	[[ $output != *SERVER_4* ]]
}
