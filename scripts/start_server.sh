#!/usr/bin/env bash
# start_server.sh ID - starts server ID as config/server<ID>.conf says and waits
# until it answers. Its pid is in logs/server_<ID>.pid, what it has to say in
# logs/server_<ID>.log. stop_server.sh stops it, status_server.sh looks at it.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/server.sh
source "${here%/*}/lib/server.sh"
# shellcheck disable=SC2310 # the status is the answer

readonly PATIENCE_SECONDS=10

# lock_start: of two starts at once, the second finds what the first did. The
# server does not inherit the lock.
lock_start() {
	if ! { mkdir --parents logs && exec {lock}>"logs/.server_$ID.lock"; }; then
		die 1 "cannot write to $PWD/logs"
	fi
	flock --timeout "$PATIENCE_SECONDS" "$lock" || die 1 "Server $ID is being started by somebody else"
}

refuse_second() {
	local pid
	pid=$(recorded_pid)
	# shellcheck disable=SC2310
	if runs "$pid"; then
		printf 'Error: Server %s is already running (PID: %s)\n' "$ID" "$pid" >&2
		exit 1
	fi
	rm --force -- "$PID_FILE"
}

give_up() {
	kill -KILL "$1" 2>/dev/null || true
	rm --force -- "$PID_FILE"
	printf 'Error: Server %s failed to start; the end of %s:\n' "$ID" "$LOG_FILE" >&2
	tail --lines=5 -- "$LOG_FILE" >&2
	exit 1
}

# await_answer PID: a process that holds the port already would answer too, but
# then ours ends.
await_answer() {
	local deadline=$((SECONDS + PATIENCE_SECONDS))
	# shellcheck disable=SC2310
	until "$BIN/ring_server" --conf "$CONF" --id "$ID" --ping &>/dev/null; do
		{ alive "$1" && ((SECONDS < deadline)); } || give_up "$1"
		sleep 0.02
	done
	# shellcheck disable=SC2310
	alive "$1" || give_up "$1"
}

main() {
	local pid lock
	[[ ${1:-} != -h && ${1:-} != --help ]] || usage
	(($# == 1)) || die 1 "usage: start_server.sh ID"
	take_id "$1"
	need flock setsid
	need_program ring_server
	[[ -e $CONF ]] || die 1 "$CONF is not there; it says what server $ID is"
	"$BIN/ring_server" --conf "$CONF" --id "$ID" --print-conf >/dev/null
	lock_start
	refuse_second
	setsid nohup "$BIN/ring_server" --conf "$CONF" --id "$ID" --log-file - \
		</dev/null >"$LOG_FILE" 2>&1 {lock}>&- &
	pid=$!
	if ! printf '%s\n' "$pid" >"$PID_FILE"; then
		kill "$pid"
		rm --force -- "$PID_FILE"
		die 1 "cannot write $PWD/$PID_FILE; Server $ID is stopped again"
	fi
	await_answer "$pid"
	printf '✅ Server %s started successfully (PID: %s)\n' "$ID" "$pid"
}

main "$@"
