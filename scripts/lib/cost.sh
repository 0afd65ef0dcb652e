# shellcheck shell=bash
# cost.sh - what a test costs, as config/prices.conf says: beforehand and
# afterwards. Says nothing where that names no MACHINE_TYPE. Stands on load.sh.

# planned_time OPTION...: of stress_client with these; nothing where it has no end
# that is known, or what it would do is not known here. For a shell of its own.
# shellcheck disable=SC2310 # the status of `holds` is its answer
planned_time() {
	local conf settings seconds longest
	local -a words=()
	while (($# > 0)); do
		case $1 in
			--share) ;;
			--start-in) shift ;; # of run_distributed.sh, as --share
			*) words+=("$1") ;;
		esac
		shift
	done
	here_or_installed "${words[@]}"
	conf=$(conf_path stress_test.conf)
	unset DURATION
	settings=$("$BIN/stress_client" --conf "$conf" "${words[@]}" --print-conf 2>/dev/null) || return 0
	eval "$settings"
	seconds=$(phases_seconds)
	[[ -n $seconds || -n $RATE || $REQUESTS_PER_CLIENT == 0 ]] || seconds=$(pauses_seconds)
	if [[ -n ${DURATION:-} ]]; then
		longest=$(seconds_of "$DURATION")
		longest=$(calculated "$longest")
		if [[ -z $seconds ]] || holds "$longest < $seconds"; then seconds=$longest; fi
	fi
	[[ -z $seconds || $seconds == 0 ]] || printf '%ss\n' "$seconds"
}

# cost MACHINES OPTION...
cost() {
	local conf
	conf=$(conf_path prices.conf)
	"$BIN/cost" --conf "$conf" --machines "$1" "${@:2}"
}

# estimate_cost MACHINES OPTION...: ends here, with 2, where it would be more than
# MAX_COST. A script that another has started leaves it to that one.
estimate_cost() {
	local time said
	[[ -z ${COST_TOLD:-} ]] || return 0
	need_program cost
	need bc
	time=$(planned_time "${@:2}")
	said=$(cost "$1" ${time:+--time "$time"}) || exit
	[[ -z $said ]] || printf 'Cost, as planned: %s\n' "$said"
	export COST_TOLD=yes
}

# actual_cost MACHINES SECONDS: in words; nothing where it is not known.
actual_cost() {
	cost "$1" --time "$2s" --max-cost '' || true
}
