#!/usr/bin/env bash
# demo.sh - the main job in a minute, on this machine: builds what is not built,
# starts a ring of three servers, lets 30 clients send it real pictures, kills and
# restarts each server meanwhile, checks every answer and prints the report, with
# what each fault did to the users. All of it is in metrics/demo/ afterwards
# (replaced each time), and nothing is left running. Takes no arguments.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
readonly FOLDER=metrics/demo CLIENTS=30 REQUESTS=40
# shellcheck source=scripts/lib/demo_ring.sh
source "${here%/*}/lib/demo_ring.sh"
# shellcheck source=scripts/lib/demo_clients.sh
source "${here%/*}/lib/demo_clients.sh"
# shellcheck source=scripts/lib/demo_build.sh
source "${here%/*}/lib/demo_build.sh"

at_exit() {
	trap '' INT TERM HUP
	stop_faults
	stop_client
	stop_ring
}

start() {
	local start seconds leader id line=''
	start=$(date +%s%N)
	start_ring "${check[@]}"
	seconds=$(since "$start")
	leader=$(sed --quiet 's/.*all name \([0-9]*\) as their leader.*/\1/p' "$FOLDER/check.txt")
	for ((id = 1; id <= SERVERS; id++)); do
		line+="$id at ${addresses[id - 1]}"
		((id != ${leader:-0})) || line+=" (leader)"
		line+='   '
	done
	row "starting $SERVERS servers" "$line$seconds s"
}

# try_large: the largest picture goes through each server once, before the load: it
# would make the latencies too uneven to see what a fault does to them.
try_large() {
	local start seconds
	start=$(date +%s%N)
	"${check[@]}" --image-mix large.png=1 >"$FOLDER/check_large.txt" 2>&1 || {
		cat "$FOLDER/check_large.txt" >&2
		die 1 "a picture of 5 MB does not come back right from every server; see $FOLDER/logs"
	}
	seconds=$(since "$start")
	row "trying" "a picture of 5 MB through each of them, and back: right   $seconds s"
}

# send: worsens `worst`.
send() {
	local requests=$((CLIENTS * REQUESTS))
	row "sending" "$CLIENTS clients, ${requests%???},${requests: -3} requests, pictures of 100 KB and 1 MB, every answer verified"
	row "" "meanwhile each server is killed once and restarted (kill -9)"
	printf '\n'
	start_faults
	setsid "$BIN/stress_client" --conf "$FOLDER/config/stress_test.conf" </dev/null {lock}>&- &
	client=$!
	printf '%d\n' "$client" >"$FOLDER/client.pid"
	ended "$client"
	worse "$code"
	client=''
	rm -f -- "$FOLDER/client.pid"
	end_faults
}

# end_faults: when the clients are done. Those that did not end well are shown.
end_faults() {
	((caught == 0)) || stop_faults
	ended "$faults"
	rm -f -- "$FOLDER/faults.pid"
	((code == 0 || caught != 0)) || tail --lines=5 "$FOLDER/fault_simulation.txt" >&2
	worse "$code"
}

# report: prints it and worsens `worst`.
report() {
	"$BIN/aggregate" --baseline-secs 5 --recovery-hold-secs 3 --recovery-tolerance 80% \
		--output-dir "$FOLDER" --html "$FOLDER/report.html" "$FOLDER" || worse $?
}

main() {
	local begin code worst=0 seconds
	local -a check
	[[ ${1-} != -h && ${1-} != --help ]] || usage
	(($# == 0)) || die 2 "it takes no arguments; '$1' is one"
	prepare
	need bc flock setsid
	mkdir --parents metrics || die 1 "cannot write to $PWD"
	exec {lock}>metrics/.demo.lock
	flock --nonblock "$lock" || die 1 "a demo is running in $PWD/metrics/demo already"
	begin=$(date +%s%N)
	trap at_exit EXIT
	# The client has a session of its own: a signal reaches it from here only.
	trap 'hand_on 130 $client' INT
	trap 'hand_on 143 $client' TERM HUP
	stop_faults
	stop_client
	stop_ring
	rm -rf -- "$FOLDER"
	mkdir --parents "$FOLDER/config" "$FOLDER/logs"
	build
	need_program ring_server stress_client fault_ring aggregate
	choose_addresses
	write_server_confs
	write_client_conf
	check=("$BIN/stress_client" --conf "$FOLDER/config/stress_test.conf" --check --assignment-timeout-ms 500)
	write_fault_conf "${check[@]@Q}"
	start
	try_large
	send
	report
	seconds=$(since "$begin")
	[[ ! -e $FOLDER/final_report.txt ]] || printf '\nAll of it: %s/final_report.txt (and .json), with pictures: report.html      took %s s\n' "$FOLDER" "$seconds"
	if [[ -e $ROOT/Makefile ]]; then
		printf 'Next: your own machines. README.md, "On real machines", or: ./scripts/stress_test.sh --help\n'
	else
		printf 'Next: your own machines. man 7 ringstorm, or: ringstorm stress_test --help\n'
	fi
	return $((caught != 0 ? caught : worst))
}

main "$@"
