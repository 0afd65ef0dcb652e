#!/usr/bin/env bats
# The driver ws, against a WebSocket server that is sound or misbehaves.
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

# load_with OPTION...: four clients, ten requests each.
load_with() {
	rm -rf -- "$out"
	run --separate-stderr timeout 60 "$BIN/stress_client" --quiet --num-clients 4 --requests-per-client 10 \
		--ramp-ms 0 --metrics-output-dir "$out" --url "$url" "$@"
	output+=$stderr
}

# operations: each with its ok and failed requests, as "ping: 40 0", one a line.
operations() {
	intervals 'map(.operations | to_entries[]) | group_by(.key)[] |
		"\(.[0].key): \(map(.value.ok) | add) \(map(.value.failed) | add)"'
}

# reasons: each with how often it was, one a line.
reasons() {
	intervals 'map(.reasons | to_entries[]) | group_by(.key)[] | "\(.[0].key): \(map(.value) | add)"'
}

@test "every message comes back over the one connection of its client" {
	serve_ws
	load_with
	expect_status 0
	[[ $(operations) == $'connect: 4 0\nmessage: 40 0' ]]
	[[ $(ws_served) == '4 connections, 0 open, 40 messages,'* ]]
}

@test "messages may be a text, a file or bytes, of any length, whole or in fragments" {
	local payload=$BATS_TEST_TMPDIR/payload
	head --bytes=200000 /dev/urandom >"$payload"
	serve_ws --fragment 1000
	load_with --payload 'a text with ä'
	expect_status 0
	load_with --payload-file "$payload" --frame binary
	expect_status 0
	(($(intervals 'map(.bytes_sent) | add') > 40 * 200000))
	load_with --payload-hex 00ffC3 --frame binary
	expect_status 0
	load_with --payload ''
	expect_status 0
}

@test "pings are an operation of their own" {
	serve_ws
	load_with --ping-share 100%
	expect_status 0
	[[ $(operations) == $'connect: 4 0\nping: 40 0' ]]
	load_with --ping-share 50% --requests-per-client 100
	expect_status 0
	[[ $(operations) == *ping:* && $(operations) == *message:* ]]
}

@test "an answer that is not the expected one is wrong" {
	serve_ws --fault wrong --fault-at 5
	load_with
	expect_status 4
	[[ $(reasons) == 'wrong answer: 8' ]]
	load_with --expect any
	expect_status 0
	load_with --expect 'contains storm'
	expect_status 0
	load_with --expect 'contains thunder'
	expect_status 4
}

@test "with nothing expected a message is a success when it is sent" {
	serve_ws --fault ignore
	load_with --expect none
	expect_status 0
	[[ $(operations) == $'connect: 4 0\nmessage: 40 0' ]]
}

@test "a message that a server does not take is not sent, and no success" {
	local ok
	serve_ws
	load_with --num-clients 2 --duration 3s --requests-per-client 0 --expect none --reply-timeout 300ms \
		--payload "$(printf 'x%.0s' {1..1000})" 3>&- &
	client=$!
	wait_until 10 eval '[[ $(intervals "map(.ok) | add") -gt 0 ]]' 2>/dev/null
	kill -STOP "$server_pid"
	wait "$client"
	kill -CONT "$server_pid"
	ok=$(intervals 'map(.operations.message.ok // 0) | add')
	((ok > 0 && ok * 1000 <= $(intervals 'map(.bytes_sent) | add')))
	[[ $(reasons) == *'request timed out'* ]]
}

@test "headers and a sub-protocol are offered, and one that was not is refused" {
	serve_ws --subprotocol chat
	load_with --subprotocol 'log, chat' --header 'Authorization: Bearer x'
	expect_status 0
	load_with --subprotocol log --no-reconnect --requests-per-client 1
	expect_status 1
	grep --quiet "chose the sub-protocol 'chat', which was not" "$out"/machine_1_client_1.log
}

