#!/usr/bin/env bats
# relay_probe: what a service says of itself, a line for every poll.
load helpers
load support
load nginx

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export RINGSTORM_SSH_CONFIG=/dev/null
}

teardown() {
	stop_servers
}

# serve TEXT: a page of that text, and the other pages of metrics_server.
serve() {
	printf '%s\n' "$1" >page
	start_server python3 "$PROJECT/tests/support/metrics_server.py" page
}

# change TEXT: the page from now on.
change() {
	printf '%s\n' "$1" >next
	mv next page
}

lines_in() {
	[[ -e $2 && $(wc --lines <"$2") -ge $1 ]]
}

readonly RELAY='{"connections":2,"memory":{"rss":3521134592},"process":{"pid":4242},"uptime":57}'

@test "the page of a relay becomes dotted names, a line for every poll" {
	serve "$RELAY"
	run --separate-stderr "$BIN/relay_probe" --url "$url" --count 3 --interval 20ms --name relay1
	expect_status 0
	jq --slurp --exit-status '
		length == 3 and all(.schema == "ringstorm-sample/1" and .source == "relay" and .name == "relay1" and
			(.values | .connections == 2 and ."memory.rss" == 3521134592 and ."process.pid" == 4242 and .uptime == 57))' <<<"$output"
}

