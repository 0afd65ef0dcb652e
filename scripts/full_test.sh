#!/usr/bin/env bash
# full_test.sh [OPTION...] - all of a test: starts the servers of
# config/fault_sim.conf that do not run, the clients on the machines of
# config/aggregate.conf, breaks the servers one after the other meanwhile, brings
# the metrics here and merges them. Everything is in metrics/RUN/ then.
#
#   --deploy               first copy programs, scripts and config/ to the clients
#   --faults-after SECONDS first fault so long after the load's start (15)
#
# Other options are those of run_distributed.sh, and of stress_test.sh on the
# machines (--num-clients 50, --conf config/scenarios/heavy.conf), and come last.
# Ctrl-C heals the servers, ends the clients and reports what there is. The exit
# code is the worst of all.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/far.sh
source "${here%/*}/lib/far.sh"
# shellcheck source=scripts/lib/ring.sh
source "${here%/*}/lib/ring.sh"
# shellcheck source=scripts/lib/server_probes.sh
source "${here%/*}/lib/server_probes.sh"
# shellcheck source=scripts/lib/run_record.sh
source "${here%/*}/lib/run_record.sh"

readonly START_IN_SECONDS=5
clients='' faults='' # their pids
caught=0             # 130 or 143 after a signal

on_signal() {
	caught=$1
	[[ -n $clients$faults ]] || exit "$caught"
	# shellcheck disable=SC2086 # none, one or two
	kill -TERM $clients $faults 2>/dev/null || true
}

# A terminal that goes tells clients and faults itself.
on_hangup() {
	caught=143
	[[ -n $clients$faults ]] || exit "$caught"
}

# worse CODE: keeps the worst of all in `worst`.
worse() {
	local known worst_so_far=$worst
	for known in 0 1 3 4 5 6 2; do
		[[ $known != "$worst_so_far" && $known != "$1" ]] || worst=$known
	done
}

# load_and_faults: side by side. Without faults there is no sense in the load.
load_and_faults() {
	local start_at wait_seconds
	start_at=$(($(date +%s%3N) + START_IN_SECONDS * 1000))
	"$ROOT/scripts/run_distributed.sh" --machines "$machines" --run-id "$run_id" --start-at "$start_at" "$@" &
	clients=$!
	wait_seconds=$((START_IN_SECONDS + faults_after))
	"$ROOT/scripts/fault_simulation.sh" "$ring" --run-id "$run_id" --log-file "$PWD/$folder/fault_events.log" \
		--start-after "${wait_seconds}s" &
	faults=$!
	ended "$faults"
	faults=''
	worse "$code"
	((code != 1 && code != 2)) || kill -TERM "$clients" 2>/dev/null || true
	ended "$clients"
	clients=''
	worse "$code"
}

main() {
	local run_id folder machines limits ring samples deploy='' faults_after=15 code worst=0
	while (($# > 0)); do
		case $1 in
			-h | --help) usage ;;
			--deploy) deploy=yes ;;
			--faults-after) faults_after=${2-} && shift ;;
			*) break ;;
		esac
		shift
	done
	[[ $faults_after =~ ^[0-9]{1,6}$ ]] || die 2 "--faults-after: a number of seconds"
	need_program fault_ring collect_metrics aggregate stress_client
	machines=$(conf_path aggregate.conf)
	limits=$(conf_path anomalies.conf)
	read_conf aggregate --conf "$machines"
	ring=$(conf_path fault_sim.conf)
	read_conf fault_ring --conf "$ring"
	TZ=UTC0 printf -v run_id '%(%Y-%m-%dT%H:%M:%SZ)T-%04x' -1 "$RANDOM"
	folder=metrics/$run_id
	trap 'on_signal 130' INT
	trap 'on_signal 143' TERM
	trap on_hangup HUP
	write_run "$folder" "$run_id" "$@"
	[[ -z $deploy ]] || "$ROOT/scripts/run_distributed.sh" --machines "$machines" --deploy-only
	start_servers
	await_ring 30 "${READY_COMMAND:-true}"
	probe_servers "$folder" "$@"
	load_and_faults "$@"
	end_server_probes "$folder"
	"$BIN/collect_metrics" --output-dir "$folder" -- "${CLIENT_MACHINES[@]}" || worse $?
	shopt -s nullglob
	samples=("$folder"/host_server_*.jsonl)
	shopt -u nullglob
	"$BIN/aggregate" --conf "$limits" --conf "$machines" --run "$run_id" --output-dir "$folder" --html "$folder/report.html" \
		--fault-events "$folder/fault_events.jsonl" "$folder/collected" "${samples[@]}" || worse $?
	printf '\nAll of it: %s/final_report.txt (and .json), with pictures: report.html\n' "$folder"
	return $((caught != 0 ? caught : worst))
}

main "$@"
