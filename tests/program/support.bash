# support.bash - web servers of the tests' own: `load support` after helpers, and
# stop_servers in teardown.
# shellcheck shell=bash disable=SC2034 # url and port are the tests'

support_pids=()

# start_server COMMAND...: a program that prints its port when it is ready, or
# several. Sets $port, $url, $server_pid and $server_output.
start_server() {
	server_output=$(mktemp "$BATS_TEST_TMPDIR/server.XXXXXX")
	"$@" >"$server_output" 2>"$server_output.errors" 3>&- &
	server_pid=$!
	support_pids+=("$server_pid")
	# A line that has not ended is none yet.
	wait_until 10 eval 'read -r port _ <"$server_output"' || {
		cat "$server_output.errors"
		return 1
	}
	url=http://127.0.0.1:$port/
}

# serve_http [OPTION...]: tests/support/http_server.
serve_http() {
	start_server "$BIN/.obj/support/http_server" "$@"
}

# serve_hostile MODE... [OPTION...]: tests/support/hostile_http.py.
serve_hostile() {
	start_server python3 "$PROJECT/tests/support/hostile_http.py" "$@"
}

# served PID OUTPUT: stops an http_server; sets $requests and $connections.
served() {
	local words
	stop_process "$1"
	words=$(tail --lines=1 "$2")
	requests=${words%% *}
	connections=${words#*, }
	connections=${connections%% *}
}

stop_servers() {
	local pid
	for pid in "${support_pids[@]}"; do stop_process "$pid"; done
}

# serve_ws [OPTION...]: tests/support/ws_server; sets $url to its ws://.
serve_ws() {
	start_server "$BIN/.obj/support/ws_server" "$@"
	url=ws://127.0.0.1:$port/
}

# ws_served: what the last ws_server tells at its end, which this brings about.
ws_served() {
	stop_process "$server_pid"
	tail --lines=1 "$server_output"
}
