#!/usr/bin/env bash
# aggregate_metrics.sh [CONF] [OPTION...] - bring the metric files of all client machines
# that config/aggregate.conf (or CONF) names to OUTPUT_DIR/collected, and merge
# them into one report: OUTPUT_DIR/final_report.json and final_report.txt. Every
# OPTION of aggregate beats the conf file: --run 7f3a, where the files are of several
# runs, --faults all, ... (aggregate --help).
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"

readonly RULE=============================================

banner() {
	printf '%s\n' "$RULE" "CloudP2P Metrics Aggregation" "$RULE" \
		"Client Machines: ${#CLIENT_MACHINES[@]}" "Output Directory: $OUTPUT_DIR" "$RULE" ""
}

main() {
	local conf limits collected=0 status=0
	[[ ${1-} != -h && ${1-} != --help ]] || usage
	conf=$(conf_path aggregate.conf)
	[[ ${1:--} == -* ]] || {
		conf=$1
		shift
	}
	[[ ${1:--} == -* ]] || die 2 "one conf file at most"
	limits=$(conf_path anomalies.conf)
	need_program aggregate collect_metrics
	read_conf aggregate --conf "$conf" "$@"
	((${#CLIENT_MACHINES[@]} > 0)) || die 2 "$conf names no CLIENT_MACHINES"
	OUTPUT_DIR=${OUTPUT_DIR:-./aggregated_metrics}
	banner
	printf 'Step 1: Collecting metrics from client machines...\n\n'
	"$BIN/collect_metrics" --output-dir "$OUTPUT_DIR" -- "${CLIENT_MACHINES[@]}" || collected=$?
	((collected == 0 || collected == 6)) || return "$collected"
	printf '\nStep 2: Aggregating metrics...\n\n'
	"$BIN/aggregate" --conf "$limits" --conf "$conf" --html "$OUTPUT_DIR/report.html" "$@" \
		--output-dir "$OUTPUT_DIR" "$OUTPUT_DIR/collected" || status=$?
	case $status in
		1 | 2 | 1??) return "$status" ;;
	esac
	printf '\n%s\nMetrics Aggregation Complete!\n%s\n' "$RULE" "$RULE"
	return $((status > collected ? status : collected))
}

main "$@"