@test "node_exporter is read" {
	local port
	port=$(free_ports 1)
	prometheus-node-exporter --web.listen-address="127.0.0.1:$port" >log 2>&1 3>&- &
	support_pids+=($!)
	wait_until 10 curl --silent --fail --output /dev/null "http://127.0.0.1:$port/metrics"
	run --separate-stderr "$BIN/relay_probe" --url "http://127.0.0.1:$port/metrics" --count 2 --interval 50ms
	expect_status 0
	jq --slurp --exit-status '
		length == 2 and all((.failed | not) and (.suspect | not) and (.values | length > 100 and .node_load1 >= 0 and
			."node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"}" > 0 and (."probe.malformed" | not)))' <<<"$output"
}

@test "the status of nginx is read" {
	serve_nginx "listen 127.0.0.1:PORT;" "location /status { stub_status; }"
	run --separate-stderr "$BIN/relay_probe" --url "http://127.0.0.1:$port/status" --count 3 --interval 20ms
	expect_status 0
	jq --slurp --exit-status '
		all(.values | ."connections.active" >= 1 and .accepts >= 1) and
		.[2].values.requests == .[0].values.requests + 2' <<<"$output"
}

@test "only the wanted names are kept" {
	serve "$RELAY"
	run --separate-stderr "$BIN/relay_probe" --url "$url" --once --only 'memory.*' --only uptime
	expect_status 0
	[[ $(jq --compact-output '.values | del(."probe.took_ms")' <<<"$output") == '{"memory.rss":3521134592,"uptime":57}' ]]
}

@test "the process behind the page is measured, and what it cannot have is marked" {
	serve "$RELAY"
	run --separate-stderr "$BIN/relay_probe" --url "$url" --count 2 --interval 50ms --pid "$server_pid"
	expect_status 0
	jq --slurp --exit-status --argjson pid "$server_pid" '
		(.[1].values | ."proc.pid" == $pid and ."proc.rss_bytes" > 1000000 and ."proc.cpu_percent" >= 0 and
			."proc.threads" >= 1 and ."proc.sockets" >= 1) and
		.[0].suspect."process.pid" == "another process answers than \($pid)"' <<<"$output"
	change '{"connections":500}'
	run --separate-stderr "$BIN/relay_probe" --url "$url" --once --pid "$server_pid"
	expect_status 0
	[[ $(jq --raw-output .suspect.connections <<<"$output") == "the process has only "*" sockets" ]]
}

@test "a process is found by its name, also through the shell of a host" {
	serve "$RELAY"
	cp "$(command -v sleep)" probed_program
	./probed_program 60 3>&- &
	support_pids+=($!)
	run --separate-stderr "$BIN/relay_probe" --url "$url" --once --process probed_program
	expect_status 0
	local here=$output
	run --separate-stderr "$BIN/relay_probe" --url "$url" --once --process probed_program --host local
	expect_status 0
	local sample
	for sample in "$here" "$output"; do
		jq --exit-status --argjson pid "${support_pids[1]}" '.values |
			."proc.pid" == $pid and ."proc.threads" == 1 and ."proc.files" >= 3 and ."proc.sockets" == 0' <<<"$sample"
	done
}

@test "a descriptor that is closed while they are counted takes none of the others away" {
	serve "$RELAY"
	mkdir path
	# As ls does when what it has just listed is gone.
	printf '#!/bin/sh\nPATH=%q ls "$@"\nexit 1\n' "$PATH" >path/ls
	chmod +x path/ls
	PATH=$PWD/path:$PATH run --separate-stderr "$BIN/relay_probe" --url "$url" --once --pid "$server_pid" --host local
	expect_status 0
	jq --exit-status '.values."proc.sockets" >= 1' <<<"$output"
}

@test "a process that is not there is said, and the page is read all the same" {
	serve "$RELAY"
	run --separate-stderr "$BIN/relay_probe" --url "$url" --once --process no_such_program
	expect_status 0
	jq --exit-status '.suspect.proc == "there is no process of the name no_such_program" and .values.uptime == 57' <<<"$output"
}

@test "a restart in the middle is marked" {
	serve '{"uptime":57}'
	"$BIN/relay_probe" --url "$url" --interval 20ms --output samples 3>&- &
	local probe=$!
	wait_until 5 lines_in 2 samples
	change '{"uptime":1}'
	wait_until 5 grep --quiet restarted samples
	kill "$probe"
	expect_end 5 "$probe" 143
	[[ $(jq --slurp --raw-output 'map(select(.restarted)) | length, .[0].suspect.uptime' samples) == $'1\n1 after 57: counts anew' ]]
}

@test "a failed poll is a sample with its reason" {
	serve "$RELAY"
	"$BIN/relay_probe" --url "$url" --interval 20ms --output samples 3>&- &
	local probe=$!
	wait_until 5 lines_in 1 samples
	stop_process "$server_pid"
	wait_until 5 grep --quiet '"failed": "connection refused"' samples
	kill "$probe"
	expect_end 5 "$probe" 143
	jq --exit-status '(.values.connections != null) != (.failed != null)' samples >/dev/null
}

# becomes TEXT WORDS: a sample tells it so when the page holds TEXT.
becomes() {
	change "$1"
	wait_until 5 grep --quiet --fixed-strings "$2" samples
}

@test "a page that becomes something else is told by what it is, and the next sound one is read" {
	serve "$RELAY"
	"$BIN/relay_probe" --url "$url" --interval 20ms --output samples 3>&- &
	local probe=$!
	wait_until 5 lines_in 1 samples
	becomes '<html>Not Found</html>' '"failed": "the page is HTML, no metrics"'
	becomes '{"connections":' '"failed": "broken JSON'
	becomes 'it works' '"failed": "the page is neither JSON'
	becomes '' '"failed": "the page is empty"'
	becomes '{"connections":"many"}' '"connections": "is no number on the page any more"'
	becomes 'connections 5' '"page": "was JSON and is Prometheus'
	kill "$probe"
	expect_end 5 "$probe" 143
}

@test "a page that wants a header gets it, and says so without" {
	serve "$RELAY"
	run --separate-stderr "$BIN/relay_probe" --url "${url}keyed" --once --header 'X-Key: one, two'
	expect_status 0
	run --separate-stderr "$BIN/relay_probe" --url "${url}keyed" --once
	expect_status 1
	[[ $(jq --raw-output .failed <<<"$output") == "http 403" ]]
}

@test "https is trusted by its certificate, or by nobody's" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>/dev/null
	local port
	port=$(free_ports 1)
	openssl s_server -accept "127.0.0.1:$port" -cert cert.pem -key key.pem -WWW -quiet >/dev/null 2>&1 3>&- &
	support_pids+=($!)
	wait_until 10 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"
	local page=https://localhost:$port/metrics
	run --separate-stderr "$BIN/relay_probe" --url "$page" --once
	expect_status 1
	[[ $(jq --raw-output .failed <<<"$output") == *certificate* ]]
	printf 'up 1\n' >metrics
	run --separate-stderr "$BIN/relay_probe" --url "$page" --once --cacert cert.pem
	expect_status 0
	[[ $(jq .values.up <<<"$output") == 1 ]]
	run --separate-stderr "$BIN/relay_probe" --url "$page" --once --insecure
	expect_status 0
}

