# shellcheck shell=bash
# server_probes.sh - for full_test.sh: what the servers' machines do meanwhile.
# Each host of fault_sim.conf gets one host_probe, whose samples come here as it
# makes them, dated by the clock there; how far that is from ours stands beside
# them. Nothing is left there. It ends when its stdin does: with `hold`, or with
# this script, however that ends.

hold=''          # the pid of who keeps stdin open
server_probes=() # the pids of those who bring the samples

# probes_are_wanted OPTION...: HOST_PROBE of stress_test.conf, or of its options.
probes_are_wanted() {
	local conf settings
	conf=$(conf_path stress_test.conf)
	settings=$("$BIN/stress_client" --conf "$conf" --print-conf) || exit
	[[ " $* " != *" --no-host-probe "* && $settings != *HOST_PROBE=false* ]]
}

# measure_clock HOST FOLDER: as collect_metrics does it for a client machine.
measure_clock() {
	local before there after
	before=$(date +%s%3N)
	there=$(far "$1" date +%s%3N 2>/dev/null </dev/null) || return 0
	after=$(date +%s%3N)
	[[ $there =~ ^[1-9][0-9]{12}$ ]] || return 0
	printf '{"schema": "ringstorm-clock/1", "offset_ms": %d, "error_ms": %d, "measured_unix_ms": %d}\n' \
		$((there - (before + after) / 2)) $(((after - before) / 2 + 1)) "$after" >"$2/clock.json"
}

# probe_host HOST SERVER FOLDER WORK_DIR PROCESS
probe_host() {
	measure_clock "$1" "$3"
	# shellcheck disable=SC2016 # the words of the shell there
	far "$1" sh -c 'cd -- "$1" && PATH=./bin:$PATH exec host_probe --until-eof --name "$2" --process "$3"' \
		sh "$4" "$2" "$5" >"$3/host_$2.jsonl" 2>/dev/null
}

# probe_servers FOLDER OPTION...: into FOLDER/server_N/host_server_N.jsonl, for the
# first server N of each host. A host without host_probe has none.
probe_servers() {
	local name id host folder binary to
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
		to=$1/server_$id
		mkdir -- "$to"
		probe_host "$host" "server_$id" "$to" "${!folder:-.}" "${binary##*/}" <"$1/.hold" &
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
	find "$1" -maxdepth 2 -name 'host_server_*.jsonl' -empty -delete
}