@test "whatever breaks the protocol is a bad reply, and the connection is made anew" {
	local fault
	for fault in reserved-bit reserved-opcode masked long-length huge bad-utf8 bad-close half-close-code \
		long-ping continuation; do
		serve_ws --fault "$fault" --fault-at 6
		load_with --reconnect-min 1ms
		expect_status 0
		[[ $(reasons) == 'bad reply: 4' ]] || {
			printf '%s: %s\n' "$fault" "$(reasons)"
			return 1
		}
		[[ $(ws_served) == '8 connections, 0 open, '* ]]
	done
}

@test "a connection that is closed, cut or reset fails one request and is made anew" {
	serve_ws --fault close --fault-at 6 --close-code 1012
	load_with --reconnect-min 1ms
	expect_status 0
	[[ $(reasons) == 'closed by peer: 4' && $(operations) == $'connect: 8 0\nmessage: 36 4' ]]
	grep --quiet 'close code 1012' "$out"/machine_1_client_1.log
	serve_ws --fault drop --fault-at 6
	load_with --reconnect-min 1ms
	[[ $(reasons) == 'closed by peer: 4' ]]
	serve_ws --fault reset --fault-at 6
	load_with --reconnect-min 1ms
	[[ $(reasons) == 'connection reset: 4' ]]
	load_with --no-reconnect --requests-per-client 7
	[[ $(reasons) == 'connection reset: 8' ]]
}

@test "a server that goes silent, or stops in the middle of a frame, costs a time-out" {
	serve_ws --fault silent --fault-at 3
	load_with --requests-per-client 3 --reply-timeout 200ms --reconnect-min 1ms
	expect_status 0
	(($(intervals 'map(.reasons["request timed out"] // 0) | add') >= 4))
	serve_ws --fault half --fault-at 3
	load_with --requests-per-client 3 --reply-timeout 200ms --reconnect-min 1ms
	expect_status 0
	(($(intervals 'map(.reasons["request timed out"] // 0) | add') >= 4))
}

@test "a server that never stops talking holds up neither time-outs nor the end" {
	start_server python3 "$PROJECT/tests/support/flood_ws.py" messages
	url=ws://127.0.0.1:$port/
	load_with --requests-per-client 3 --expect any
	expect_status 0
	[[ $(operations) == *'message: 12 0' ]]
	start_server python3 "$PROJECT/tests/support/flood_ws.py" fragments
	url=ws://127.0.0.1:$port/
	load_with --requests-per-client 1 --reply-timeout 200ms
	expect_status 0
	[[ $(reasons) == 'request timed out: 4' ]]
}

@test "a server that only pings and takes no pong costs no memory" {
	local sound flooded
	# peak: of a client in kB, with one request.
	peak() {
		"$BIN/.obj/support/rusage" "$BATS_TEST_TMPDIR/took" timeout 60 "$BIN/stress_client" --quiet --num-clients 1 \
			--requests-per-client 1 --reply-timeout 2s --metrics-output-dir "$out" --url "ws://127.0.0.1:$port/"
		cut --delimiter=' ' --fields=2 "$BATS_TEST_TMPDIR/took"
	}
	serve_ws
	sound=$(peak)
	start_server python3 "$PROJECT/tests/support/flood_ws.py" pings
	flooded=$(peak)
	[[ $(reasons) == 'request timed out: 1' ]]
	((flooded < sound + 20000))
}

@test "a ping that comes while a large message is on its way cuts neither off" {
	head --bytes=12M /dev/zero >"$BATS_TEST_TMPDIR/large"
	start_server python3 "$PROJECT/tests/support/flood_ws.py" late
	url=ws://127.0.0.1:$port/
	load_with --num-clients 1 --requests-per-client 1 --expect none --payload-file "$BATS_TEST_TMPDIR/large" --reply-timeout 20s
	expect_status 0
	[[ $(operations) == $'connect: 1 0\nmessage: 1 0' ]]
}

@test "an upgrade that is refused, wrong or never answered is told apart" {
	serve_ws --status 503
	load_with --no-reconnect --requests-per-client 1
	expect_status 1
	[[ $(reasons) == 'http 503: 8' ]]
	serve_ws --bad-accept
	load_with --no-reconnect --requests-per-client 1
	expect_status 1
	[[ $(reasons) == 'bad reply: 8' ]]
	grep --quiet 'Sec-WebSocket-Accept' "$out"/machine_1_client_1.log
	serve_ws --mute
	load_with --no-reconnect --requests-per-client 1 --connect-timeout 100ms
	expect_status 1
	[[ $(reasons) == 'request timed out: 8' ]]
	url=ws://127.0.0.1:$(free_ports 1)/
	load_with --no-reconnect --requests-per-client 1
	expect_status 1
	[[ $(reasons) == 'connection refused: 8' ]]
}

