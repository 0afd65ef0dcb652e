#!/usr/bin/env bash
# find_capacity.sh [OPTION...] - the largest rate of requests at which the target
# still meets a set of thresholds: doubles the rate until one is missed, then
# halves what lies between. Prints a table of all levels, each with what it missed,
# and the knee.
#
#   --url http://...       the target; any option of stress_client goes as well
#   --from RATE            first level (100/s)
#   --to RATE              no level above it (50000/s)
#   --thresholds TEXT      "p99 < 200ms", ...: once for each (failure_rate < 1%,
#                          p99 < 200ms, skipped == 0); metrics: man aggregate
#   --level TIME           how long each level lasts (5s)
#   --repeat N             a level is met when most of N runs meet it (3)
#   --precision PERCENT    how near the knee is found (2%)
#
# Percentiles are of response time, from the moment that the rate had planned. A
# level just above the limit misses only when it lasts long enough for a queue to
# grow: the longer, the nearer the knee.
#
# Exit code: 0, the knee was found, or every level met the thresholds; 3, the first
# level misses already; 5, this machine was the limit and not the target (levels
# that it could not drive say nothing about the target).
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/reckon.sh
source "${here%/*}/lib/reckon.sh"
# shellcheck source=scripts/lib/level.sh
source "${here%/*}/lib/level.sh"

from=100 to=50000 level=5s repeat=3 precision=2
thresholds=() options=()
client='' # the pid of the level under way
work=$(mktemp --directory)

at_exit() {
	rm -rf -- "$work"
}
trap at_exit EXIT

# shellcheck disable=SC2310 # the status of `holds` is its answer
take_options() {
	local -a words
	while (($# > 0)); do
		case $1 in
			-h | --help) usage ;;
			--from | --to | --thresholds | --level | --repeat | --precision)
				(($# > 1)) || die 2 "$1 needs a value"
				case $1 in
					--from) from=$(number "$2" /s) ;;
					--to) to=$(number "$2" /s) ;;
					--thresholds) thresholds+=("$2") ;;
					--level) level=$2 ;;
					--repeat) repeat=$(number "$2" '') ;;
					*) precision=$(number "$2" %) ;;
				esac
				shift
				;;
			*) options+=("$1") ;;
		esac
		shift
	done
	here_or_installed "${options[@]}"
	options=("${words[@]}")
	[[ $repeat =~ ^[1-9][0-9]?$ ]] || die 2 "--repeat $repeat: a number of runs from 1 to 99"
	holds "$to >= $from" || die 2 "--to $to/s is below --from $from/s"
	((${#thresholds[@]} > 0)) || thresholds=('failure_rate < 1%' 'p99 < 200ms' 'skipped == 0')
}

# search: sets `met` to the largest rate that meets the thresholds, and `above` to
# the smallest that does not, with `why` (missed or invalid); 0: there is none.
# shellcheck disable=SC2310 # the status of `holds` is its answer
search() {
	local rate=$from
	met=0 above=0 why=''
	while true; do
		try "$rate"
		if [[ $verdict == met ]]; then
			met=$rate
		else
			above=$rate why=$verdict
		fi
		if [[ $above != 0 ]]; then
			[[ $met != 0 ]] || break
			holds "($above - $met) * 100 > $precision * $met" || break
			rate="($met + $above) / 2"
		elif [[ $met == "$to" ]]; then
			break
		else
			rate="2 * $met"
			! holds "$rate > $to" || rate=$to
		fi
		rate=$(rounded "$rate")
		[[ $rate != "$met" && $rate != "$above" ]] || break
	done
}

main() {
	local verdict met above why status
	take_options "$@"
	need bc
	need_program stress_client aggregate
	# The load ends with this script.
	trap 'hand_on 130 $client' INT
	trap 'hand_on 143 $client' TERM HUP
	"$BIN/stress_client" "${options[@]}" --check >"$work/check" || {
		status=$?
		cat "$work/check" >&2
		exit "$status"
	}
	printf 'Levels of %s, the majority of %s, until %s%% apart:%s\n\n' "$level" "$repeat" "$precision" \
		"$(IFS=, && printf '%s' "${thresholds[*]/#/ }")"
	printf '%10s %13s %9s %9s %9s %9s  %s\n' rate/s throughput/s 'p50 ms' 'p99 ms' 'failed %' skipped verdict
	search
	if [[ $why == invalid ]]; then
		printf '\nNo knee: this machine cannot drive %s/s.' "$above"
		[[ $met == 0 ]] || printf ' The target meets all thresholds at %s/s.' "$met"
		printf '\n'
		return 5
	elif [[ $met == 0 ]]; then
		printf '\nNo knee: already %s/s misses a threshold. Begin below it, with --from.\n' "$above"
		return 3
	elif [[ $above == 0 ]]; then
		printf '\nNo knee up to %s/s: all thresholds are met. Go on with --to.\n' "$met"
	else
		printf '\nThe knee: %s/s meets all thresholds, %s/s does not.\n' "$met" "$above"
	fi
}

main "$@"
