# shellcheck shell=bash disable=SC2154,SC2312 # find_capacity.sh sets what it needs, and pipefail
# level.sh - for find_capacity.sh: one rate, whether the target meets the thresholds
# at it, and its line of the table.

readonly FIGURES='throughput p50 p99 failure_rate skipped'

# run_once RATE: its figures go to $work/figures, what it missed to $work/missed,
# its verdict to `verdict`.
run_once() {
	local -a judge=("$BIN/aggregate" --figures "$FIGURES" --output-dir "$work")
	local threshold code judged=0
	for threshold in "${thresholds[@]}"; do judge+=(--thresholds "$threshold"); done
	"$BIN/stress_client" "${options[@]}" --rate "$1/s" --duration "$level" --quiet \
		--metrics-output - >"$work/metrics" 2>"$work/errors" &
	client=$!
	ended "$client"
	client=''
	((caught == 0)) || exit "$caught"
	"${judge[@]}" - <"$work/metrics" >"$work/line" 2>>"$work/errors" || judged=$?
	case " $code $judged " in
		*' 2 '*) cat "$work/errors" >&2 && exit 2 ;;
		*' 5 '*) verdict=invalid ;;
		' 0 0 ') verdict=met ;;
		*) verdict=missed ;;
	esac
	[[ -s $work/line ]] || {
		cat "$work/errors" >&2
		die 1 "the level of $1/s has no figures"
	}
	cat "$work/line" >>"$work/figures"
	[[ $verdict != missed ]] || what_missed "$work/final_report.txt" >>"$work/missed"
}

# what_missed REPORT: a line for each threshold that it missed; where none is, the
# reason of its verdict.
what_missed() {
	sed --quiet 's/^ MISSED *\(.*[^ ]\)   .*/\1/p' "$1" | grep . || sed --quiet '/^VERDICT/ { n; s/^ *//p }' "$1"
}

# try RATE: sets `verdict` to met, missed or invalid, as most of its runs say, and
# prints its line, with the figures of the run whose p99 is in the middle.
try() {
	local most=$((repeat / 2 + 1)) runs=0 said line
	local -A count=([met]=0 [missed]=0 [invalid]=0)
	: >"$work/figures"
	: >"$work/missed"
	while ((runs < repeat && count[met] < most && count[missed] < most && count[invalid] < most)); do
		run_once "$1"
		count[$verdict]=$((count[$verdict] + 1))
		runs=$((runs + 1))
	done
	verdict=missed
	((count[met] < most)) || verdict=met
	((count[invalid] <= count[missed])) || verdict=invalid
	said="$verdict (met in ${count[met]} of $runs)"
	[[ $verdict != missed ]] ||
		said+=": $(awk '!seen[$0]++ { printf "%s%s", n++ ? ", " : "", $0 }' "$work/missed")"
	[[ $verdict != invalid ]] || said="INVALID: the generator could not keep up"
	line=$(LC_ALL=C sort --field-separator=$'\t' --key=3,3g "$work/figures" | sed --quiet "$((runs / 2 + 1))p")
	# Of a level without one right answer aggregate has no latencies: "-".
	# shellcheck disable=SC2086 # five numbers
	LC_ALL=C printf '%10s %13.1f %9.2f %9.2f %9.2f %9.0f' "$1" ${line//$'\t'-/$'\t'nan} | sed 's/nan/  -/g'
	printf '  %s\n' "$said"
}
