#!/usr/bin/env bash
# machine.sh VERB FOLDER N - one client machine, for run_distributed.sh: deploy,
# check, run or attach. FOLDER holds what all have in common: machines (a line
# each), options (of the stress test, NUL behind each), start_at and run_id.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/common.sh"
# shellcheck source=scripts/lib/far.sh
source "${here%/*}/far.sh"
# shellcheck source=scripts/lib/deploy.sh
source "${here%/*}/deploy.sh"

# A machine that cannot be reached for so long is given up.
readonly PATIENCE_SECONDS=60

follower='' # the pid of what shows the run
stopping=''

# job WORD...: stress_job.sh on the machine.
job() {
	local scripts=$PROJECT/scripts
	[[ $HOST != local ]] || scripts=$ROOT/scripts
	far "$HOST" env WORK_DIR="$PROJECT" "$scripts/stress_job.sh" "$@"
}

# patiently COMMAND...: again as long as there is no connection.
patiently() {
	local status deadline=$((SECONDS + PATIENCE_SECONDS))
	while true; do
		status=0
		"$@" </dev/null || status=$?
		((status == 255 && SECONDS < deadline)) || return "$status"
		sleep 1
	done
}

check() {
	local before after said there place id status=0
	local -a options
	id=$(<"$folder/run_id")
	mapfile -d '' -t options <"$folder/options"
	before=$(date +%s%3N)
	# shellcheck disable=SC2310 # the status is what is asked for
	said=$(job check "$number" "$id" "${options[@]}" </dev/null) || status=$?
	after=$(date +%s%3N)
	case $status in
		0) ;;
		126 | 127) die 1 "ringstorm is not in $PROJECT; copy it there with: run_distributed.sh --deploy" ;;
		255) die 1 "no connection to $HOST" ;;
		*) return "$status" ;;
	esac
	read -r there place <<<"$said"
	[[ $there =~ ^[0-9]{13}$ ]] || die 1 "$HOST does not tell its time, but: $there"
	# Scripts of an older version do not tell their place.
	printf '%s %s\n' "${place:-$HOST:$PROJECT}" "$metrics" >"$folder/place_$number"
	((there < before - 200 || there > after + 200)) || return 0
	warn "its clock is about $((there - after)) ms ahead of ours; let NTP set both"
	printf '%d\n' "$((there - after))" >"$folder/ahead_$number"
}

# follow LINES: shows the run to its end, also after lost connections.
follow() {
	local lines=$1 seen=$folder/seen_$number code count deadline=$((SECONDS + PATIENCE_SECONDS))
	: >"$seen"
	while true; do
		(
			set +e
			job follow "$number" "$lines" </dev/null | tee --append "$seen"
			exit "${PIPESTATUS[0]}"
		) &
		follower=$!
		ended "$follower"
		((code == 255)) || return "$code"
		count=$(wc --lines <"$seen")
		if [[ $lines != +$((count + 1)) && -s $seen ]]; then
			deadline=$((SECONDS + PATIENCE_SECONDS))
			lines=+$((count + 1))
		fi
		((SECONDS < deadline)) || break
		warn "the connection is lost; trying again (the run goes on over there)"
		sleep 1
	done
	warn "given up; the run goes on over there; find it again with: run_distributed.sh --attach"
	return 6
}

on_term() {
	if [[ -n $stopping ]]; then
		warn "left; if the run still goes on over there, find it with: run_distributed.sh --attach"
		kill "$follower" 2>/dev/null || true
		exit 143
	fi
	stopping=yes
	patiently job stop "$number" &
}

# end_with_others: when a condition has ended the run on one machine, it ends on all.
end_with_others() {
	until [[ -e $folder/ended_early ]]; do
		sleep 0.5
	done
	patiently job stop "$number"
}

# follow_together: as `follow`; what ended with others ended well.
follow_together() {
	local others status=0
	end_with_others &
	others=$!
	# shellcheck disable=SC2310
	follow +1 || status=$?
	kill "$others" 2>/dev/null || true
	! grep --quiet '^Ended early' "$folder/seen_$number" || : >"$folder/ended_early"
	[[ ! -e $folder/ended_early || $status != 143 || -n $stopping ]] || status=0
	return "$status"
}

run() {
	local id start_at status=0
	local -a options
	id=$(<"$folder/run_id")
	mapfile -d '' -t options <"$folder/options"
	# It starts by its own clock.
	start_at=$(<"$folder/start_at")
	[[ ! -e $folder/ahead_$number ]] || start_at=$((start_at + $(<"$folder/ahead_$number")))
	trap on_term TERM
	# shellcheck disable=SC2310
	patiently job start "$number" "$id" --metrics-output-dir "$metrics" "${options[@]}" --start-at "$start_at" || status=$?
	((status == 0)) || return "$((status == 255 ? 6 : status))"
	[[ -z $stopping ]] || patiently job stop "$number"
	follow_together
}

attach() {
	trap on_term TERM
	follow 10
}

main() {
	local verb=$1 folder=$2 number=$3 metrics
	local -a machines
	mapfile -t machines <"$folder/machines"
	take_machine "${machines[number - 1]}"
	metrics=./${METRICS##*/} # as seen from PROJECT
	"$verb"
}

main "$@"
