# shellcheck shell=bash disable=SC2310 # the status of these is the answer
# server.sh - what start_server.sh, stop_server.sh and status_server.sh share.

# take_id NUMBER: sets ID, CONF, PID_FILE and LOG_FILE.
take_id() {
	[[ $1 =~ ^[1-9][0-9]{0,9}$ ]] || die 2 "'$1' is no server ID; give its number, such as 1"
	ID=$1
	CONF=$(conf_path "server$ID.conf")
	PID_FILE=logs/server_$ID.pid
	LOG_FILE=logs/server_$ID.log
	export CONF LOG_FILE
}

# recorded_pid: what PID_FILE holds; empty when that is no pid.
recorded_pid() {
	local pid=''
	[[ ! -e $PID_FILE ]] || read -r pid <"$PID_FILE" || true
	[[ ! $pid =~ ^[1-9][0-9]*$ ]] || printf '%s\n' "$pid"
}

# alive PID: a process that has not ended.
alive() {
	local state
	state=$(ps --format state= --pid "$1" 2>/dev/null) && [[ $state != Z* ]]
}

# is_server PID: it is server ID, run in this folder with its id or its conf file,
# whoever started it. A pid that a file remembers may long be another process.
is_server() {
	local words=() word
	mapfile -d '' -t words 2>/dev/null <"/proc/$1/cmdline" || return
	((${#words[@]} > 0)) && [[ ${words[0]##*/} == ring_server && /proc/$1/cwd -ef . ]] || return
	[[ " ${words[*]} " != *" --id $ID "* ]] || return 0
	for word in "${words[@]}"; do
		[[ ! $word -ef $CONF ]] || return 0
	done
	return 1
}

# runs PID: it is server ID and lives.
runs() {
	[[ -n $1 ]] && alive "$1" && is_server "$1"
}
