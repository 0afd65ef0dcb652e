#!/usr/bin/env bats
# stress_client: the load itself, against a model server that can misbehave.
load helpers
load measured

setup() {
	out=$BATS_TEST_TMPDIR/metrics
	pictures=$BATS_TEST_TMPDIR/pictures
	servers=()
	mkdir "$pictures"
	python3 "$PROJECT/tests/lab/model_server.py" --picture "$pictures/tiny.png"
}

teardown() {
	local pid
	for pid in "${servers[@]}"; do stop_process "$pid"; done
}

# serve MODE [OPTION...]: starts a model server; its address is in $address.
serve() {
	local file
	file=$(mktemp "$BATS_TEST_TMPDIR/address.XXXXXX")
	python3 "$PROJECT/tests/lab/model_server.py" --mode "$@" >"$file" 3>&- &
	servers+=("$!")
	wait_until 10 test -s "$file"
	address=$(<"$file")
}

# load_with OPTION...: a short run against $address, without pauses.
load_with() {
	run --separate-stderr timeout 60 "$BIN/stress_client" --quiet --num-clients 2 --requests-per-client 3 \
		--min-delay-ms 0 --max-delay-ms 0 --ramp-ms 0 --server-addresses "$address" \
		--image-directory "$pictures" --metrics-output-dir "$out" \
		--assignment-timeout-ms 300 --assignment-pause-ms 50 --leader-wait-ms 300 \
		--status-poll-ms 50 --same-server-polls 2 --failed-polls 2 --resubmissions 1 "$@"
	output+=$stderr
}

