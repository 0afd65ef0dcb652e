#!/usr/bin/env bats
# The driver http, against nginx and a server whose every answer is known.
load helpers
load measured
load support
load nginx

setup() {
	out=$BATS_TEST_TMPDIR/metrics
}

teardown() {
	stop_servers
}

# start_nginx LOCATIONS: nginx with these in its only server; sets $url.
start_nginx() {
	serve_nginx "listen 127.0.0.1:PORT;" "$1"
	url=http://127.0.0.1:$port
}

# load_with OPTION...: four clients, ten requests each.
load_with() {
	rm -rf -- "$out"
	run --separate-stderr timeout 60 "$BIN/stress_client" --quiet --num-clients 4 --requests-per-client 10 \
		--ramp-ms 0 --metrics-output-dir "$out" "$@"
	output+=$stderr
}

# operations: each with its ok requests, as "GET /: 40", one a line.
operations() {
	intervals 'map(.operations | to_entries[]) | group_by(.key)[] | "\(.[0].key): \(map(.value.ok) | add)"'
}

@test "every answer of nginx is a success, over one connection for each client" {
	start_nginx 'location / { return 200 "hello, world!\n"; } location /status { stub_status; }'
	load_with --url "$url/"
	expect_status 0
	[[ $(total successful_requests) == 40 && $(total retries) == 0 ]]
	[[ $(operations) == 'GET /: 40' ]]
	# Beside ours there were curl's, one for this and some for the start.
	run curl --silent "$url/status"
	accepts=$(awk 'NR == 3 { print $1 }' <<<"$output")
	((accepts >= 6 && accepts < 20))
}

