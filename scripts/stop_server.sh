#!/usr/bin/env bash
# stop_server.sh ID - stops server ID: it takes no new work, finishes the tasks
# in hand and ends (SIGTERM); after 12 seconds it is killed (SIGKILL). Only a
# process that is that server is signalled.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/server.sh
source "${here%/*}/lib/server.sh"

readonly GRACE_SECONDS=12 KILL_SECONDS=2

# ends PID SECONDS: it has ended within that time.
ends() {
	local deadline=$((SECONDS + $2))
	# shellcheck disable=SC2310
	while alive "$1"; do
		((SECONDS < deadline)) || return 1
		sleep 0.02
	done
}

no_pid_file() {
	local pids
	printf 'Error: Server %s has no PID file (%s)\n' "$ID" "$PID_FILE" >&2
	pids=$(pgrep --full "ring_server .*--id $ID( |\$)" | tr '\n' ' ' || true)
	[[ -z $pids ]] || printf 'These processes look like it: %s\n' "$pids" >&2
	exit 1
}

refuse_stranger() {
	local name
	name=$(ps --format comm= --pid "$1")
	die 1 "$PID_FILE names process $1, which is $name, not the server. It was not killed."
}

# shellcheck disable=SC2310
main() {
	local pid
	[[ ${1:-} != -h && ${1:-} != --help ]] || usage
	(($# == 1)) || die 1 "usage: stop_server.sh ID"
	take_id "$1"
	[[ -e $PID_FILE ]] || no_pid_file
	pid=$(recorded_pid)
	if [[ -z $pid ]] || ! alive "$pid"; then
		printf 'Warning: Server %s was not running (stale PID: %s)\n' "$ID" "${pid:-none}"
		rm --force -- "$PID_FILE"
		return
	fi
	is_server "$pid" || refuse_stranger "$pid"

	kill -TERM "$pid"
	if ends "$pid" "$GRACE_SECONDS"; then
		printf '✅ Server %s stopped gracefully\n' "$ID"
	else
		kill -KILL "$pid" 2>/dev/null || true
		ends "$pid" "$KILL_SECONDS" || die 1 "Server $ID (PID: $pid) cannot be stopped"
		printf '✅ Server %s force stopped\n' "$ID"
	fi
	rm --force -- "$PID_FILE"
}

main "$@"