# expect_reason TEXT: every request failed, and for this reason.
expect_reason() {
	[[ $(total failed_requests) == 6 ]]
	[[ $(total "failure_reasons[\"$1\"]") == 6 ]] || {
		cat "$out"/*.json
		return 1
	}
}

@test "every answer is compared with the picture that was sent" {
	serve good
	load_with
	expect_status 0
	[[ $(total successful_requests) == 6 && $(total failed_requests) == 0 ]]
}

@test "success may stand before the picture, with fields that nobody knows" {
	serve reordered
	load_with
	expect_status 0
}

@test "an answer that comes a few bytes at a time is put together" {
	serve trickle
	load_with
	expect_status 0
}

@test "the original encoder's last-byte defect is accepted" {
	local n
	serve last-byte
	for n in 1 2 3; do
		head --bytes=$((300 + n)) "$PROJECT/test_images/small.png" >"$pictures/cut$n.png"
	done
	load_with --requests-per-client 20
	expect_status 0
}

@test "a secret that comes back changed is a wrong answer and exit 4" {
	serve wrong
	load_with
	expect_status 4
	expect_reason "wrong answer"
}

@test "verify=extract does not compare, verify=none does not look" {
	serve wrong
	load_with --verify extract
	expect_status 0
	serve no-secret
	load_with --verify none
	expect_status 0
}

@test "a picture with nothing hidden in it is a wrong answer" {
	serve no-secret
	load_with
	expect_status 4
	expect_reason "wrong answer"
}

@test "success without a picture is a bad reply" {
	serve no-picture
	load_with
	expect_status 1
	expect_reason "bad reply"
}

@test "a picture that stops half way is a bad reply" {
	serve cut
	load_with
	expect_status 1
	expect_reason "bad reply"
}

@test "a secret that does not fit fails once and is not sent again" {
	serve too-large --log "$BATS_TEST_TMPDIR/log"
	load_with
	expect_status 1
	expect_reason "secret too large"
	[[ $(grep --count ^TaskRequest "$BATS_TEST_TMPDIR/log") == 6 ]]
}

@test "a refusal is a server error" {
	serve refuse
	load_with
	expect_status 1
	expect_reason "server error"
}

@test "a server that accepts and says nothing costs no more than the limits" {
	serve silent
	load_with
	expect_status 1
	expect_reason "no leader"
}

@test "an answer that goes on and on is cut at the time limit" {
	serve endless
	load_with --request-timeout-ms 100
	expect_status 1
	expect_reason "request timed out"
}

@test "a task that is never answered times out" {
	serve stall
	load_with --request-timeout-ms 100
	expect_status 1
	expect_reason "request timed out"
}

@test "a ring without a leader is told from a ring that is down" {
	serve follower
	load_with
	expect_reason "no leader"
	address=127.0.0.1:$(free_ports 1)
	load_with
	expect_status 1
	expect_reason "connection refused"
}

@test "garbage, frames over the limit and a close in the middle are failures, not crashes" {
	serve garbage
	load_with
	expect_status 1
	expect_reason "bad reply"
	serve too-long
	load_with
	expect_status 1
	expect_reason "bad reply"
	serve halfway
	load_with
	expect_status 1
	expect_reason "closed by peer"
}

@test "a task whose server is dead goes on where the ring says" {
	serve good --assign "127.0.0.1:$(free_ports 1)"
	load_with
	expect_status 0
	[[ $(total retries) == 6 ]]
	grep --quiet "going on with $address" "$out/machine_1_client_1.log"
}

@test "a silent server does not delay the first answer" {
	local others
	serve silent
	others=$address
	serve good
	address=$others,$address
	load_with --assignment-timeout-ms 20s --leader-wait-ms 30s --duration 10s
	expect_status 0
	[[ $(total successful_requests) == 6 ]]
}

@test "assignment=ordered waits for the servers before it in the list" {
	local others
	serve silent
	others=$address
	serve good
	address=$others,$address
	load_with --assignment ordered --num-clients 1 --requests-per-client 1
	expect_status 0
	jq --exit-status '.aggregated_stats.latency_min_ms >= 300' "$out/machine_1_client_1.json"
}

@test "every task is acknowledged, and no id is used twice, in a second run neither" {
	serve good --log "$BATS_TEST_TMPDIR/log"
	load_with
	load_with
	[[ $(grep --count ^TaskAck "$BATS_TEST_TMPDIR/log") == 12 ]]
	[[ $(grep ^TaskRequest "$BATS_TEST_TMPDIR/log" | sort --unique | wc --lines) == 12 ]]
}

@test "planned = sent + skipped and sent = ok + failed, in files and timeline" {
	serve good
	load_with --duration 200ms --requests-per-client 1000000
	[[ $(total planned_requests) == 2000000 ]]
	(($(total planned_requests) == $(total sent_requests) + $(total skipped_requests)))
	(($(total sent_requests) == $(total successful_requests) + $(total failed_requests)))
	(($(jq --slurp 'map(.ok) | add' "$out/machine_1_timeline.jsonl") == $(total successful_requests)))
	(($(jq --slurp 'map(.started) | add' "$out/machine_1_timeline.jsonl") == $(total sent_requests)))
}

@test "the last line of the timeline says that the client files are whole" {
	load_null
	[[ $(tail --lines=1 "$out/machine_1_timeline.jsonl" | jq .last) == true ]]
	[[ $(jq --slurp 'map(select(.last)) | length' "$out/machine_1_timeline.jsonl") == 1 ]]
}

# load_null OPTION...: a run of the engine alone.
load_null() {
	run --separate-stderr timeout 60 "$BIN/stress_client" --driver null --quiet --num-clients 4 \
		--requests-per-client 1000 --min-delay-ms 0 --max-delay-ms 0 --ramp-ms 0 \
		--metrics-output-dir "$out" "$@"
	output+=$stderr
}

@test "a run ends with its duration, though the ramp is longer" {
	load_null --ramp-ms 1h --duration 300ms
	expect_status 0
	[[ $(total planned_requests) == 4000 && $(total sent_requests) == 1000 ]]
}

@test "the clients of several processes are told apart by their number" {
	load_null --processes 3 --process 1 --run-id r --num-clients 7
	expect_status 0
	[[ $(cd "$out" && echo *_client_*.json) == "machine_1_client_2.json machine_1_client_5.json" ]]
}

@test "threads share the clients and lose none" {
	load_null --threads 3 --num-clients 10
	expect_status 0
	[[ $(total successful_requests) == 10000 ]]
	[[ $(find "$out" -name '*_client_*.json' | wc --lines) == 10 ]]
}

@test "a run of its own removes what an older one of this machine has left" {
	load_null --num-clients 5
	load_null --num-clients 2 --machine-id 1
	[[ $(cd "$out" && echo *_client_*.json) == "machine_1_client_1.json machine_1_client_2.json" ]]
	[[ $(jq --raw-output .run_id "$out/machine_1_timeline.jsonl" | sort --unique | wc --lines) == 1 ]]
}

# A run in the background that goes until it is stopped; sets `pid`.
long_run() {
	"$BIN/stress_client" --driver null --num-clients 2 --requests-per-client 1000000 --min-delay-ms 10 \
		--max-delay-ms 10 --ramp-ms 0 --timeline-ms 100 --metrics-output-dir "$out" 2>"$out.txt" 3>&- &
	pid=$!
	servers+=("$pid")
	wait_until 10 grep -qs '"ok"' "$out/machine_1_timeline.jsonl"
}

@test "a second run of the same machine into the same folder is refused, and harms nothing" {
	long_run
	load_null
	expect_status 1
	expect_text "machine 1 has a run going on in $out already"
	load_null --machine-id 2
	expect_status 0
	stop_process "$pid"
	[[ $(total successful_requests) -gt 0 ]]
	[[ $(jq --raw-output .run_id "$out"/machine_1_*.json* | sort --unique | wc --lines) == 1 ]]
}

@test "a disk that is full for a while costs the intervals of that time, and is said once" {
	long_run
	# No file may grow for a while; it has not come so far when the limit is set.
	prlimit --pid "$pid" --fsize="$(($(stat --format %s "$out/machine_1_timeline.jsonl") + 10000)):"
	wait_until 60 grep -qs "cannot write the timeline" "$out.txt"
	prlimit --pid "$pid" --fsize=unlimited:
	written=$(wc --lines <"$out/machine_1_timeline.jsonl")
	wait_until 10 bash -c "(( \$(wc --lines <'$out/machine_1_timeline.jsonl') > $written + 2 ))"
	stop_process "$pid"
	[[ $(grep --count "cannot write" "$out.txt") == 1 ]]
	[[ $(total planned_requests) == 2000000 ]]
	# One line is cut, and it took no other with it.
	[[ $(jq --raw-input 'fromjson? // "cut"' "$out/machine_1_timeline.jsonl" | grep --count '^"cut"$') == 1 ]]
	[[ $(tail --lines=1 "$out/machine_1_timeline.jsonl" | jq .last) == true ]]
}

@test "a stderr that nobody reads any more does not end the run" {
	{ "$BIN/stress_client" --driver null --num-clients 2 --requests-per-client 20 --min-delay-ms 100 \
		--max-delay-ms 100 --ramp-ms 0 --timeline-ms 100 --metrics-output-dir "$out" 2>&1 || true; } | head -1
	[[ $(total successful_requests) == 40 ]]
}

@test "metrics-output - writes JSON lines to stdout and no file" {
	cd "$BATS_TEST_TMPDIR"
	run --separate-stderr "$BIN/stress_client" --driver null --num-clients 2 --requests-per-client 5 \
		--min-delay-ms 0 --max-delay-ms 0 --ramp-ms 0 --metrics-output -
	expect_status 0
	[[ $(jq --raw-output .schema <<<"$output" | sort --unique) == $'ringstorm-client/1\nringstorm-interval/1' ]]
	[[ ! -e metrics ]]
}

@test "the run file tells the seed and the configuration" {
	load_null --seed 77
	jq --exit-status '.seed == 77 and (.configuration | any(startswith("NUM_CLIENTS")))' \
		"$out/machine_1_run.json"
}

@test "text that is no UTF-8 is taken for Latin-1 in the run file" {
	load_null --run-id $'caf\xe9' --image-directory $'caf\xe9'
	expect_status 0
	jq --exit-status '.run_id == "café" and (.configuration | any(test("IMAGE_DIRECTORY=.*café")))' \
		"$out/machine_1_run.json"
}

@test "SIGINT writes the files and leaves with 130, SIGTERM with 143" {
	local signal code
	serve good
	for signal in INT:130 TERM:143; do
		rm -rf "$out"
		"$BIN/stress_client" --quiet --num-clients 3 --requests-per-client 1000 --min-delay-ms 10s \
			--max-delay-ms 10s --ramp-ms 0 --server-addresses "$address" --image-directory "$pictures" \
			--metrics-output-dir "$out" --timeline-ms 100 3>&- &
		servers+=("$!")
		wait_until 10 grep --quiet '"ok":[1-9]' "$out/machine_1_timeline.jsonl"
		kill -"${signal%:*}" "${servers[-1]}"
		code=0
		wait "${servers[-1]}" || code=$?
		[[ $code == "${signal#*:}" ]]
		[[ $(total planned_requests) == 3000 ]]
		(($(total sent_requests) + $(total skipped_requests) == 3000))
	done
}

@test "requests in flight get 2 s to end and then count as interrupted" {
	local code=0
	serve stall --log "$BATS_TEST_TMPDIR/log"
	"$BIN/stress_client" --quiet --num-clients 2 --requests-per-client 10 --ramp-ms 0 \
		--server-addresses "$address" --image-directory "$pictures" --metrics-output-dir "$out" 3>&- &
	servers+=("$!")
	wait_until 10 grep --quiet ^TaskRequest "$BATS_TEST_TMPDIR/log"
	kill -INT "${servers[-1]}"
	wait "${servers[-1]}" || code=$?
	[[ $code == 130 ]]
	[[ $(total 'failure_reasons["interrupted"]') == 2 ]]
	[[ $(total skipped_requests) == 18 ]]
}

@test "a signal that is sent several times at once is one, and the files are written" {
	long_run
	for _ in {1..30}; do kill -TERM "$pid" || break; done
	wait_until 10 gone "$pid"
	status=0
	wait "$pid" || status=$?
	[[ $status -eq 143 ]]
	[[ $(total successful_requests) -gt 0 ]]
}

@test "a signal that is sent again later leaves at once, without the files" {
	serve stall
	"$BIN/stress_client" --num-clients 1 --min-delay-ms 0 --max-delay-ms 0 --ramp-ms 0 --timeline-ms 100 \
		--server-addresses "$address" --image-directory "$pictures" --metrics-output-dir "$out" 2>"$out.txt" 3>&- &
	pid=$!
	servers+=("$pid")
	wait_until 10 grep -qs '"in_flight":1' "$out/machine_1_timeline.jsonl"
	kill -TERM "$pid"
	wait_until 10 grep -q stopping "$out.txt"
	wait_until 10 eval '! kill -TERM "$pid" 2>/dev/null || gone "$pid"'
	status=0
	wait "$pid" || status=$?
	[[ $status -eq 143 && ! -e $out/machine_1_client_1.json ]]
}

@test "kill -9 leaves the timeline up to the last interval" {
	"$BIN/stress_client" --driver null --quiet --num-clients 1 --requests-per-client 1000000M \
		--min-delay-ms 1 --max-delay-ms 1 --ramp-ms 0 --timeline-ms 100 --metrics-output-dir "$out" 3>&- &
	servers+=("$!")
	wait_until 10 test -s "$out/machine_1_timeline.jsonl"
	kill -KILL "${servers[-1]}"
	jq --slurp --exit-status 'map(.ok) | add > 0' "$out/machine_1_timeline.jsonl"
}

@test "check says what it found: exit 0 for a ring that works" {
	serve good --id 7
	load_with --check
	expect_status 0
	expect_text "$address" "all name 7 as their leader" "right in" "$address assigns"
}

@test "check exits 1 when a server does not do its work, or nobody is there" {
	serve refuse
	load_with --check
	expect_status 1
	expect_text "server error: out of paint"
	serve good
	local good=$address
	serve silent
	load_with --check --request-timeout-ms 1s
	expect_status 1
	expect_text "none names a leader; nobody assigns tasks: where they have just started, ask again"
	load_with --check --server-addresses "$good,$address" --request-timeout-ms 1s
	expect_status 1
	expect_text "no leader is named by 1 of them"
	address=127.0.0.1:$(free_ports 1)
	load_with --check
	expect_status 1
	expect_text "no server answered: $address connection refused"
}

@test "an unknown driver is a usage error that names it" {
	load_null --driver ftp
	expect_status 2
	expect_text "no driver 'ftp' (there are: cloudp2p, " ", null"
}

@test "without a server there is a message that says how to name one" {
	run "$BIN/stress_client" --image-directory "$pictures"
	expect_status 2
	expect_text "--url URL" "--server-addresses"
}

@test "a missing or empty picture folder and a file that is no picture are named" {
	address=127.0.0.1:1
	load_with --image-directory "$pictures/none"
	expect_status 2
	expect_text "cannot read the pictures' folder $pictures/none"
	mkdir "$pictures/empty"
	touch "$pictures/empty/README"
	load_with --image-directory "$pictures/empty"
	expect_status 2
	expect_text "$pictures/empty holds no picture"
	printf '<html>' >"$pictures/broken.png"
	load_with
	expect_status 2
	expect_text "$pictures/broken.png is no PNG or JPEG picture (it begins with \"<html>\")"
}

@test "a mix names pictures that are there, with weights" {
	address=127.0.0.1:1
	load_with --image-mix tiny.png=1,huge.png=2
	expect_status 2
	expect_text "IMAGE_MIX: there is no picture huge.png"
	load_with --image-mix tiny.png
	expect_status 2
	expect_text "is no FILE=WEIGHT"
}

@test "pauses that end before they begin are refused" {
	load_null --min-delay-ms 20 --max-delay-ms 10
	expect_status 2
	expect_text "MAX_DELAY_MS=10 is less than MIN_DELAY_MS=20"
}

@test "too few open files are known before the start" {
	serve good
	ulimit -n 100
	load_with --num-clients 5000 --threads 2
	expect_status 1
	expect_text "5,000 clients need 5,040 open files and the limit is 100; raise it with: ulimit -n 5040"
	ulimit -n 20
	run timeout 60 "$BIN/stress_client" --driver null --num-clients 1 --threads 1
	expect_text "1 client needs 3"
}

@test "a folder that cannot be written is known before the start" {
	out=/proc/nowhere
	load_null
	expect_status 1
	expect_text "/proc/nowhere"
}

@test "a full disk is said once, and the run ends with exit 1" {
	run --separate-stderr bash -c '"$BIN/stress_client" --driver null --quiet --num-clients 2 --requests-per-client 5 \
		--min-delay-ms 100 --max-delay-ms 100 --timeline-ms 100 --metrics-output - >/dev/full'
	expect_status 1
	[[ $(grep --count "No space left" <<<"$stderr") == 1 ]]
}

@test "the same seed makes the same choices" {
	local n
	for n in a b; do python3 "$PROJECT/tests/lab/model_server.py" --picture "$pictures/$n.png"; done
	serve good --log "$BATS_TEST_TMPDIR/log"
	load_with --seed 5 --num-clients 1 --requests-per-client 10
	[[ $(jq .aggregated_stats.bytes_sent "$out/machine_1_client_1.json") -gt 0 ]]
	jq .aggregated_stats.bytes_sent "$out/machine_1_client_1.json" >"$BATS_TEST_TMPDIR/first"
	load_with --seed 5 --num-clients 1 --requests-per-client 10
	jq .aggregated_stats.bytes_sent "$out/machine_1_client_1.json" >"$BATS_TEST_TMPDIR/second"
	cmp "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/second"
}

@test "the display is lines off a terminal, and --quiet is silent" {
	run --separate-stderr "$BIN/stress_client" --driver null --num-clients 2 --requests-per-client 5 \
		--min-delay-ms 0 --max-delay-ms 0 --ramp-ms 0 --metrics-output-dir "$out"
	expect_status 0
	[[ $stderr == *"10 of 10"*"0 failed"* ]]
	[[ $stderr != *$'\033'* ]]
	load_null
	[[ -z $output ]]
}