@test "a page that is endless, silent or HTML ends in time" {
	serve "$RELAY"
	run --separate-stderr timeout 20 "$BIN/relay_probe" --url "${url}endless" --once
	expect_status 1
	[[ $(jq --raw-output .failed <<<"$output") == "message too large" ]]
	run --separate-stderr timeout 20 "$BIN/relay_probe" --url "${url}silent" --once --timeout 200ms
	expect_status 1
	[[ $(jq --raw-output .failed <<<"$output") == "request timed out" ]]
	change '<html>Not Found</html>'
	run --separate-stderr "$BIN/relay_probe" --url "$url" --once
	expect_status 1
	[[ $(jq --raw-output .failed <<<"$output") == "the page is HTML, no metrics" ]]
	[[ $stderr == *"not one poll succeeded: the page is HTML, no metrics" ]]
}

@test "a slow page does not shift the schedule" {
	serve "$RELAY"
	run --separate-stderr "$BIN/relay_probe" --url "${url}slow" --interval 250ms --count 3
	expect_status 0
	# Each takes 600 ms, so that two moments pass and the third is kept.
	jq --slurp --exit-status '
		[.[] | .t_unix_ms - 0] as $t |
		($t[1] - $t[0] | . > 700 and . < 800) and ($t[2] - $t[1] | . > 700 and . < 800) and
		.[1].values."probe.missed_polls" == 2' <<<"$output"
}

@test "the table for who watches has the figures and what is wrong with them" {
	serve "$RELAY"
	run --separate-stderr "$BIN/relay_probe" --url "$url" --count 2 --interval 20ms --watch connections,memory.rss,nothing \
		--pid-figure process.pid --pid "$server_pid" --output samples
	expect_status 0
	[[ ${lines[0]} =~ ^time\ +connections\ +memory.rss\ +nothing ]]
	[[ ${lines[1]} =~ \ 2\??\ +3.5\ GB\ +-\ +process.pid:\ another ]]
	[[ ${lines[3]} =~ ^least ]]
	lines_in 2 samples
}

@test "figures with labels can be watched, and keep the report's columns" {
	serve 'busy{cpu="0",mode="idle_for_a_longer_while",more="x"} 7'
	run --separate-stderr "$BIN/relay_probe" --url "$url" --once --watch 'busy{cpu="0",mode="idle_for_a_longer_while",more="x"},up'
	expect_status 0
	[[ ${lines[1]} =~ \ 7\ +-\ *$ ]]
	"$BIN/relay_probe" --url "$url" --once --output samples
	run "$BIN/aggregate" samples
	[[ $(grep --after-context=1 'more="x"}$' <<<"$output") =~ $'\n'\ {53}7\ +7\ +7$ ]]
}

@test "no name of a figure reaches into the terminal of who watches" {
	serve '{"up":1,"\u001b[31mred":1}'
	"$BIN/relay_probe" --url "$url" --interval 20ms --watch up >table 3>&- &
	support_pids+=($!)
	wait_until 10 lines_in 2 table
	change '{"up":1}'
	wait_until 10 grep --quiet 'red: is no number on the page any more' table
	[[ $(<table) != *$'\e'* ]]
}

@test "a sample of 1,000 series costs less than two milliseconds of processor time" {
	serve "$RELAY"
	local used most=200
	[[ $BIN != */.* ]] || most=2000 # sanitizers
	used=$(
		python3 - "$BIN/relay_probe" "${url}sized/1000" <<-'EOF'
			import resource, subprocess, sys
			subprocess.run([sys.argv[1], "--url", sys.argv[2], "--interval", "10ms", "--count", "100", "--output", "/dev/null"], check=True)
			used = resource.getrusage(resource.RUSAGE_CHILDREN)
			print(round((used.ru_utime + used.ru_stime) * 1000))
		EOF
	)
	printf '%s ms for 100 samples\n' "$used"
	((used < most))
}

@test "the samples of a probe are a table for aggregate" {
	serve "$RELAY"
	"$BIN/relay_probe" --url "$url" --count 3 --interval 20ms --name relay1 >samples
	run "$BIN/aggregate" - <samples
	expect_status 0
	expect_text "relay relay1: 3 samples in"
	[[ $output =~ memory.rss\ +3.5\ GB\ +3.5\ GB\ +3.5\ GB ]]
	run "$BIN/aggregate" --thresholds 'p99 < 1s' --output-dir reports - <samples
	expect_status 3
	expect_text "samples alone meet no threshold" "nothing is written to reports"
	# A folder is that of a run, of which the clients left nothing.
	mkdir run
	cp samples run/probe_relay1.jsonl
	run "$BIN/aggregate" run
	expect_status 1
	expect_text "no metric files"
	run "$BIN/aggregate" run/probe_relay1.jsonl
	expect_status 0
	printf '{"schema": "ringstorm-sample/1", "source": 1}\n' >>samples
	run "$BIN/aggregate" - <samples
	expect_status 6
	expect_text "stdin:4: source is not a text" "3 samples"
}

