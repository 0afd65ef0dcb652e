#!/usr/bin/env bash
# aggregate_metrics.sh [CONF] - merge the metric files of all client machines
# that config/aggregate.conf (or CONF) names into one report:
# OUTPUT_DIR/final_report.json and final_report.txt.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"

readonly RULE=============================================

banner() {
	printf '%s\n' "$RULE" "CloudP2P Metrics Aggregation" "$RULE" \
		"Client Machines: ${#CLIENT_MACHINES[@]}" "Output Directory: $OUTPUT_DIR" "$RULE" ""
}

# collect: fills in `folders`; a machine without one is named, the rest counts.
collect() {
	local number=0 machine
	printf 'Step 1: Collecting metrics from client machines...\n\n'
	for machine in "${CLIENT_MACHINES[@]}"; do
		number=$((number + 1))
		printf '[%d/%d] Collecting from: %s\n' "$number" "${#CLIENT_MACHINES[@]}" "$machine"
		if [[ ! -d $machine ]]; then
			printf '  ✗ no such folder; machine %d is missing from the report\n' "$number"
		elif [[ ! -r $machine || ! -x $machine ]]; then
			printf '  ✗ the folder may not be read; machine %d is missing from the report\n' "$number"
		else
			printf '  ✓ Successfully collected metrics from machine %d\n' "$number"
			folders+=("$machine")
		fi
	done
}

main() {
	local conf machine status=0
	local -a folders=()
	[[ ${1-} != -h && ${1-} != --help ]] || usage
	(($# <= 1)) || die 2 "one conf file at most"
	conf=${1-}
	[[ -n $conf ]] || conf=$(conf_path aggregate.conf)
	need_program aggregate
	read_conf aggregate --conf "$conf"
	((${#CLIENT_MACHINES[@]} > 0)) || die 2 "$conf names no CLIENT_MACHINES"
	for machine in "${CLIENT_MACHINES[@]}"; do
		[[ -d $machine || $machine != *@*:* ]] ||
			die 2 "$conf: '$machine' is on another machine; copy its files here and name the folder"
	done
	banner
	collect
	((${#folders[@]} > 0)) || die 1 "no folder of metrics could be read"
	printf '\nStep 2: Aggregating metrics...\n\n'
	"$BIN/aggregate" --output-dir "$OUTPUT_DIR" "${folders[@]}" || status=$?
	case $status in
		1 | 2 | 1??) return "$status" ;;
		*) ((${#folders[@]} == ${#CLIENT_MACHINES[@]})) || status=6 ;;
	esac
	printf '\n%s\nMetrics Aggregation Complete!\n%s\n' "$RULE" "$RULE"
	return "$status"
}

main "$@"
