# shellcheck shell=bash
# server_probes.sh - for full_test.sh: what the servers' machines do meanwhile.
# Each host of fault_sim.conf gets one host_probe, whose samples come here as it
# makes them; nothing is left there. It ends when its stdin does: with `hold`, or
# with this script, however that ends.

hold=''          # the pid of who keeps stdin open
server_probes=() # the pids of those who bring the samples

# probes_are_wanted OPTION...: HOST_PROBE of stress_test.conf, or of its options.
probes_are_wanted() {
	local conf settings
	conf=$(conf_path stress_test.conf)
	settings=$("$BIN/stress_client" --conf "$conf" --print-conf) || exit
	[[ " $* " != *" --no-host-probe "* && $settings != *HOST_PROBE=false* ]]
}

# probe_servers FOLDER OPTION...: into FOLDER/host_server_N.jsonl, for the first
# server N of each host. A host without host_probe has none.
probe_servers() {
	local name id host folder binary
	local -A probed=()
	# shellcheck disable=SC2310 # its status is the answer
	probes_are_wanted "${@:2}" || return 0
	[[ -p $1/.hold ]] || mkfifo -- "$1/.hold"
	tail --pid="$$" --sleep-interval=0.2 --follow /dev/null >"$1/.hold" 2>/dev/null &
	hold=$!
	for name in "${!SERVER_@}"; do
		[[ $name =~ ^SERVER_([0-9]+)_HOST$ ]] || continue
		id=${BASH_REMATCH[1]}
		host=${!name} folder=SERVER_${id}_WORK_DIR binary=SERVER_${id}_BINARY
		[[ -z ${probed[$host]:-} ]] || continue
		probed[$host]=yes
		binary=${!binary:-ring_server}
		# shellcheck disable=SC2016 # the words of the shell there
		far "$host" sh -c 'cd -- "$1" && PATH=./bin:$PATH exec host_probe --until-eof --name "$2" --process "$3"' \
			sh "${!folder:-.}" "server_$id" "${binary##*/}" \
			<"$1/.hold" >"$1/host_server_$id.jsonl" 2>/dev/null &
		server_probes+=($!)
	done
}

# end_server_probes FOLDER: and removes the files of hosts that sent nothing.
end_server_probes() {
	local pid deadline=$((SECONDS + 5))
	[[ -n $hold ]] || return 0
	kill "$hold" 2>/dev/null || true
	for pid in "${server_probes[@]}"; do
		while kill -0 "$pid" 2>/dev/null && ((SECONDS < deadline)); do
			sleep 0.1
		done
		kill "$pid" 2>/dev/null || true
	done
	hold=''
	rm -f -- "$1/.hold"
	find "$1" -maxdepth 1 -name 'host_server_*.jsonl' -empty -delete
}
