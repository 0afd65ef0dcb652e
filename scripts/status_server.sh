#!/usr/bin/env bash
# status_server.sh [ID] - says whether server ID runs, or each of the servers 1
# to 10 that has a configuration, and shows the end of its log.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/server.sh
source "${here%/*}/lib/server.sh"

# warn_of_orphans PID: processes that are this server, other than PID.
# shellcheck disable=SC2310
warn_of_orphans() {
	local pid
	local -a pids
	mapfile -t pids < <(pgrep --exact ring_server || true)
	for pid in "${pids[@]}"; do
		if [[ $pid != "$1" ]] && is_server "$pid"; then
			printf 'Warning: process %s runs as Server %s without a PID file\n' "$pid" "$ID"
		fi
	done
}

# shellcheck disable=SC2310
show() {
	local pid
	pid=$(recorded_pid)
	printf '=== Server %s ===\n' "$ID"
	if runs "$pid"; then
		printf 'Status: ✅ RUNNING\nPID: %s\nInfo: ' "$pid"
		ps --format pid=,ppid=,etime=,args= --pid "$pid"
		[[ ! -e $LOG_FILE ]] || tail --lines=5 -- "$LOG_FILE"
	elif [[ -e $PID_FILE ]]; then
		printf 'Status: ❌ NOT RUNNING (stale PID: %s)\n' "${pid:-none}"
		rm --force -- "$PID_FILE"
	else
		printf 'Status: ❌ NOT RUNNING (no PID file)\n'
	fi
	warn_of_orphans "$pid"
}

main() {
	local id
	[[ ${1:-} != -h && ${1:-} != --help ]] || usage
	(($# <= 1)) || die 1 "usage: status_server.sh [ID]"
	if (($# == 1)); then
		take_id "$1"
		show
		return
	fi
	for id in {1..10}; do
		take_id "$id"
		[[ ! -e $CONF ]] || show
	done
}

main "$@"
