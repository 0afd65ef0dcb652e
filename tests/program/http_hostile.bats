#!/usr/bin/env bats
# stress_client with driver http against servers that misbehave, and systems
# that are too small: it ends in time, says why, and does not grow.
load helpers
load measured
load support

setup() {
	GNU_TIME=$(type -P time)
	out=$BATS_TEST_TMPDIR/metrics
}

teardown() {
	stop_servers
}

# load_with OPTION...: four requests of two clients, without pauses. Sets
# $peak_kb to the most memory that it had.
load_with() {
	run --separate-stderr timeout 60 "$GNU_TIME" --quiet --format=%M --output="$BATS_TEST_TMPDIR/peak" \
		"$BIN/stress_client" --quiet --num-clients 2 --requests-per-client 2 --ramp-ms 0 \
		--min-delay-ms 0 --max-delay-ms 0 --metrics-output-dir "$out" "$@"
	output+=$stderr
	peak_kb=$(<"$BATS_TEST_TMPDIR/peak")
}

# expect_all REASON: every request failed, and for this reason.
expect_all() {
	expect_status 1
	[[ $(total "failure_reasons[\"$1\"]") == 4 ]] || {
		printf 'not all failed for: %s\n' "$1"
		jq --compact-output .aggregated_stats.failure_reasons "$out"/*_client_*.json
		cat "$out"/*.log
		return 1
	}
}

# against REASON MODE...: each of these servers makes every request fail for
# that reason, soon, with little memory.
against() {
	local reason=$1
	local -a ports
	shift
	serve_hostile "$@"
	read -r -a ports <"$server_output"
	for port in "${ports[@]}"; do
		printf '%s\n' "$1"
		shift
		rm -rf "$out"
		SECONDS=0
		load_with --url "http://127.0.0.1:$port/" --http-timeout 200ms
		expect_all "$reason"
		# Twice 200 ms and a pause, on a machine that may be busy.
		((SECONDS <= 10))
		((peak_kb < 150000))
	done
}

# still_right MODE...: each of these servers is unusual, but not wrong.
still_right() {
	local -a ports
	serve_hostile "$@"
	read -r -a ports <"$server_output"
	for port in "${ports[@]}"; do
		printf '%s\n' "$1"
		shift
		rm -rf "$out"
		load_with --url "http://127.0.0.1:$port/"
		expect_status 0
		[[ $(total successful_requests) == 4 ]]
	done
}

@test "what is no HTTP is a bad reply" {
	against "bad reply" garbage text empty-lines nul status-words status-large version-unknown
}

@test "a length that is no number, or no possible one, is a bad reply" {
	against "bad reply" length-overflow length-negative length-words
}

@test "two lengths, a length beside chunks, hidden headers are refused, not guessed" {
	against "bad reply" length-twice length-list length-and-chunked space-before-colon folded-header unknown-coding
}

@test "chunks of a wrong size are a bad reply" {
	against "bad reply" chunk-size-words chunk-size-huge chunk-size-negative chunk-longer
}

@test "a header, a line, a trailer without an end are a bad reply before they fill the memory" {
	against "bad reply" endless-head endless-line trailer-endless chunk-extension-endless
}

@test "a flood of interim answers ends as a bad reply" {
	against "bad reply" interim-flood
}

@test "an answer that comes, with a close, before the body is sent is the answer" {
	truncate --size=20M "$BATS_TEST_TMPDIR/body"
	serve_hostile refuse-body
	load_with --url "$url" --method PUT --body-file "$BATS_TEST_TMPDIR/body"
	expect_all "http 413"
	[[ $(total retries) == 0 ]]
}

@test "an answer that does not end is timed out and not kept" {
	against "request timed out" length-huge body-endless
}

@test "half an answer and silence, or a drop now and then, is timed out" {
	against "request timed out" silence half-head-silence drip
}

@test "who closes before the answer or within it is called so" {
	against "closed by peer" close half-head-close less-than-announced chunk-cut
}

@test "who closes at once may be gone before or after the request arrives" {
	serve_hostile close-at-once
	load_with --url "$url" --http-timeout 10s
	expect_status 1
	[[ $(total 'failure_reasons | (."closed by peer" // 0) + (."connection reset" // 0)') == 4 ]]
}

@test "who resets before the answer or within it is called so" {
	against "connection reset" reset reset-in-body
}

@test "a redirect is counted and not followed" {
	serve_hostile redirect-loop --log "$BATS_TEST_TMPDIR/requests"
	load_with --url "$url"
	expect_status 0
	[[ $(total 'operations["GET / redirected"].ok') == 4 ]]
	[[ $(grep --count ^request "$BATS_TEST_TMPDIR/requests") == 4 ]]
	rm -r "$out"
	load_with --url "$url" --check-status 200
	expect_all "http 302"
}

@test "bytes behind an answer are never taken for the next answer" {
	serve_hostile early-answer
	load_with --url "$url"
	[[ $(total 'failure_reasons["http 500"]') == null ]]
}

@test "what is unusual but right succeeds" {
	still_right good bytewise interim-few close-after-answer old-version
}

@test "a URL that does not parse is a usage error that shows it" {
	local bad
	for bad in http:// http://a:port/ "http://a b/" http://a:99999/ "http://[::1/" http://u@h/; do
		load_with --url "$bad"
		expect_status 2
		expect_text "${bad%% *}"
	done
}

@test "an unknown host is said before the start" {
	load_with --url http://no-such-host.invalid/
	expect_status 2
	expect_text "stress_client: no-such-host.invalid:" "unknown host"
}

@test "a rate of 0 or of 1,000,000,000 is a usage error with the bounds" {
	load_with --url http://127.0.0.1:1/ --rate 0
	expect_status 2
	expect_text --rate
	load_with --url http://127.0.0.1:1/ --rate 1000000000
	expect_status 2
	expect_text --rate "10000000/s"
}

@test "too few open files for the clients is said before the start, with the command" {
	run bash -c 'ulimit -n 50 && exec "$@"' - timeout 20 "$BIN/stress_client" --quiet --num-clients 1000 \
		--url http://127.0.0.1:1/ --metrics-output-dir "$out"
	expect_status 1
	expect_text "1,000 clients need" "limit is 50" "ulimit -n 1"
}

@test "clients without a local port fail for that reason, the others go on, and the run is invalid" {
	((EUID == 0)) || skip "a network of its own needs root"
	# In there: ten ports, and twenty clients that each keep one.
	run timeout 60 unshare --net bash -c '
		set -e
		ip link set lo up
		echo "40000 40009" >/proc/sys/net/ipv4/ip_local_port_range
		"$1/.obj/support/http_server" >"$2/port" 3>&- &
		server=$!
		trap "kill $server" EXIT
		for ((i = 0; i < 100; i++)); do [[ -s $2/port ]] && break; sleep 0.1; done
		"$1/stress_client" --quiet --num-clients 20 --requests-per-client 5 --min-delay-ms 20 --max-delay-ms 20 \
			--ramp-ms 0 --url "http://127.0.0.1:$(cat "$2/port")/" --metrics-output-dir "$3" 3>&-
		' - "$BIN" "$BATS_TEST_TMPDIR" "$out"
	# What this machine lacks is no figure of the target.
	expect_status 5
	expect_text "out of local ports" net.ipv4.ip_local_port_range
	(($(total successful_requests) > 0))
	(($(total 'failure_reasons["out of local ports"]') > 0))
	[[ $(total failed_requests) == "$(total 'failure_reasons["out of local ports"]')" ]]
}
