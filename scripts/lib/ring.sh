# shellcheck shell=bash
# ring.sh - for full_test.sh: the servers that fault_sim.conf names.

# start_servers: those that do not run yet, on the hosts where SERVER_n_HOST says,
# as fault_ring would start them again.
start_servers() {
	local name id host folder command said
	for name in "${!SERVER_@}"; do
		[[ $name =~ ^SERVER_([0-9]+)_HOST$ ]] || continue
		id=${BASH_REMATCH[1]}
		host=$name folder=SERVER_${id}_WORK_DIR command=SERVER_${id}_START_COMMAND
		# shellcheck disable=SC2310 # its status is the answer
		if said=$(far "${!host}" sh -c "cd -- \"\$1\" && ${!command:-./scripts/start_server.sh $id}" \
			sh "${!folder:-.}" </dev/null 2>&1); then
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