@test "a connection for each request leaves none waiting" {
	start_nginx 'location / { return 200 "hello"; }'
	load_with --url "$url/" --connection close
	expect_status 0
	[[ $(total successful_requests) == 40 && $(total retries) == 0 ]]
	run ss --tcp --numeric --no-header state time-wait "sport = :${url##*:} or dport = :${url##*:}"
	# curl's alone.
	((${#lines[@]} < 10))
}

@test "a connection for each request is that also where the server would keep it" {
	serve_hostile good --log "$BATS_TEST_TMPDIR/log"
	load_with --url "$url" --connection close
	expect_status 0
	[[ $(grep --count '^connection' "$BATS_TEST_TMPDIR/log") == 40 ]]
}

@test "a connection that the server closes between requests is made anew" {
	start_nginx 'location / { return 200 "hello"; } keepalive_requests 3;'
	load_with --url "$url/"
	expect_status 0
	[[ $(total successful_requests) == 40 ]]
}

@test "an idle connection that the server closes costs no request" {
	start_nginx 'location / { return 200 "hello"; } keepalive_timeout 100ms;'
	load_with --url "$url/" --requests-per-client 3 --min-delay-ms 300 --max-delay-ms 300
	expect_status 0
	[[ $(total successful_requests) == 12 ]]
}

@test "bodies of every framing are read to their end" {
	serve_http --body-bytes 100k
	load_with --url "$url" --check-body-length 100k
	expect_status 0
	serve_http --body-bytes 100k --chunked
	load_with --url "$url" --check-body-length 100k
	expect_status 0
	serve_http --body-bytes 100k --close
	load_with --url "$url" --check-body-length 100k
	expect_status 0
	[[ $(total successful_requests) == 40 ]]
	served "$server_pid" "$server_output"
	((connections == 40))
}

@test "HEAD, 204 and 304 have no body, whatever their headers say" {
	start_nginx 'location / { return 200 "hello"; } location /none { return 204; } location /same { return 304; }'
	load_with --url "$url/" --method HEAD
	expect_status 0
	load_with --url "$url/none" --url "$url/same"
	expect_status 0
	[[ $(operations) == $'GET /none: 20\nGET /same: 20' ]]
}

@test "a redirect is a success of its own kind and not followed" {
	start_nginx 'location / { return 302 /elsewhere; } location /elsewhere { return 500; }'
	load_with --url "$url/"
	expect_status 0
	[[ $(operations) == 'GET / redirected: 40' ]]
}

@test "a status that is not right fails under its number" {
	start_nginx 'location / { return 503; }'
	load_with --url "$url/"
	expect_status 1
	[[ $(total 'failure_reasons["http 503"]') == 40 ]]
	load_with --url "$url/" --check-status 200,5xx
	expect_status 0
}

@test "of some answers that fail the others count" {
	serve_http --fail-percent 25%
	load_with --url "$url" --num-clients 1 --requests-per-client 8
	expect_status 0
	[[ $(total successful_requests) == 6 && $(total 'failure_reasons["http 503"]') == 2 ]]
}

@test "a body that is not the right one is a wrong answer, exit 4" {
	serve_http --body 'the secret is 42'
	for check in "--check-body-length 15" "--check-body-contains 43" \
		"--check-body-sha256 $(printf 'something else' | sha256sum | cut --characters=1-64)"; do
		# shellcheck disable=SC2086 # an option and its value
		load_with --url "$url" $check
		expect_status 4
		[[ $(total 'failure_reasons["wrong answer"]') == 40 ]]
	done
	load_with --url "$url" --check-body-length 16 --check-body-contains 'is 42' \
		--check-body-sha256 "$(printf 'the secret is 42' | sha256sum | cut --characters=1-64)"
	expect_status 0
}

@test "a large body is checked, too" {
	serve_http --body-bytes 300k --chunked
	hash=$(curl --silent "$url" | sha256sum | cut --characters=1-64)
	load_with --url "$url" --check-body-sha256 "$hash" --check-body-contains xyzabcdef
	expect_status 0
	load_with --url "$url" --check-body-contains xyzacb
	expect_status 4
}

@test "method, headers and body arrive as they were given" {
	# shellcheck disable=SC2016 # nginx's variables
	start_nginx 'location / { return 200 "$request_method $http_x_test $content_length $host"; }'
	load_with --url "$url/" --body 'a,b' --header 'X-Test: 1, 2' --header 'Host: elsewhere' \
		--check-body-contains 'POST 1, 2 3 elsewhere'
	expect_status 0
	printf 'four' >"$BATS_TEST_TMPDIR/body"
	load_with --url "$url/" --method PUT --body-file "$BATS_TEST_TMPDIR/body" --check-body-contains 'PUT  4 127.0.0.1'
	expect_status 0
}

@test "several URLs take turns, or come as often as they weigh" {
	start_nginx 'location / { return 200 "hello"; }'
	load_with --url "$url/a?x=1" --url "$url/b"
	expect_status 0
	[[ $(operations) == $'GET /a: 20\nGET /b: 20' ]]
	load_with --url "$url/a 3" --url "$url/b 1" --requests-per-client 100 --seed 7
	expect_status 0
	often=$(operations | sed --quiet 's/^GET .a: //p')
	((often > 270 && often < 330))
}

@test "the header that names the server tells who answered" {
	start_nginx 'location /a { add_header X-Served-By one; return 200; } location /b { add_header X-Served-By two; return 200; }'
	load_with --url "$url/a" --url "$url/b" --url "$url/a" --url "$url/c" --check-status 200,404 \
		--server-header X-Served-By --requests-per-client 8
	expect_status 0
	run intervals 'map(.servers) | map(to_entries[]) | group_by(.key)[] | "\(.[0].key)=\(map(.value) | add)"'
	[[ ${lines[*]} == 'one=16 two=8 unnamed=8' ]]
}

@test "a server's name does not steer the terminal" {
	serve_http --server-header $'X-Server: a\xc2\x9b31m'
	run "$BIN/stress_client" --url "$url" --server-header X-Server --check
	expect_status 0
	expect_text " from a??31m: right"
}

@test "--check says what each URL answers" {
	start_nginx 'location / { return 200 "hello"; } location /no { return 500; }'
	run "$BIN/stress_client" --url "$url/" --check
	expect_status 0
	expect_text "$url/  status 200" right
	run "$BIN/stress_client" --url "$url/" --url "$url/no" --check
	expect_status 1
	expect_text "$url/no  status 500" "http 500"
	run "$BIN/stress_client" --url http://127.0.0.1:1/ --check
	expect_status 1
	expect_text "connection refused"
}

@test "nobody listening is a refused connection" {
	load_with --url "http://127.0.0.1:$(free_ports 1)/" --requests-per-client 1
	expect_status 1
	[[ $(total 'failure_reasons["connection refused"]') == 4 ]]
}

@test "a client's log has at most 200 lines, the last of which is its end" {
	load_with --url "http://127.0.0.1:$(free_ports 1)/" --rate 5000/s --max-clients 1 --num-clients 1 \
		--requests-per-client 300 --generator-check off
	expect_status 1
	[[ $(wc --lines <"$out/machine_1_client_1.log") == 200 ]]
	[[ $(tail --lines=1 "$out/machine_1_client_1.log") == *" end: 300 requests, "* ]]
}

@test "an answer that does not come in time is a request that timed out" {
	serve_http --delay 10s
	load_with --url "$url" --requests-per-client 1 --http-timeout 200ms
	expect_status 1
	[[ $(total 'failure_reasons["request timed out"]') == 4 ]]
}

@test "what does not make a request is refused before the start" {
	local -a wrong=("--url http://a b/" "--url http://127.0.0.1:99999/" "--url ftp://127.0.0.1/ --driver http"
		"--url http://127.0.0.1/ --header nothing" "--url http://127.0.0.1/ --header Content-Length:3"
		"--url http://127.0.0.1/ --method CONNECT" "--url http://127.0.0.1/ --check-status 99"
		"--url http://127.0.0.1/ --check-body-sha256 12" "--url http://127.0.0.1/ --body a --body-file b"
		"--url http://127.0.0.1/ --body-file /nonexistent" "--driver http")
	for options in "${wrong[@]}"; do
		# shellcheck disable=SC2086 # several words
		run "$BIN/stress_client" --quiet --metrics-output-dir "$out" $options
		expect_status 2
		[[ $output == stress_client:* ]]
	done
	run "$BIN/stress_client" --metrics-output-dir "$out" --url 'http://a b/c'
	expect_status 2
}
