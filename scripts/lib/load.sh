# shellcheck shell=bash
# load.sh - for stress_test.sh: what the settings of stress_client say about the
# load of this machine, for people and for the live view.

# shellcheck source=scripts/lib/reckon.sh
source "${BASH_SOURCE[0]%/*}/reckon.sh"

# driver_name: the one that stress_client takes.
driver_name() {
	case ${DRIVER:-}${URL[0]:+ ${URL[0],,}} in
		'') printf 'cloudp2p\n' ;;
		' http://'*) printf 'http\n' ;;
		' ws://'* | ' wss://'*) printf 'ws\n' ;;
		' '*) printf 'curl\n' ;;
		*) printf '%s\n' "$DRIVER" ;;
	esac
}

# seconds_of TIME: 250ms, 10s, 5m, 1h.
seconds_of() {
	local number=${1%%[a-z]*}
	case ${1#"$number"} in
		us) printf '(%s/1000000)' "$number" ;;
		ms) printf '(%s/1000)' "$number" ;;
		s) printf '%s' "$number" ;;
		m) printf '(%s*60)' "$number" ;;
		*) printf '(%s*3600)' "$number" ;;
	esac
}

# phases_seconds: of all of them, shortened by SCALE; nothing without phases. Commas
# part those that stand in one text.
phases_seconds() {
	local time sum=0
	((${#PHASES[@]} > 0)) || return 0
	while read -r -d , _ time _; do
		sum+="+$(seconds_of "$time")"
	done <<<"$(printf '%s,' "${PHASES[@]}")"
	calculated "($sum) * $SCALE"
}

# pauses_seconds: of one client in all; its requests themselves come on top.
pauses_seconds() {
	calculated "$REQUESTS_PER_CLIENT * ($MIN_DELAY_MS + $MAX_DELAY_MS) / 2000"
}

# expected_time: as the banner says it.
expected_time() {
	local seconds
	seconds=$(phases_seconds)
	if [[ -n $seconds ]]; then
		printf '%s seconds\n' "$seconds"
	elif [[ -n $RATE || $REQUESTS_PER_CLIENT == 0 ]]; then
		printf '%s\n' "${DURATION:-until it is ended}"
	else
		seconds=$(pauses_seconds)
		printf '~%s seconds%s\n' "${seconds%.*}" "${DURATION:+, at most $DURATION}"
	fi
}

# field NAME VALUE: a line of the banner; nothing without a value.
field() {
	[[ -z $2 ]] || printf '%-19s %s\n' "$1:" "$2"
}

# fields NAME VALUE...: a line for each value, the name in the first.
fields() {
	local name=$1: value
	shift
	for value in "$@"; do
		printf '%-19s %s\n' "$name" "$value"
		name=''
	done
}

# banner_cloudp2p: as its guide shows it.
banner_cloudp2p() {
	field 'Number of Clients' "$NUM_CLIENTS$shared"
	field 'Requests/Client' "$REQUESTS_PER_CLIENT"
	field 'Min Delay (ms)' "$MIN_DELAY_MS"
	field 'Max Delay (ms)' "$MAX_DELAY_MS"
	field 'Image Directory' "$IMAGE_DIRECTORY"
	field 'Client Config' "${CLIENT_CONFIG:-none}"
}

banner_others() {
	fields 'Target' "${URL[@]}"
	if [[ -n $rate ]]; then
		field 'Rate' "$rate$shared, $ARRIVALS"
	else
		field 'Number of Clients' "$NUM_CLIENTS$shared"
		field 'Requests/Client' "${REQUESTS_PER_CLIENT/#0/no limit}"
		field 'Pauses (ms)' "$MIN_DELAY_MS to $MAX_DELAY_MS, $THINK_TIME"
	fi
}

# rate_words: how many requests a second; nothing in a closed loop.
rate_words() {
	if [[ -n $RATE ]]; then
		printf '%s/s\n' "$RATE"
	elif [[ ${PHASES[*]} == */* ]]; then
		printf 'the rate of the phases\n'
	fi
}

# banner DRIVER
banner() {
	local title='CloudP2P Stress Test Configuration' rule rate time shared=''
	((MACHINES == 1)) || shared=", shared by $MACHINES machines"
	[[ $1 == cloudp2p ]] || title="Stress Test Configuration ($1)"
	rule=${title//?/=}
	time=$(expected_time)
	rate=$(rate_words)
	printf '%s\n' "$rule" "$title" "$rule"
	field 'Machine ID' "$MACHINE_ID"
	if [[ $1 == cloudp2p && -z $rate ]]; then
		banner_cloudp2p
	else
		banner_others
	fi
	fields 'Phases' "${PHASES[@]}"
	[[ $SCALE == 1 ]] || field 'Scale' "$SCALE"
	fields 'Stop When' "${STOP_WHEN[@]}"
	field 'Metrics Output' "$METRICS_OUTPUT_DIR"
	field 'Test Duration' "$time"
	printf '%s\n\n' "$rule"
}

# process_count: those that share the load. Each has as many threads as are left of
# the cores; with --threads there are so many fewer. A condition that ends the run is
# for one process to judge.
process_count() {
	local count=${PROCESSES:-} clients=$((NUM_CLIENTS / MACHINES))
	if [[ -n ${CLIENTS_PER_PROCESS:-} ]]; then
		count=$(((clients + CLIENTS_PER_PROCESS - 1) / CLIENTS_PER_PROCESS))
	fi
	[[ -n $count ]] || ((${#STOP_WHEN[@]} == 0)) || count=1
	[[ -n $count ]] || count=$(($(nproc) / ${THREADS:-1}))
	[[ -n $RATE ]] || ((count <= clients)) || count=$clients
	printf '%d\n' "$((count > 1 ? count : 1))"
}
