#!/usr/bin/env bash
# bench_aggregate.sh - what merging 10,000 client files costs. The goal: at most
# 2 s and 64 MB, whatever the number of requests in them; and less than that for
# what the faults of an hour did.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly BIN=${BIN:-$here/../../bin}

# measure WORDS FOLDER [ARGUMENT...]: one merge, its time and peak memory.
measure() {
	python3 - "$1" "$BIN/aggregate" "${@:2}" <<-'END'
		import resource, subprocess, sys, time
		begin = time.monotonic()
		status = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL).returncode
		seconds = time.monotonic() - begin
		megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
		print(f"{sys.argv[1]:<45} {seconds:5.2f} s {megabytes:6.1f} MB   exit {status}")
	END
}

main() {
	local folder
	folder=$(mktemp --directory)
	# shellcheck disable=SC2064 # the name as it is now
	trap "rm -rf '$folder'" EXIT
	python3 "$here/../lab/metric_files.py" many "$folder/one"
	measure "10,000 clients of 100 requests, 4 processes" "$folder/one"
	python3 "$here/../lab/metric_files.py" many_operations "$folder/operations"
	measure "10,000 clients of 5 operations" "$folder/operations"
	python3 "$here/../lab/metric_files.py" many_heavy "$folder/heavy"
	measure "10,000 clients of 10,000 requests" "$folder/heavy"
	python3 "$here/../lab/metric_files.py" many_processes "$folder/processes"
	measure "10,000 clients, each a process of its own" "$folder/processes"
	python3 "$here/../lab/fault_files.py" hour "$folder/hour"
	measure "6 timelines of an hour, 600/s, 89 faults" "$folder/hour"
	measure "the same with tables, logs, tests, metrics" "$folder/hour" --csv "$folder/csv" --hgrm "$folder/hgrm" \
		--hlog "$folder/hlog" --junit "$folder/junit" --prometheus "$folder/prom"
}

main "$@"
