#!/usr/bin/env bats
# stress_client with driver curl: https, HTTP/2, proxies, certificates and
# signatures, each against a real peer.
load helpers
load measured
load support
load nginx

setup() {
	out=$BATS_TEST_TMPDIR/metrics
	tls=$BATS_TEST_TMPDIR/tls
}

teardown() {
	stop_servers
}

# load_with OPTION...: ten requests of two clients, without pauses.
load_with() {
	run --separate-stderr timeout 60 "$BIN/stress_client" --quiet --num-clients 2 --requests-per-client 5 \
		--min-delay-ms 0 --max-delay-ms 0 --ramp-ms 0 --metrics-output-dir "$out" "$@"
	output+=$stderr
}

# expect_reason TEXT: every request failed, and for this reason.
expect_reason() {
	[[ $(total failed_requests) == 10 && $(total "failure_reasons[\"$1\"]") == 10 ]] || {
		cat "$out"/*.json "$out"/*.log
		return 1
	}
}

serve_tls() {
	make_certificates
	serve_nginx "listen 127.0.0.1:PORT ssl http2;" "ssl_certificate $tls/server.pem;" \
		"ssl_certificate_key $tls/server.key;" 'location / { return 200 "hello from tls"; }' "$@"
	url=https://localhost:$port/
}

@test "https is driver curl's without being told, over HTTP/2 where the server has it" {
	serve_tls
	load_with --url "$url" --cacert "$tls/ca.pem" --check-body-contains "from tls"
	expect_status 0
	[[ $(total successful_requests) == 10 ]]
	[[ $(grep --count 'HTTP/2.0" 200' "$nginx/requests") == 10 ]]
	[[ $(jq --raw-output .driver "$out/machine_1_client_1.json") == curl ]]
}

@test "--http1 keeps to HTTP/1.1" {
	serve_tls
	load_with --url "$url" --cacert "$tls/ca.pem" --http1
	expect_status 0
	[[ $(grep --count 'HTTP/1.1" 200' "$nginx/requests") == 10 ]]
}

@test "a certificate of an authority that is not trusted is refused" {
	serve_tls
	load_with --url "$url" --cacert "$tls/other.pem"
	expect_status 1
	expect_reason "certificate not trusted"
	[[ ! -s $nginx/requests ]]
}

@test "a certificate for another name is refused, and --insecure takes it" {
	serve_tls
	load_with --url "https://127.0.0.2:$port/" --cacert "$tls/ca.pem"
	[[ $status -eq 1 ]]
	rm -r "$out"
	load_with --url "https://127.0.0.1:$port/" --insecure
	expect_status 0
}

@test "a server that wants a client's certificate gets it" {
	serve_tls "ssl_client_certificate $tls/ca.pem;" "ssl_verify_client on;"
	load_with --url "$url" --cacert "$tls/ca.pem" --cert "$tls/client.pem" --key "$tls/client.key"
	expect_status 0
	rm -r "$out"
	load_with --url "$url" --cacert "$tls/ca.pem"
	expect_status 1
	expect_reason "http 400"
}

@test "a certificate file that is not there is named before the start" {
	load_with --url https://localhost:1/ --cacert /nowhere/ca.pem
	expect_status 2
	expect_text "--cacert" "/nowhere/ca.pem"
	load_with --url https://localhost:1/ --cert /nowhere/me.pem
	expect_status 2
	expect_text "--cert" "/nowhere/me.pem"
}

@test "plain HTTP where TLS is expected is a tls error" {
	serve_nginx "listen 127.0.0.1:PORT;"
	load_with --url "https://127.0.0.1:$port/"
	expect_status 1
	expect_reason "tls error"
}

@test "nobody who listens is connection refused" {
	load_with --url "https://127.0.0.1:$(free_ports 1)/"
	expect_status 1
	expect_reason "connection refused"
}

@test "requests go through the proxy, and through none that only the environment names" {
	local proxy
	serve_http
	proxy=$(free_ports 1)
	printf '%s\n' "Port $proxy" "Listen 127.0.0.1" "Timeout 10" "MaxClients 10" "Allow 127.0.0.1" \
		"LogLevel Info" "LogFile \"$BATS_TEST_TMPDIR/proxy.log\"" >"$BATS_TEST_TMPDIR/proxy.conf"
	tinyproxy -d -c "$BATS_TEST_TMPDIR/proxy.conf" 3>&- &
	support_pids+=("$!")
	wait_until 10 grep --quiet "Starting main loop" "$BATS_TEST_TMPDIR/proxy.log"
	# A proxy makes the driver curl also of http://.
	load_with --url "$url" --proxy "http://127.0.0.1:$proxy"
	expect_status 0
	grep --quiet "GET http://127.0.0.1:$port/" "$BATS_TEST_TMPDIR/proxy.log"
	rm -r "$out"
	http_proxy=http://127.0.0.1:1 load_with --driver curl --url "$url"
	expect_status 0
	rm -r "$out"
	serve_tls
	load_with --url "$url" --cacert "$tls/ca.pem" --proxy "http://127.0.0.1:$proxy"
	expect_status 0
	grep --quiet "CONNECT localhost:$port" "$BATS_TEST_TMPDIR/proxy.log"
}

@test "URLs of both kinds are all for driver curl" {
	local plain
	serve_http
	plain=$url
	serve_tls
	load_with --url "$plain" --url "$url/tls" --cacert "$tls/ca.pem"
	expect_status 0
	[[ $(total successful_requests) == 10 ]]
	(($(total 'operations["GET /"].ok') >= 4))
}

@test "what --print-conf has written can be read again" {
	serve_http
	"$BIN/stress_client" --url "$url" --print-conf >"$BATS_TEST_TMPDIR/conf"
	run "$BIN/stress_client" --conf "$BATS_TEST_TMPDIR/conf" --check
	expect_status 0
	expect_text "status 200"
}

@test "a proxy that is not there is connection refused" {
	load_with --url https://localhost:1/ --proxy "http://127.0.0.1:$(free_ports 1)"
	expect_status 1
	expect_reason "connection refused"
}

@test "a proxy may be one of SOCKS" {
	load_with --url https://localhost:1/ --proxy "socks5h://127.0.0.1:$(free_ports 1)"
	expect_status 1
	expect_reason "connection refused"
	load_with --url https://localhost:1/ --proxy ftp://127.0.0.1:1
	expect_status 2
	expect_text "libcurl does not speak 'ftp'"
}

@test "requests are signed as AWS asks, with keys of the environment" {
	start_server python3 "$PROJECT/tests/support/sigv4_server.py" AKID secret+/1 eu-west-1 s3
	AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=secret+/1 load_with --driver curl \
		--url "${url}bucket/key?a=1&b=2" --aws-sigv4 aws:amz:eu-west-1:s3 \
		--method PUT --body "some text" --header "X-Amz-Meta-Mine: yes"
	expect_status 0
	[[ $(total successful_requests) == 10 ]]
	rm -r "$out"
	AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=wrong load_with --driver curl \
		--url "$url" --aws-sigv4 aws:amz:eu-west-1:s3
	expect_status 1
	expect_reason "http 403"
}

@test "keys and a session's token come from a credentials file, and nothing shows them" {
	start_server python3 "$PROJECT/tests/support/sigv4_server.py" AKID topsecret us-east-2 execute-api "to/ken=="
	printf '%s\n' "[other]" "aws_access_key_id = NO" "[default]" "aws_access_key_id=AKID" \
		"aws_secret_access_key = topsecret" "aws_session_token = to/ken==" >"$BATS_TEST_TMPDIR/credentials"
	env --unset=AWS_ACCESS_KEY_ID --unset=AWS_SECRET_ACCESS_KEY true
	load_with --driver curl --url "$url" --aws-sigv4 aws:amz:us-east-2:execute-api \
		--aws-credentials "$BATS_TEST_TMPDIR/credentials"
	expect_status 0
	[[ $(total successful_requests) == 10 ]]
	run ! grep --recursive --quiet -e topsecret -e to/ken "$out"
}

@test "a signature without keys is a usage error that says where they come from" {
	run env --unset=AWS_ACCESS_KEY_ID --unset=AWS_SECRET_ACCESS_KEY "$BIN/stress_client" \
		--url https://localhost:1/ --aws-sigv4 aws:amz:eu-west-1:s3
	expect_status 2
	expect_text AWS_ACCESS_KEY_ID --aws-credentials
}

@test "headers may come from a file, and what is in it is not written down" {
	serve_nginx "listen 127.0.0.1:PORT;" 'location / { return 200 "$http_authorization $http_x_more"; }'
	printf '%s\r\n' "# of this test" "Authorization: Bearer hidden" "" "X-More: too" >"$BATS_TEST_TMPDIR/headers"
	for driver in curl http; do
		rm -rf "$out"
		load_with --driver "$driver" --url "http://127.0.0.1:$port/" --header "@$BATS_TEST_TMPDIR/headers" \
			--check-body-contains "den too"
		expect_status 0
		run ! grep --recursive --quiet Bearer "$out"
	done
	printf 'Authorization\n' >"$BATS_TEST_TMPDIR/headers"
	load_with --url "http://127.0.0.1:$port/" --header "@$BATS_TEST_TMPDIR/headers"
	expect_status 2
	expect_text "$BATS_TEST_TMPDIR/headers: line 1"
}

@test "a password in a URL is refused and not shown again" {
	load_with --url https://me:hidden@localhost/
	expect_status 2
	expect_text "a password"
	[[ $output != *hidden* ]]
	load_with --url https://localhost/ --proxy http://me:hidden@localhost:3128
	expect_status 2
	[[ $output != *hidden* ]]
}

@test "what libcurl does not speak is a usage error that names it" {
	load_with --url quic://localhost/
	expect_status 2
	expect_text "quic://localhost/" "does not speak 'quic'"
	load_with --driver curl --url https://a:port/
	expect_status 2
	expect_text "is no URL"
}

@test "each client has connections of its own and keeps them" {
	serve_http
	load_with --driver curl --url "$url"
	expect_status 0
	served "$server_pid" "$server_output"
	[[ $requests == 10 && $connections == 2 ]]
}

@test "with --connection close each request has a connection, and the server knows" {
	serve_nginx "listen 127.0.0.1:PORT;" 'location / { return 200 "<$http_connection>"; }'
	load_with --driver curl --url "http://127.0.0.1:$port/" --connection close --check-body-contains "<close>"
	expect_status 0
	serve_http
	rm -r "$out"
	load_with --driver curl --url "$url" --connection close
	served "$server_pid" "$server_output"
	[[ $requests == 10 && $connections == 10 ]]
}

@test "over HTTP/2, too, a connection may be for one request" {
	serve_tls
	load_with --url "$url" --cacert "$tls/ca.pem" --connection close
	expect_status 0
	[[ $(grep --count 'HTTP/2.0" 200' "$nginx/requests") == 10 ]]
}

@test "open files are counted for each host of the mix, before the start" {
	run bash -c 'ulimit -n 250 && exec "$@"' - "$BIN/stress_client" --quiet --num-clients 100 --driver curl \
		--url http://127.0.0.1:1/a --url http://127.0.0.1:1/b --url http://127.0.0.1:2/ --url http://127.0.0.1:3/ \
		--metrics-output-dir "$out"
	expect_status 1
	expect_text "100 clients need 3" "limit is 250" "ulimit -n 3"
}

@test "a server that is silent is timed out, one that fails is named by its status" {
	serve_hostile silence
	load_with --driver curl --url "$url" --http-timeout 100ms
	expect_status 1
	expect_reason "request timed out"
	rm -r "$out"
	serve_http --status 503
	load_with --driver curl --url "$url"
	expect_status 1
	expect_reason "http 503"
}

@test "operations are named by method and path, servers by a header, redirects by themselves" {
	serve_http --status 307 --server-header "X-Node: seven"
	load_with --driver curl --url "${url}a/b?c=d" --server-header x-node
	expect_status 0
	[[ $(total 'operations["GET /a/b redirected"].ok') == 10 ]]
	[[ $(total 'server_distribution["seven"]') == 10 ]]
}

@test "an answer with another body is a wrong answer and exit 4" {
	serve_http --body "as expected"
	load_with --driver curl --url "$url" --check-body-contains "not expected"
	expect_status 4
	expect_reason "wrong answer"
}

@test "--check says what each URL answers" {
	serve_http
	run "$BIN/stress_client" --check --driver curl --url "$url"
	expect_status 0
	expect_text "$url" "status 200" "from 127.0.0.1:$port" right
	run "$BIN/stress_client" --check --url "https://127.0.0.1:$(free_ports 1)/"
	expect_status 1
	expect_text "connection refused"
}

@test "a hostile server is called what it is, in time" {
	local -a modes ports
	local mode
	mapfile -t modes <<-END
		bad reply: garbage
		bad reply: endless-head
		bad reply: interim-flood
		bad reply: chunk-size-words
		bad reply: length-negative
		closed by peer: close
		closed by peer: less-than-announced
		connection reset: reset
		connection reset: reset-in-body
		request timed out: body-endless
	END
	serve_hostile "${modes[@]##* }"
	read -r -a ports <"$server_output"
	for mode in "${modes[@]}"; do
		printf '%s\n' "$mode"
		rm -rf "$out"
		load_with --driver curl --url "http://127.0.0.1:${ports[0]}/" --http-timeout 200ms --requests-per-client 2
		expect_status 1
		[[ $(total "failure_reasons[\"${mode%: *}\"]") == 4 ]]
		ports=("${ports[@]:1}")
	done
}

@test "Ctrl-C ends requests that are under way, as interrupted" {
	serve_hostile silence --log "$BATS_TEST_TMPDIR/log"
	env --default-signal=INT "$BIN/stress_client" --quiet --driver curl --url "$url" --num-clients 3 --ramp-ms 0 \
		--duration 1m --metrics-output-dir "$out" 3>&- &
	wait_until 10 eval '[[ $(grep --count connection "$BATS_TEST_TMPDIR/log") -eq 3 ]]'
	kill -INT "$!"
	expect_end 10 "$!" 130
	[[ $(total 'failure_reasons.interrupted') == 3 ]]
}
