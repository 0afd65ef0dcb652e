#!/usr/bin/env bats
# host_probe: what this machine does, a line for every interval.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

lines_in() {
	[[ -e $2 && $(wc --lines <"$2") -ge $1 ]]
}

@test "one sample for scripts has the figures of every part of the machine" {
	run "$BIN/host_probe" --once --name lab1
	expect_status 0
	jq --exit-status '
		.schema == "ringstorm-sample/1" and .source == "host" and .name == "lab1" and
		(.values | ."cpu.busy_percent" >= 0 and ."cpu.0.steal_percent" >= 0 and ."cpu.0.softirq_percent" >= 0 and
			."memory.used_bytes" > 0 and ."load.1m" >= 0 and .run_queue >= 1 and
			."tcp.retransmits" >= 0 and ."tcp.listen_overflows" >= 0 and ."tcp.time_wait" >= 0 and
			."sockets.used" > 0 and ."files.open" > 0 and .interval_ms >= 199)' <<<"$output"
}

@test "a busy core and traffic on the loopback are seen" {
	timeout 60 sh -c 'while :; do :; done' 3>&- &
	local busy=$!
	head --bytes 20M /dev/zero >data
	local port
	port=$(free_ports 1)
	timeout 60 python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1 3>&- &
	local server=$!
	"$BIN/host_probe" --interval 500ms >samples 3>&- &
	local probe=$!
	wait_until 20 curl --silent --fail --output /dev/null "http://127.0.0.1:$port/data"
	wait_until 20 jq --slurp --exit-status '
		(map(.values."cpu.busy_percent") | max) > 20 and
		(map(.values."net.lo.received_bytes_per_second") | add) > 20e6' samples
	for pid in "$busy" "$server" "$probe"; do stop_process "$pid"; done
}

@test "samples keep their distance and end with the count" {
	run "$BIN/host_probe" --interval 100ms --count 5
	expect_status 0
	jq --slurp --exit-status '
		length == 5 and (.[4].t_unix_ms - .[0].t_unix_ms | . > 300 and . < 1500)' <<<"$output"
}

@test "samples are appended to the file while they are made, and SIGTERM ends it in order" {
	printf 'an older line\n' >host_1.jsonl
	"$BIN/host_probe" --interval 50ms --output host_1.jsonl 3>&- &
	local probe=$!
	wait_until 5 lines_in 3 host_1.jsonl
	kill "$probe"
	expect_end 5 "$probe" 143
	[[ $(head --lines 1 host_1.jsonl) == "an older line" ]]
	tail --lines +2 host_1.jsonl | jq --exit-status '.values.interval_ms > 0' >/dev/null
}

@test "a signal is heard in the middle of a long interval" {
	"$BIN/host_probe" --interval 1h --output host_1.jsonl 3>&- &
	local probe=$!
	wait_until 5 test -e host_1.jsonl
	kill "$probe"
	expect_end 5 "$probe" 143
}

@test "it ends with who started it when that is wanted" {
	mkfifo hold
	"$BIN/host_probe" --interval 1h --until-eof --output samples <hold 3>&- &
	local probe=$!
	exec {held}>hold
	wait_until 5 test -e samples
	exec {held}>&-
	expect_end 5 "$probe" 0
}

@test "a duration ends it" {
	run "$BIN/host_probe" --interval 50ms --duration 220ms
	expect_status 0
	[[ $(wc --lines <<<"$output") -le 4 ]]
}

@test "a hundred samples cost less than 2 ms of processor time each" {
	local used most=200
	[[ $BIN != */.* ]] || most=2000 # sanitizers
	used=$(
		python3 - "$BIN/host_probe" <<-'EOF'
			import resource, subprocess, sys
			subprocess.run([sys.argv[1], "--interval", "10ms", "--count", "100", "--output", "/dev/null"], check=True)
			used = resource.getrusage(resource.RUSAGE_CHILDREN)
			print(round((used.ru_utime + used.ru_stime) * 1000))
		EOF
	)
	printf '%s ms for 100 samples\n' "$used"
	((used < most))
}

@test "the processes of a name are measured together" {
	cp "$(command -v sleep)" probed_host
	./probed_host 60 3>&- &
	local first=$!
	./probed_host 60 3>&- &
	local second=$!
	run "$BIN/host_probe" --once --process probed_host
	stop_process "$first"
	stop_process "$second"
	expect_status 0
	jq --exit-status '.values | ."proc.count" == 2 and ."proc.rss_bytes" > 100000 and ."proc.cpu_percent" >= 0 and
		."proc.threads" == 2' <<<"$output"
}

@test "a name that no process has is a count of 0" {
	run "$BIN/host_probe" --once --process no_such_name
	expect_status 0
	jq --exit-status '.values | ."proc.count" == 0 and (has("proc.rss_bytes") | not)' <<<"$output"
}

@test "a file that cannot be written is an error that names it" {
	run "$BIN/host_probe" --once --output nowhere/host.jsonl
	expect_status 1
	expect_text "cannot write nowhere/host.jsonl"
	run "$BIN/host_probe" --once --output /dev/full
	expect_status 1
	expect_text "cannot write /dev/full"
}

@test "an interval of nothing is a usage error" {
	run "$BIN/host_probe" --interval 0s
	expect_status 2
	expect_text "interval"
}
