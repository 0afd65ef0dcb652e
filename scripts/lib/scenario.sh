# shellcheck shell=bash disable=SC2034 # what it sets is for run_scenario.sh
# scenario.sh - for run_scenario.sh: its options, the machines and the load of a
# scenario.

# take_value NAME VALUE: of an option that is ours.
take_value() {
	case $1 in
		--machines) machines=$2 ;;
		--connections) connections=$2 ;;
		--ops) ops=$2 ;;
		--relay) relay+=(--url "$2") ;;
		--relay-interval) relay+=(--interval "$2") ;;
		--relay-process) relay+=(--process "$2") ;;
		--relay-host) relay+=(--host "$2") ;;
		*) thresholds+=("$2") ;;
	esac
}

take_options() {
	while (($# > 0)); do
		case $1 in
			--no-deploy) deploy='' ;;
			--machines | --connections | --ops | --relay | --relay-interval | --relay-process | --relay-host | --thresholds)
				(($# > 1)) || die 2 "$1 needs a value"
				take_value "$1" "$2"
				shift
				;;
			*) options+=("$1") ;;
		esac
		shift
	done
	[[ ${#relay[@]} == 0 || " ${relay[*]}" == *' --url '* ]] ||
		die 2 "--relay-interval, --relay-process and --relay-host go with --relay URL"
}

# custom_load: the options of `custom`.
custom_load() {
	local value pause_ms
	for value in "$machines" "$connections" "$ops"; do
		[[ $value =~ ^[1-9][0-9]{0,5}$ ]] ||
			die 2 "custom wants numbers: --machines N --connections N --ops N (of each connection, a minute)"
	done
	((machines <= ${#CLIENT_MACHINES[@]})) ||
		die 2 "--machines $machines: CLIENT_MACHINES in config/aggregate.conf names only ${#CLIENT_MACHINES[@]}"
	CLIENT_MACHINES=("${CLIENT_MACHINES[@]:0:machines}")
	pause_ms=$((60000 / ops))
	options=(--num-clients "$((machines * connections))" --min-delay-ms "$((pause_ms / 2))"
		--max-delay-ms "$((pause_ms * 3 / 2))" "${options[@]}")
}

# take_scenario NAME: its conf file, and what ends its run early.
take_scenario() {
	local conf=baseline condition names
	local -a words
	if [[ $1 == custom ]]; then
		custom_load
	else
		[[ -z $machines$connections$ops ]] || die 2 "--machines, --connections and --ops are custom's"
		conf=$1
	fi
	names=$(names_of_scenarios)
	[[ " custom $names " == *" $1 "* ]] || die 2 "there is no scenario '$1'; there are: custom $names"
	# Each machine takes its own copy, here or where it is installed.
	options=(--conf "config/scenarios/$conf.conf" "${options[@]}")
	here_or_installed "${options[@]}"
	read_conf stress_client "${words[@]}"
	for condition in "${STOP_WHEN[@]}" 'failure_rate[warmup] > 20%' 'failure_rate[rampup] > 10% for 5s' \
		'p95[rampup] > 5s for 5s'; do
		options+=(--stop-when "$condition")
	done
	((${#thresholds[@]} > 0)) || [[ $1 == stress_to_failure ]] || thresholds=('failure_rate < 5%' 'p95 < 1s')
}

names_of_scenarios() {
	local conf names=''
	conf=$(conf_path scenarios/baseline.conf)
	for conf in "${conf%/*}"/*.conf; do
		conf=${conf##*/}
		names+="${conf%.conf} "
	done
	printf '%s' "${names% }"
}

# take_machines: those of the conf; `alone` where that is this one only.
take_machines() {
	local conf
	conf=$(conf_path aggregate.conf)
	read_conf aggregate --conf "$conf"
	((${#CLIENT_MACHINES[@]} > 0)) || CLIENT_MACHINES=(./metrics)
	((${#CLIENT_MACHINES[@]} > 1)) || [[ ${CLIENT_MACHINES[0]} == *:* ]] || alone=yes
}
