# http.bash - servers and measurements for http.sh.
# shellcheck shell=bash disable=SC2034 # the figures are for http.sh

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
BIN=${BIN:-$PROJECT/bin}
SUPPORT=$BIN/.obj/support
readonly CLIENT_CORE=0 SERVER_CORE=1
work=$(mktemp --directory)
chmod 755 "$work"
servers=()

at_exit() {
	local pid
	for pid in "${servers[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" || true
	done
	rm -rf -- "$work"
}
trap at_exit EXIT

stop_server() {
	local pid=${servers[-1]}
	kill "$pid" 2>/dev/null || true
	wait "$pid" || true
	unset 'servers[-1]'
}

# wait_for FILE|URL: at most 10 s.
wait_for() {
	local deadline=$((SECONDS + 10))
	until [[ -s $1 ]] || curl --silent --output /dev/null "$1" 2>/dev/null; do
		((SECONDS < deadline)) || {
			printf 'http.sh: nothing came to life at %s\n' "$1" >&2
			exit 1
		}
		sleep 0.05
	done
}

# filler N: that many bytes of text.
filler() {
	head --bytes="$1" /dev/zero | tr '\0' x
}

# start_nginx: one worker on the server's core, with /, /1k and /100k; sets $url.
start_nginx() {
	local port kilobyte
	port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
	kilobyte=$(filler 1024)
	mkdir "$work/root"
	filler 102400 >"$work/root/100k"
	cat >"$work/nginx.conf" <<-END
		daemon off;
		worker_processes 1;
		worker_rlimit_nofile 30000;
		pid $work/pid;
		error_log $work/error.log crit;
		events { worker_connections 20000; }
		http {
			access_log off;
			keepalive_requests 1000000000;
			keepalive_timeout 1h;
			open_file_cache max=10;
			sendfile on;
			client_body_temp_path $work/body;
			proxy_temp_path $work/proxy;
			fastcgi_temp_path $work/fastcgi;
			uwsgi_temp_path $work/uwsgi;
			scgi_temp_path $work/scgi;
			server {
				listen 127.0.0.1:$port backlog=4096;
				root $work/root;
				location = / { return 200 "hello, world!!\n"; }
				location = /1k { return 200 "$kilobyte"; }
			}
		}
	END
	taskset --cpu-list "$SERVER_CORE" nginx -e "$work/error.log" -c "$work/nginx.conf" &
	servers+=("$!")
	url=http://127.0.0.1:$port
	wait_for "$url/"
}

# start_server OPTION...: a server of the tests; sets $address.
start_server() {
	rm -f -- "$work/port"
	taskset --cpu-list "$SERVER_CORE" "$SUPPORT/http_server" "$@" >"$work/port" &
	servers+=("$!")
	wait_for "$work/port"
	address=http://127.0.0.1:$(head --lines=1 "$work/port")
}

# spend COMMAND...: on the client's core; sets cpu_us and peak_kb. Most tools say
# by their exit status what they think of the run; that is no matter here.
spend() {
	"$SUPPORT/rusage" "$work/usage" taskset --cpu-list "$CLIENT_CORE" "$@" >"$work/out" 2>"$work/err" || true
	read -r cpu_us peak_kb <"$work/usage"
}

# ours OPTION...: one run of stress_client on one thread; sets ok as well.
ours() {
	spend "$BIN/stress_client" --quiet --threads 1 --ramp-ms 0 --metrics-output - "$@"
	ok=$(figures successful)
}

# figures NAMES: of the run that ours made, on one line.
figures() {
	"$BIN/aggregate" --figures "$1" - <"$work/out" 2>"$work/err" || true
}

# wrk SECONDS OPTION...
wrk_run() {
	local seconds=$1
	shift
	spend wrk --threads 1 --duration "${seconds}s" "$@"
	ok=$(awk '/requests in/ { print $1 }' "$work/out")
}

# Others: SECONDS CONNECTIONS URL.
hey_run() {
	spend hey -cpus 1 -z "${1}s" -c "$2" "$3"
	ok=$(awk '/responses$/ { sum += $2 } END { print sum + 0 }' "$work/out")
}

ab_run() {
	spend ab -q -k -t "$1" -n 100000000 -c "$2" "$3"
	ok=$(awk '/^Complete requests:/ { print $3 }' "$work/out")
}

h2load_run() {
	spend h2load --h1 --threads 1 --duration "$1" --clients "$2" "$3"
	ok=$(awk '/^requests:/ { print $2 }' "$work/out")
}

# per_request: processor time of the last run, in us.
per_request() {
	bc <<<"scale = 3; $cpu_us / ($ok + 0.000001)"
}

# median < NUMBERS, one a line
median() {
	sort --general-numeric-sort | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

# row WORK BAR MEASURED MET NOTE
row() {
	printf '%-46s %10s %10s  %-6s %s\n' "$@"
}

# judge WORK BAR MEASURED NOTE: met when it is at most the bar.
judge() {
	local met=missed
	[[ $(bc <<<"$3 <= $2") == 1 ]] && met=met
	row "$1" "$2" "$3" "$met" "$4"
}
