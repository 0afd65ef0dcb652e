#!/usr/bin/env bash
# faults.sh - how long the preflight of six hosts takes over SSH, and how late a
# kill reaches its host. As root, in a lab.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=${here%/tests/bench}
BIN=${BIN:-$root/bin}
work=$(mktemp --directory)
lab=$work/lab
conf=$work/fault_sim.conf

at_exit() {
	"$root/tests/lab/lab.sh" down "$lab"
	rm -rf -- "$work"
}
trap at_exit EXIT

# Six servers that need no peers: each a ring of its own.
start_servers() {
	local id address start
	printf '%s\n' FAULT_INTERVAL_SECS=0.2 RESTART_DELAY_SECS=0.2 "LOG_FILE='$work/events.log'" >"$conf"
	for id in {1..6}; do
		address=LAB_SERVER_$id
		start="setsid nohup '$BIN/ring_server' --conf server.conf >log 2>&1 </dev/null & echo \\\$! >pid"
		printf 'ID=%d\nADDRESS="%s:8001"\n' "$id" "${!address}" >"$lab/server$id/server.conf"
		ssh -F "$LAB_SSH_CONFIG" "server$id" "${start//\\/}"
		cat >>"$conf" <<-END
			SERVER_${id}_HOST=server$id
			SERVER_${id}_CONFIG=server.conf
			SERVER_${id}_BINARY='$BIN/ring_server'
			SERVER_${id}_PID_FILE=pid
			SERVER_${id}_START_COMMAND="$start"
		END
	done
}

# preflight: milliseconds until all are ready.
preflight() {
	local begin end line
	begin=$(date +%s%3N)
	coproc "$BIN/fault_ring" --conf "$conf" --start-after 10s 2>&1
	# shellcheck disable=SC2154 # coproc sets it
	local pid=$COPROC_PID
	while read -r line <&"${COPROC[0]}" && [[ $line != All* ]]; do :; done
	end=$(date +%s%3N)
	kill -INT "$pid"
	wait "$pid" || true
	printf 'preflight of six hosts: %d ms\n' $((end - begin))
}

lateness() {
	"$BIN/fault_ring" --conf "$conf" --quiet --num-cycles 5 | sed --quiet '$s|  Events:.*||p'
	jq --slurp --raw-output '
		[.[] | select(.event == "confirmed").acted_unix_ms] as $acted |
		[.[] | select(.event == "commanded").planned_unix_ms] as $planned |
		[range($acted | length) | $acted[.] - $planned[.]] | sort |
		"a kill reaches its host after its moment: median \(.[length / 2 | floor]) ms, worst \(last) ms of \(length)"' \
		"$work/events.jsonl"
}

main() {
	((EUID == 0)) || {
		printf 'needs root for its lab\n'
		return
	}
	"$root/tests/lab/lab.sh" up 6 servers 0 clients "$lab" >/dev/null
	# shellcheck disable=SC1091
	source "$lab/lab.env"
	export RINGSTORM_SSH_CONFIG=$LAB_SSH_CONFIG
	start_servers
	preflight
	preflight
	lateness
}

main "$@"
