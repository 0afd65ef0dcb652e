#!/usr/bin/env bash
# kinds.sh [FOLDER] - what each kind of fault does to the users, in one table: in
# the lab, 3 servers and 3 machines x 20 clients, one cycle round the ring for each
# kind. Takes some six minutes; the reports are in FOLDER (kinds_run in the current
# one) then, and the table is FOLDER/table.txt. KINDS names others, a line each:
# a name, and lines of fault_sim.conf.
set -euo pipefail
shopt -s inherit_errexit

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
BIN=${BIN:-$PROJECT/bin}
KINDS=${KINDS:-"kill FAULT=kill
pause FAULT=pause
slow FAULT=slow SLOW_SHARE=80%
partition FAULT=partition PARTITION_FROM=both
loss FAULT=loss LOSS=30%
reset FAULT=reset
kill,random FAULT=kill PATTERN=random SEED=7
kill,two-at-once FAULT=kill PATTERN=simultaneous COUNT=2 MAX_DOWN=2"}
readonly PROJECT KINDS
export BIN
# shellcheck source=tests/lab/project.bash
source "$PROJECT/tests/lab/project.bash"

work=$(mktemp --directory)

at_exit() {
	"$PROJECT/tests/lab/lab.sh" down "$work/lab"
	rm -rf -- "$work"
}
trap at_exit EXIT

# row NAME REPORT: worst of its faults; n.d. where one could not be determined.
row() {
	# shellcheck disable=SC2016 # jq's own variables
	jq --raw-output --arg name "$1" '
		def worst(f): [.faults[] | f] | if length == 0 or any(. == null) then "n.d." else max end;
		[$name, (.faults | length),
		 ([.faults[] | select(.confirmed)] | length), ([.faults[] | select(.healed)] | length),
		 .total_requests, .failed_requests, worst(.error_window_ms), worst(.time_to_recover_ms),
		 ([.faults[].failed // 0] | add), ([.faults[].missed // 0] | add), .latency_stats.p99_ms,
		 .latency_stats.max_ms, .verdict.result] | @tsv' "$2"
}

try() {
	local name=$1 report code=0
	shift
	write_fault_conf "$@" FAULT_INTERVAL_SECS=8 RESTART_DELAY_SECS=3 NUM_CYCLES=1
	"$PROJECT/scripts/full_test.sh" --deploy --faults-after 8 >"talk_$name.txt" 2>&1 || code=$?
	report=$(sed --quiet 's/^All of it: \(.*\)\/final_report.txt.*/\1/p' "talk_$name.txt")
	if [[ -n $report && -e $report/final_report.json ]]; then
		cp -- "$report/final_report.txt" "report_$name.txt"
		row "$name" "$report/final_report.json" >>table.tsv
	else
		printf '%s\tno report, exit code %d: see talk_%s.txt\n' "$name" "$code" "$name" >>table.tsv
	fi
}

main() {
	local folder name settings
	folder=$(readlink --canonicalize-missing -- "${1:-kinds_run}")
	mkdir --parents "$folder"
	"$PROJECT/tests/lab/lab.sh" up 3 servers 3 clients "$work/lab"
	# shellcheck disable=SC1091 # made by lab.sh
	source "$work/lab/lab.env"
	export RINGSTORM_SSH_CONFIG=$LAB_SSH_CONFIG WORK_DIR=$folder
	cd "$folder"
	mkdir --parents test_images
	head --bytes=4000 "$PROJECT/test_images/small.png" >test_images/4k.png
	write_project
	printf '%s\n' NUM_CLIENTS=20 REQUESTS_PER_CLIENT=100 MIN_DELAY_MS=300 MAX_DELAY_MS=700 TIMELINE_MS=100 \
		CLIENT_CONFIG=config/client_stress.conf IMAGE_DIRECTORY=test_images >config/stress_test.conf
	printf 'RECOVERY_TOLERANCE=80%%\nRECOVERY_HOLD_SECS=3\nBASELINE_SECS=5\n' >>config/aggregate.conf
	"$PROJECT/scripts/run_distributed.sh" --machines config/servers.conf --deploy-only >deploy.txt
	printf 'fault\tfaults\tseen\thealed\trequests\tfailed\terrors, ms\tas before, ms\tby faults\tmissed\tp99, ms\tmax, ms\tverdict\n' >table.tsv
	while read -r name settings; do
		# shellcheck disable=SC2086 # one setting a word
		try "$name" $settings </dev/null
	done <<<"$KINDS"
	column --table --separator $'\t' table.tsv | tee table.txt
}

main "$@"