@test "a client that rests answers pings and stays until the end" {
	serve_ws --ping-every 200ms
	load_with --duration 2s --min-delay-ms 1h --max-delay-ms 1h
	expect_status 0
	[[ $(ws_served) =~ ^'4 connections, 0 open, 4 messages, '([0-9]+)' pongs' ]]
	((BASH_REMATCH[1] >= 4 * 5))
}

@test "who restarts the server finds its clients back, later and later" {
	serve_ws
	timeout 60 "$BIN/stress_client" --quiet --num-clients 4 --duration 4s --min-delay-ms 50 --max-delay-ms 50 --ramp-ms 0 \
		--metrics-output-dir "$out" --url "$url" --reconnect-min 50ms &
	local client=$!
	sleep 1
	stop_process "$server_pid"
	sleep 0.5
	serve_ws --listen "127.0.0.1:$port"
	expect_end 20 "$client" 0
	[[ $(ws_served) == '4 connections, 0 open, '* ]]
	grep --quiet 'connected again after' "$out"/machine_1_client_1.log
	[[ $(operations) == *'connect: 8 '* ]]
}

@test "with a session length clients leave and come again" {
	serve_ws
	load_with --duration 2s --requests-per-client 0 --session-length 200ms --min-delay-ms 10 --max-delay-ms 10
	expect_status 0
	[[ -z $(reasons) && $(operations) =~ 'connect: '([0-9]+)' 0' ]]
	((BASH_REMATCH[1] >= 4 * 5))
}

@test "with a session length, too, a lost connection is made again at once" {
	serve_ws --fault drop --fault-at 10
	load_with --requests-per-client 30 --session-length 1h
	[[ $(reasons) == 'closed by peer: 12' && $(operations) =~ 'connect: '([0-9]+)' 0' ]]
	((BASH_REMATCH[1] >= 4 * 3))
}

@test "an answer has its whole time, also after a wait for the connection" {
	start_server python3 "$PROJECT/tests/support/slow_ws.py" 2.5
	url=ws://127.0.0.1:$port/
	load_with --num-clients 1 --requests-per-client 2 --expect any --reply-timeout 4s --reconnect-min 1ms
	[[ $(operations) == $'connect: 2 0\nmessage: 1 1' && $(reasons) == 'closed by peer: 1' ]]
}

# start_tls: a proxy that speaks TLS in front of the server; sets $url.
start_tls() {
	local front=$BATS_TEST_TMPDIR/tls server=127.0.0.1:$port
	mkdir -p "$front"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$front/key" -out "$front/cert" -days 2 \
		-subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
	serve_nginx "listen 127.0.0.1:PORT ssl;" "ssl_certificate $front/cert;" "ssl_certificate_key $front/key;" \
		"location / {" "proxy_pass http://$server;" "proxy_http_version 1.1;" \
		"proxy_set_header Upgrade \$http_upgrade;" "proxy_set_header Connection upgrade;" "}"
	url=wss://localhost:$port/
}

@test "wss:// is trusted by its certificate, or by nobody's" {
	local payload=$BATS_TEST_TMPDIR/payload
	serve_ws
	start_tls
	load_with --cacert "$BATS_TEST_TMPDIR/tls/cert"
	expect_status 0
	load_with --insecure
	expect_status 0
	head --bytes=300000 /dev/urandom >"$payload"
	load_with --insecure --payload-file "$payload" --frame binary
	expect_status 0
	load_with --no-reconnect --requests-per-client 1
	expect_status 1
	[[ $(reasons) == 'tls error: 8' ]]
	grep --quiet 'certificate is not trusted' "$out"/machine_1_client_1.log
	url=wss://127.0.0.1:${url##*:}
	load_with --no-reconnect --requests-per-client 1 --cacert "$BATS_TEST_TMPDIR/tls/cert"
	expect_status 1
	grep --quiet 'certificate is not trusted: IP address mismatch' "$out"/machine_1_client_1.log
}

