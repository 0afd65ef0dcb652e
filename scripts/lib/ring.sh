# shellcheck shell=bash
# ring.sh - for full_test.sh: the servers that fault_sim.conf names.

# start_servers: those that do not run yet, on the hosts where SERVER_n_HOST says:
# by START_COMMAND, or the folder's own start_server.sh, or the installed one.
start_servers() {
	local name id host folder command said ringstorm
	# shellcheck disable=SC2016 # for the shell over there
	local -r usual='if [ -x scripts/start_server.sh ]; then ./scripts/start_server.sh "$3"
		else WORK_DIR=$PWD "$2" start_server "$3"; fi'
	for name in "${!SERVER_@}"; do
		[[ $name =~ ^SERVER_([0-9]+)_HOST$ ]] || continue
		id=${BASH_REMATCH[1]}
		host=$name folder=SERVER_${id}_WORK_DIR command=SERVER_${id}_START_COMMAND ringstorm=ringstorm
		[[ ${!host} != local ]] || ringstorm=$ROOT/scripts/ringstorm.sh
		# shellcheck disable=SC2310 # its status is the answer
		if said=$(far "${!host}" sh -c "cd -- \"\$1\" && { ${!command:-$usual}
			}" sh "${!folder:-.}" "$ringstorm" "$id" </dev/null 2>&1); then
			printf '%s\n' "${said:-Server $id was started}"
		elif [[ $said == *"is already running"* ]]; then
			printf '%s\n' "${said#Error: }"
		else
			die 1 "server $id does not start on ${!host}: $said"
		fi
	done
}

# await_ring SECONDS COMMAND: until the command succeeds.
await_ring() {
	local said deadline=$((SECONDS + $1))
	until said=$(bash -c "$2" 2>&1); do
		((SECONDS < deadline)) || die 1 "the ring is not ready after $1 s: $said"
		sleep 0.2
	done
}
