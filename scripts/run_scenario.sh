#!/usr/bin/env bash
# run_scenario.sh NAME [OPTION...] - a scenario of config/scenarios from its checks to
# its report, on the client machines of config/aggregate.conf, or on this one where
# that names no other: check, deploy, warm-up, ramp-up, sustained, stress, cool-down,
# report, tear-down. Everything is in metrics/NAME-TIME/ then: summary.json,
# metrics.csv, relay-metrics.json, worker-metrics.json, latency-distribution.json,
# report.html, test.log.
#
#   custom --machines N --connections N --ops N
#                          baseline's phases with the first N machines, so many
#                          connections on each and operations a minute of each
#   --relay URL            the relay's own metrics, to be polled meanwhile
#   --relay-interval TIME  how often (5s)
#   --relay-process NAME   and the memory of that process,
#   --relay-host USER@HOST on that machine
#   --thresholds TEXT      what the run must meet, once for each (failure_rate < 5%,
#                          p95 < 1s; none for stress_to_failure)
#   --no-deploy            the machines have what they need
#
# Other options are those of stress_client: --url, --scale, ... The run ends early
# when more than a fifth of the requests fails in the warm-up, or in the ramp-up a
# tenth or p95 is above 5 s for 5 s: that is exit code 3.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/run_record.sh
source "${here%/*}/lib/run_record.sh"
# shellcheck source=scripts/lib/load.sh
source "${here%/*}/lib/load.sh"
# shellcheck source=scripts/lib/cost.sh
source "${here%/*}/lib/cost.sh"
# shellcheck source=scripts/lib/scenario.sh
source "${here%/*}/lib/scenario.sh"

folder='' run_id='' # of this run
load='' probe=''    # pids
log=''              # the pid of what keeps test.log

at_exit() {
	[[ -z $probe ]] || kill "$probe" 2>/dev/null || true
	[[ -z $log ]] || { exec >&- 2>&- && wait "$log"; } || true
}
trap at_exit EXIT

# make_folder NAME
make_folder() {
	new_run_id
	TZ=UTC0 printf -v folder 'metrics/%s-%(%Y%m%dT%H%M%SZ)T' "$1" -1
	[[ ! -e $folder ]] || die 1 "$folder is there already; wait a second"
	write_run "$folder" "$run_id" "${options[@]}"
	{
		printf 'CLIENT_MACHINES=('
		printf ' "%s"' "${CLIENT_MACHINES[@]}"
		printf ' )\n'
	} >"$folder/config/machines.conf"
	# It outlives the last of our words, so the terminal's signals are not for it.
	# shellcheck disable=SC2312
	exec > >(exec tee --ignore-interrupts "$folder/test.log") 2>&1
	log=$!
}

check() {
	local conf
	local -a words
	stamp "===== CHECK ====="
	((${#relay[@]} == 0)) || "$BIN/relay_probe" "${relay[@]}" --once --output - >/dev/null ||
		die $? "the relay's metrics cannot be read"
	# From here on it is asked by the machines, too.
	conf=$(conf_path stress_test.conf)
	here_or_installed "${options[@]}"
	"$BIN/stress_client" --conf "$conf" "${words[@]}" --check || exit
	estimate_cost "${#CLIENT_MACHINES[@]}" "${options[@]}"
}

deploy() {
	stamp "===== DEPLOY ====="
	if [[ -z $deploy || -n $alone ]]; then
		printf 'nothing to deploy\n'
	else
		"$ROOT/scripts/run_distributed.sh" --machines "$folder/config/machines.conf" --deploy-only
	fi
}

# start_relay_probe: it ends by itself soon after the load, should we not end it.
start_relay_probe() {
	local seconds
	((${#relay[@]} > 0)) || return 0
	seconds=$(phases_seconds)
	setsid "$BIN/relay_probe" --interval 5s "${relay[@]}" --duration "$((${seconds%.*} + 60))s" \
		--name relay --output "$folder/probe_relay.jsonl" </dev/null >/dev/null 2>"$folder/relay_probe.txt" &
	probe=$!
}

# load: the phases of the scenario, one after another; worsens `worst`.
load() {
	local -a command=("$ROOT/scripts/run_distributed.sh" --machines "$folder/config/machines.conf" --share)
	stamp "===== LOAD: ${PHASES[*]%% *} ====="
	[[ -z $alone ]] || command=("$ROOT/scripts/stress_test.sh" 1 --metrics-output-dir "$folder/collected/machine_1")
	start_relay_probe
	"${command[@]}" --run-id "$run_id" "${options[@]}" </dev/null &
	load=$!
	ended "$load"
	worse "$code"
	load=''
	[[ -z $probe ]] || kill "$probe" 2>/dev/null || true
	probe=''
}

# report: worsens `worst`.
report() {
	local threshold
	local -a judge=(--run "$run_id" --scenario-dir "$folder" --output-dir "$folder") sources=("$folder/collected")
	[[ -n $(compgen -G "$folder/collected/*/*_timeline.jsonl" || true) || -z $alone ]] || return 0
	stamp "===== REPORT ====="
	[[ -n $alone ]] || "$BIN/collect_metrics" --output-dir "$folder" -- "${CLIENT_MACHINES[@]}" || worse $?
	for threshold in "${thresholds[@]}"; do judge+=(--thresholds "$threshold"); done
	[[ ! -s $folder/probe_relay.jsonl ]] || sources+=("$folder/probe_relay.jsonl")
	report_to "$folder" "${#CLIENT_MACHINES[@]}" "${judge[@]}" "${sources[@]}"
}

# early_end NAME: worsens `worst` where the run did not get through its phases.
early_end() {
	! grep --quiet 'Ended early' "$folder/test.log" || [[ $1 == stress_to_failure ]] || {
		warn "the run ended early; its report says why"
		worse 3
	}
}

main() {
	local name=${1-} code worst=0 deploy=yes alone='' machines='' connections='' ops=''
	local -a options=() thresholds=() relay=()
	[[ $name != -h && $name != --help ]] || usage
	take_options "${@:2}"
	need_program stress_client aggregate collect_metrics host_probe relay_probe live_view
	take_machines
	take_scenario "$name"
	trap 'hand_on 130 $load' INT
	trap 'hand_on 143 $load' TERM HUP
	make_folder "$name"
	check
	deploy
	load
	early_end "$name"
	report
	stamp "===== TEAR-DOWN ====="
	printf 'Everything: %s\n' "$folder"
	return $((caught != 0 ? caught : worst))
}

main "$@"