@test "clients are shared out among several servers by weight" {
	local first first_output
	serve_ws
	first=$url
	first_output=$server_output
	local first_pid=$server_pid
	serve_ws
	run timeout 60 "$BIN/stress_client" --quiet --num-clients 40 --requests-per-client 1 --ramp-ms 0 \
		--metrics-output-dir "$out" --url "$first" --url "$url 3"
	expect_status 0
	stop_process "$first_pid"
	# Evenly: never more than one off.
	[[ $(tail --lines=1 "$first_output") =~ ^(9|10|11)' connections,' ]]
	[[ $(ws_served) =~ ^(29|30|31)' connections,' ]]
}

@test "--check connects to every server once and says what it found" {
	serve_ws
	run timeout 20 "$BIN/stress_client" --check --url "$url" --url "ws://127.0.0.1:$(free_ports 1)/x"
	expect_status 1
	[[ ${lines[0]} == "$url  connected in "*', pong after '* && ${lines[1]} == *'/x  connection refused' ]]
	run timeout 20 "$BIN/stress_client" --driver tonk --check --url "$url"
	expect_status 0
	serve_ws --status 404
	run timeout 20 "$BIN/stress_client" --check --url "$url"
	expect_status 1
	expect_text 'http 404: the server answered HTTP 404 instead of 101'
}

@test "settings that make no sense are usage errors that say what to do" {
	url=ws://127.0.0.1:1/
	local words
	while read -r words; do
		# shellcheck disable=SC2086 # options and their words
		load_with ${words%% # *}
		expect_status 2
		expect_text "${words##* # }"
	done <<-'END'
		--expect echoes # neither echo, any, none
		--payload-hex 0g # pairs of hexadecimal digits
		--payload-hex 012 # pairs of hexadecimal digits
		--payload a --payload-hex 00 # exclude one another
		--payload-hex ff # is not UTF-8
		--payload-file /nonexistent # cannot read the payload
		--header nonsense # is not of the form
		--reconnect-min 10s --reconnect-max 1s # is less than
		--url http://127.0.0.1:1/ # this driver wants ws://
		--url ws://nowhere.invalid:1/ # nowhere.invalid
		--header Sec-WebSocket-Key:x # the header Sec-WebSocket-Key is not yours to give
		--header connection:close # the header Connection is not yours to give
		--payload-file /dev/zero # the payload /dev/zero is more than 64M
	END
	run timeout 10 "$BIN/stress_client" --driver ws
	expect_status 2
	expect_text 'no server is named; give --url'
	run timeout 10 "$BIN/stress_client" --url wss://localhost:1/ --cacert /nonexistent
	expect_status 2
	expect_text 'cannot read certificates from /nonexistent'
}

@test "the weight behind a URL is the same number for every driver" {
	local driver weight
	for driver in ws http; do
		for weight in heavy 0 -1 2e9 inf '3 4'; do
			run timeout 10 "$BIN/stress_client" --url "$driver://127.0.0.1:1/ $weight"
			expect_status 2
			expect_text "$driver://127.0.0.1:1/ $weight: '$weight' is no weight; write URL, or URL and a number above 0, at most 1e9"
		done
	done
}

@test "the timeline tells how many connections were open, lost and found again, and how fast" {
	serve_ws --fault drop --fault-at 4
	load_with --reconnect-min 20ms --duration 2s --min-delay-ms 20 --max-delay-ms 20
	expect_status 0
	[[ $(intervals 'map(.connections) | "\(map(.made) | add) \(map(.dropped) | add) \(map(.restored) | add)"') == '12 8 8' ]]
	[[ $(intervals '.[0].connections | "\(.open) \(.joined)"') == '4 4' ]]
	[[ $(intervals '.[-1].connections | "\(.open) \(.joined)"') == '0 0' ]]
	[[ $(intervals 'map(.connections.restore // empty)[0]') == HISTFAAA* ]]
}
