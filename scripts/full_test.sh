#!/usr/bin/env bash
# full_test.sh [OPTION...] - all of a test: starts the servers of
# config/fault_sim.conf that do not run, the clients on the machines of
# config/aggregate.conf, breaks the servers one after the other meanwhile, brings
# the metrics here and merges them. Everything is in metrics/RUN/ then.
#
#   --deploy               first copy programs, scripts and config/ to the clients
#   --faults-after SECONDS first fault so long after the load's start (15)
#   --no-faults            the load alone, against servers that run already
#   --run-id ID            names the run, and its folder
#
# Other options are those of run_distributed.sh, and of stress_test.sh on the
# machines (--num-clients 50, --conf config/scenarios/heavy.conf). Ctrl-C heals the
# servers, ends the clients and reports what there is. The exit code is the worst of
# all.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/far.sh
source "${here%/*}/lib/far.sh"
# shellcheck source=scripts/lib/ring.sh
source "${here%/*}/lib/ring.sh"
# shellcheck source=scripts/lib/server_probes.sh
source "${here%/*}/lib/server_probes.sh"
# shellcheck source=scripts/lib/load.sh
source "${here%/*}/lib/load.sh"
# shellcheck source=scripts/lib/cost.sh
source "${here%/*}/lib/cost.sh"
# shellcheck source=scripts/lib/run_record.sh
source "${here%/*}/lib/run_record.sh"

readonly START_IN_SECONDS=5
clients='' faults='' # their pids

# A terminal that goes tells clients and faults itself.
on_hangup() {
	caught=143
	[[ -n $clients$faults ]] || exit "$caught"
}

# load_and_faults: side by side. Where one cannot be done, there is no sense in the
# other.
load_and_faults() {
	local start_at
	start_at=$(($(date +%s%3N) + START_IN_SECONDS * 1000))
	"$ROOT/scripts/run_distributed.sh" --machines "$machines" --run-id "$run_id" --start-at "$start_at" "$@" &
	clients=$!
	[[ -z $with_faults ]] || break_servers
	ended "$clients"
	clients=''
	worse "$code"
}

break_servers() {
	local wait_seconds
	wait_seconds=$((START_IN_SECONDS + faults_after))
	"$ROOT/scripts/fault_simulation.sh" "$ring" --run-id "$run_id" --log-file "$PWD/$folder/fault_events.log" \
		--start-after "${wait_seconds}s" &
	faults=$!
	while kill -0 "$faults" 2>/dev/null && kill -0 "$clients" 2>/dev/null; do
		sleep 0.2
	done
	kill -0 "$clients" 2>/dev/null || end_after "$clients" "$faults"
	end_after "$faults" "$clients"
	worse "$code"
	faults=''
}

# end_after PID OTHER: what has ended, if it could not be done, ends the other.
end_after() {
	ended "$1"
	((code != 1 && code != 2)) || kill -TERM "$2" 2>/dev/null || true
}

# prepare_servers OPTION...
prepare_servers() {
	start_servers
	await_ring 30 "${READY_COMMAND:-true}"
	probe_servers "$folder" "$@"
}

# take_options ARGUMENT...: sets the variables of main.
take_options() {
	while (($# > 0)); do
		case $1 in
			-h | --help) usage ;;
			--deploy) deploy=yes ;;
			--no-faults) with_faults='' ;;
			--faults-after | --run-id)
				(($# > 1)) || die 2 "$1 needs a value"
				[[ $1 == --run-id ]] || faults_after=$2
				[[ $1 != --run-id ]] || run_id=$2
				shift
				;;
			*) options+=("$1") ;;
		esac
		shift
	done
	[[ $faults_after =~ ^[0-9]{1,6}$ ]] || die 2 "--faults-after: a number of seconds"
	[[ -n $run_id ]] || new_run_id
	[[ $run_id =~ ^[A-Za-z0-9][A-Za-z0-9:._-]{0,63}$ ]] ||
		die 2 "--run-id $run_id: letters, digits and : . _ - only, for it names a folder"
	folder=metrics/$run_id
	[[ ! -e $folder ]] || die 2 "$folder is there already; give another --run-id"
}

# report: worsens `worst`.
report() {
	local -a samples
	"$BIN/collect_metrics" --output-dir "$folder" -- "${CLIENT_MACHINES[@]}" || worse $?
	shopt -s nullglob
	samples=("$folder"/server_*/host_server_*.jsonl)
	shopt -u nullglob
	report_to "$folder" "${#CLIENT_MACHINES[@]}" --conf "$limits" --conf "$machines" --run "$run_id" --output-dir "$folder" --html "$folder/report.html" \
		--fault-events "$folder/fault_events.jsonl" "$folder/collected" "${samples[@]}"
	if [[ -e $folder/final_report.json ]]; then
		printf '\nAll of it: %s/final_report.txt (and .json), with pictures: report.html\n' "$folder"
	else
		printf '\nThere is no report; what there is: %s\n' "$folder"
	fi
}

main() {
	local run_id='' folder machines limits ring deploy='' faults_after=15 with_faults=yes code worst=0
	local -a options=()
	take_options "$@"
	need_program fault_ring collect_metrics aggregate stress_client
	machines=$(conf_path aggregate.conf)
	limits=$(conf_path anomalies.conf)
	read_conf aggregate --conf "$machines"
	ring=$(conf_path fault_sim.conf)
	[[ -z $with_faults ]] || read_conf fault_ring --conf "$ring"
	estimate_cost "${#CLIENT_MACHINES[@]}" "${options[@]}"
	trap 'hand_on 130 $clients $faults' INT
	trap 'hand_on 143 $clients $faults' TERM
	trap on_hangup HUP
	write_run "$folder" "$run_id" "${options[@]}"
	[[ -z $deploy ]] || "$ROOT/scripts/run_distributed.sh" --machines "$machines" --deploy-only
	# Before a server is started or broken: what is wrong with the options or a machine.
	"$ROOT/scripts/run_distributed.sh" --machines "$machines" --run-id "$run_id" --check-only "${options[@]}" >/dev/null
	[[ -z $with_faults ]] || prepare_servers "${options[@]}"
	load_and_faults "${options[@]}"
	end_server_probes "$folder"
	report
	return $((caught != 0 ? caught : worst))
}

main "$@"
