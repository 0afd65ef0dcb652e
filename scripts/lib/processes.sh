# shellcheck shell=bash
# processes.sh - several processes of one kind under GNU parallel: their start,
# their end by a signal, and their worst exit code.

clients='' # the pid of parallel
joblog=''  # how each process ended
command='' # the file with the command of each process

# end_clients: SIGTERM for each that runs; those that parallel has yet to start
# find COMMAND.stop. Nothing else that parallel runs is touched.
end_clients() {
	local pid
	[[ -n $command ]] || return 0
	: >"$command.stop"
	for pid in $(pgrep --parent "${clients:-$BASHPID}"); do
		[[ ! -e $command.$pid ]] || kill -TERM "$pid" 2>/dev/null || true
	done
}

# They run in a session of their own, so that Ctrl-C reaches them only from
# here: once to end what is in flight, once more to leave at once. A live view
# goes on below the words.
on_signal() {
	[[ -z ${view:-} ]] || kill -USR1 "$view" 2>/dev/null || true
	if ((caught == 0)); then
		warn "stopping: what is in flight gets 2 s to end (once more leaves at once)" || true
	else
		warn "leaving at once" || true
	fi
	caught=$1
	end_clients
}

# start_processes FIRST LAST FOLDER COMMAND...: the command with each number from
# FIRST to LAST appended; FOLDER is for what parallel and this file keep.
# `output_options` are parallel's, for what they print.
output_options=(--ungroup)
start_processes() {
	local first=$1 last=$2 folder=$3
	shift 3
	joblog=$folder/joblog
	cat >"$folder/command" <<-END
		: >"\$0.\$\$" # told by end_clients from here on
		[[ ! -e \$0.stop ]] || exit 143
		exec ${*@Q} "\$1"
	END
	command=$folder/command
	trap 'on_signal 130' INT
	trap 'on_signal 143' TERM
	# A terminal that goes says so more than once.
	trap '((caught != 0)) || on_signal 143' HUP
	eval "printf '%s\n' {$first..$last}" >"$folder/numbers"
	HOME=${HOME-$folder} PARALLEL_HOME=$folder PARALLEL_SHELL=$BASH setsid parallel --will-cite \
		"${output_options[@]}" --jobs "$((last - first + 1))" \
		--joblog "$joblog" --arg-file "$folder/numbers" "$BASH" "$command" </dev/null &
	clients=$!
}

# await_us FOLDER: what end_with_us leaves behind.
await_us() {
	trap '' INT TERM HUP
	cat >/dev/null
	# at_exit would have removed it.
	[[ -d $1 ]] || return 0
	end_clients
	while kill -0 "$clients" 2>/dev/null; do
		sleep 0.1
	done
	rm -rf -- "$1"
}

# end_with_us FOLDER: should this script be killed, its processes end as by SIGTERM:
# somebody reads a pipe to which only we could write.
end_with_us() {
	# shellcheck disable=SC2034,SC2312 # others close it
	exec {alive}> >(await_us "$1")
}

# wait_for PID: until it has ended; signals that arrive meanwhile are acted on.
wait_for() {
	while kill -0 "$1" 2>/dev/null; do
		wait "$1" || true
	done
}

# give_time SECONDS PID: for an end of its own; then SIGTERM.
give_time() {
	local deadline=$((SECONDS + $1 + 1))
	while kill -0 "$2" 2>/dev/null; do
		if ((SECONDS >= deadline)); then
			kill "$2" 2>/dev/null || true
			break
		fi
		sleep 0.1
	done
	wait "$2" || true
}

# worst_code: 130 or 143 after a signal; else 2, then the largest of 3..6, then
# 1. A process that was killed leaves its timeline, which makes the run partial.
worst_code() {
	if ((caught != 0)); then
		printf '%d\n' "$caught"
		return
	fi
	awk -F '\t' '
		BEGIN { count = split("0 1 3 4 5 6 2", order, " ")
			for (i = 1; i <= count; i++) rank[order[i]] = i }
		NR > 1 { code = $8 != 0 ? 6 : $7
			if (!(code in rank)) code = 1
			if (rank[code] > rank[worst + 0]) worst = code }
		END { print (NR > 1 ? worst + 0 : 1) }' "$joblog"
}
