#!/usr/bin/env bash
# stress_job.sh VERB MACHINE_ID ... - a stress test that goes on when whoever
# started it is gone. run_distributed.sh calls this on every client machine.
#
#   check  ID RUN_ID OPTION...  whether it could start with these; prints this clock's
#                               time (ms), and which folder of which machine this is
#   start  ID RUN_ID OPTION...  stress_test.sh ID OPTION...; the same RUN_ID again
#                               does nothing
#   follow ID LINES             prints its output as `tail --lines LINES` would, to
#                               the end, and exits as it did
#   stop   ID                   ends it; what was measured is kept
#
# Its output, pid and exit code are in logs/stress_job_ID.*
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"

# running: the lock is held as long as any of its processes lives.
running() {
	[[ -e $JOB.lock ]] && ! flock --nonblock "$JOB.lock" true
}

# run_id: of the last one here.
run_id() {
	[[ ! -e $JOB.run ]] || cat -- "$JOB.run"
}

# check RUN_ID [OPTION...]
check() {
	local last boot place now conf
	local -a words
	need_program stress_client live_view host_probe
	last=$(run_id)
	# shellcheck disable=SC2310 # its status is the answer
	! running || die 1 "run $last goes on here; follow it with: run_distributed.sh --attach"
	[[ $last != "$1" || ! -e $JOB.pid ]] || die 1 "run $1 has been here already; give another --run-id"
	conf=$(conf_path stress_test.conf)
	here_or_installed "${@:2}"
	"$BIN/stress_client" --conf "$conf" "${words[@]}" --print-conf >/dev/null || exit
	boot=$(</proc/sys/kernel/random/boot_id)
	place=$(stat --format=%d:%i .)
	now=$(date +%s%3N)
	printf '%s %s:%s\n' "$now" "$boot" "$place"
}

start() {
	local id=$1 last deadline=$((SECONDS + 10))
	shift
	mkdir --parents logs
	last=$(run_id)
	[[ $last != "$id" || ! -e $JOB.pid ]] || return 0
	check "$id" >/dev/null
	rm --force -- "$JOB".{pid,code}
	printf '%s\n' "$id" >"$JOB.run"
	setsid nohup "$BASH" "$SELF" run "$ID" --run-id "$id" "$@" </dev/null >"$JOB.out" 2>&1 &
	until [[ -e $JOB.pid ]]; do
		if ((SECONDS >= deadline)) || ! kill -0 $! 2>/dev/null; then
			die 1 "the stress test does not start; see $PWD/$JOB.out"
		fi
		sleep 0.02
	done
}

# run OPTION...: the stress test, and how it ended.
run() {
	local child code
	exec {lock}>"$JOB.lock"
	flock --nonblock "$lock" || die 1 "a stress test of machine $ID goes on here"
	"$ROOT/scripts/stress_test.sh" "$ID" "$@" &
	child=$!
	trap 'kill -TERM "$child" 2>/dev/null || true' INT TERM
	printf '%d\n' "$$" >"$JOB.new"
	mv -- "$JOB.new" "$JOB.pid"
	ended "$child"
	printf '%d\n' "$code" >"$JOB.new"
	mv -- "$JOB.new" "$JOB.code"
}

follow() {
	local pid code
	[[ -e $JOB.pid ]] || die 1 "no stress test of machine $ID was started in $PWD"
	pid=$(<"$JOB.pid")
	# shellcheck disable=SC2310
	if running; then
		tail --lines="$1" --follow=descriptor --sleep-interval=0.2 --pid="$pid" -- "$JOB.out"
	else
		tail --lines="$1" -- "$JOB.out"
	fi
	[[ -e $JOB.code ]] || die 6 "the stress test was killed; what it had measured is in its timeline"
	code=$(<"$JOB.code")
	return "$code"
}

stop() {
	local pid
	# shellcheck disable=SC2310
	running && [[ -e $JOB.pid ]] || return 0
	pid=$(<"$JOB.pid")
	kill -TERM "$pid" 2>/dev/null || true
}

main() {
	local verb=${1-}
	[[ $verb != -* && -n $verb ]] || usage
	ID=${2-}
	[[ $ID =~ ^[1-9][0-9]{0,5}$ ]] || die 2 "'$ID' is no machine's number"
	JOB=logs/stress_job_$ID
	readonly ID JOB
	need flock setsid
	shift 2
	case $verb in
		check | start | run | follow | stop) "$verb" "$@" ;;
		*) die 2 "unknown verb '$verb'" ;;
	esac
}

main "$@"