@test "whatever names a page gives its figures, the samples are a table for aggregate" {
	printf '%s\n' '{"proc":{"rss_bytes":1,"pid":7},"probe":{"took_ms":3},"uptime":57}' >page
	{ printf 'up 1\nlong{x="' && printf '\344%.0s' {1..500} && printf '"} 2\n'; } >long
	"$BIN/relay_probe" --url "file://$PWD/page" --once --pid $$ --name json >samples
	jq --exit-status --argjson pid $$ '.values | ."proc.pid" == $pid and ."probe.named_twice" == 3' samples
	"$BIN/relay_probe" --url "file://$PWD/page" --once --name alone | tee --append samples |
		jq --exit-status '.values | ."proc.pid" == 7 and ."probe.named_twice" == 1'
	"$BIN/relay_probe" --url "file://$PWD/long" --once --name prometheus >>samples
	run --separate-stderr "$BIN/aggregate" - <samples
	expect_status 0
	[[ -z $stderr && $output == *'relay json: 1 sample '* && $output == *'relay alone: 1 sample '* ]]
	[[ $output == *'relay prometheus: 1 sample '* ]]
}

# long_samples NAME FIGURE...: twenty samples of 5,000 figures, from the second on
# with those before them.
long_samples() {
	python3 - "${@:2}" >"$1" <<-'EOF'
		import json, sys
		more = {name: 1 for name in sys.argv[1:]}
		for second in range(20):
		    figures = {"series_total{number=\"%d\"}" % i: second for i in range(5000)}
		    print(json.dumps({"schema": "ringstorm-sample/1", "source": "relay", "name": "r", "t_unix_ms": second * 1000,
		                      "values": {**(more if second else {}), **figures}}))
	EOF
}

@test "a figure that comes to a long page later costs aggregate little" {
	local name
	long_samples usual
	long_samples grown new
	for name in usual grown; do
		"$BIN/.obj/support/rusage" "$name.took" "$BIN/aggregate" - <"$name" >"$name.table"
	done
	[[ $(<grown.table) =~ ' new '\ +1\ +1\ +1 && $(<grown.table) =~ number=\"4999\"\}\ +0\ +9.50\ +19 ]]
	local usual grown
	read -r usual _ <usual.took
	read -r grown _ <grown.took
	printf 'processor time: %s us, with a new figure %s us\n' "$usual" "$grown"
	((grown < 3 * usual + 100000))
}

@test "a page with more figures than are kept is still a sample for aggregate" {
	local i
	for ((i = 0; i < 10001; i++)); do printf 'figure_%d %d\n' "$i" "$i"; done >page
	"$BIN/relay_probe" --url "file://$PWD/page" --once --pid $$ --output samples.jsonl
	jq --exit-status '.values | ."probe.left_out" == 1 and .figure_9999 == 9999' samples.jsonl
	run "$BIN/aggregate" - <samples.jsonl
	expect_status 0
	expect_text figure_9999
}

@test "what makes no sense is a usage error that says what to do" {
	run "$BIN/relay_probe"
	expect_status 2
	expect_text "name the page: --url http://"
	run "$BIN/relay_probe" --url 127.0.0.1:80
	expect_status 2
	run "$BIN/relay_probe" --url http://127.0.0.1/ --host user@host
	expect_status 2
	expect_text "--host needs the process there"
	run "$BIN/relay_probe" --url http://127.0.0.1/ --pid 1 --process init
	expect_status 2
	expect_text "give one of them"
	run "$BIN/relay_probe" --url http://127.0.0.1/ --pid 1 --host 'a b'
	expect_status 2
	expect_text "'a b' is no host; write user@host"
	run "$BIN/relay_probe" --url http://127.0.0.1/ --header nonsense
	expect_status 2
	expect_text "--header 'nonsense' is not of the form 'Name: value'"
	run "$BIN/relay_probe" --url http://127.0.0.1/ --watch connections --output -
	expect_status 2
	expect_text "give --output a file"
}

@test "a file that cannot be written is an error that names it" {
	serve "$RELAY"
	run "$BIN/relay_probe" --url "$url" --once --output nowhere/probe.jsonl
	expect_status 1
	expect_text "cannot write nowhere/probe.jsonl"
}
