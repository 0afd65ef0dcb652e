#!/usr/bin/env bats
# compare on real runs of servers whose delay is known: three that are alike, and
# three that are a tenth slower, all at once so that whatever else the machine
# does they share. (How often chance alone makes runs differ is counted on many
# more made-up ones: tests/unit/compare/test_effects.c.)
load ../program/helpers

setup_file() {
	local run delay
	cd "$BATS_FILE_TMPDIR" || return
	for run in a b c slow_a slow_b slow_c; do
		delay=40ms
		[[ $run != slow_* ]] || delay=44ms
		load_one "$run" "$delay" &
	done
	wait
}

# load_one FOLDER DELAY
load_one() {
	local server port
	"$BIN/.obj/support/http_server" --delay "$2" >"$1.port" &
	server=$!
	wait_until 10 test -s "$1.port"
	read -r port <"$1.port"
	"$BIN/stress_client" --driver http --url "http://127.0.0.1:$port/" --num-clients 4 --requests-per-client 0 \
		--duration 15s --seed 7 --quiet --metrics-output-dir "$1" >"$1.log" 2>&1 || true
	"$BIN/aggregate" --output-dir "$1" "$1" >/dev/null 2>&1 || true
	stop_process "$server"
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# p50 A B: the verdict on it. Their ports differ, and no more.
p50() {
	"$BIN/compare" --anyway --seed 1 --json "$1" "$2" >"$1-$2.json" || true
	[[ $(jq --raw-output '.runs[0].configuration_differences | join(" ")' "$1-$2.json") =~ ^URL:[^:]*://[^:]*:[0-9/]*[^:]*://[^:]*:[^:]*$ ]]
	jq --raw-output '.runs[0].effects[] | select(.metric == "p50").verdict' "$1-$2.json"
}

@test "servers that are alike are not told from one another" {
	local pair verdict
	for pair in a:b a:c b:c slow_a:slow_b slow_a:slow_c slow_b:slow_c; do
		verdict=$(p50 "${pair%:*}" "${pair#*:}")
		printf '%s: %s\n' "$pair" "$verdict"
		[[ $verdict == same || $verdict == within || $verdict == unknown ]]
	done
}

@test "a server that is a tenth slower is found, by about a tenth, and exit 3" {
	local a b verdict
	for a in a b c; do
		for b in slow_a slow_b slow_c; do
			verdict=$(p50 "$a" "$b")
			printf '%s %s: %s\n' "$a" "$b" "$verdict"
			[[ $verdict == worse ]]
			jq --exit-status '.runs[0].effects[] | select(.metric == "p50") | .change > 0.05 and .change < 0.2' "$a-$b.json"
			[[ $(jq .exit_code "$a-$b.json") -eq 3 ]]
		done
	done
}

@test "without --anyway runs against two servers are not compared" {
	run "$BIN/compare" a b
	expect_status 2
	expect_text "configured differently (URL: "
}
