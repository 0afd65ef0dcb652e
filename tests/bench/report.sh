#!/usr/bin/env bash
# report.sh - what it costs to draw a run: report.html of three machines, 300
# client files and 200 series of samples. The goal: an hour (10,800 intervals) in
# 3 s and 100 MB, and no more than four times that for four hours. Time and
# memory are those of aggregate and of its gnuplot.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly BIN=${BIN:-$here/../../bin}

# measure WORDS FOLDER: one page, its time, peak memory and size.
measure() {
	python3 - "$1" "$2.html" "$BIN/aggregate" --html "$2.html" "$2" <<-'END'
		import os, resource, subprocess, sys, time
		begin = time.monotonic()
		status = subprocess.run(sys.argv[3:], stdout=subprocess.DEVNULL).returncode
		seconds = time.monotonic() - begin
		megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
		size = os.path.getsize(sys.argv[2]) / 1e6
		print(f"{sys.argv[1]:<45} {seconds:5.2f} s {megabytes:6.1f} MB   page of {size:.2f} MB   exit {status}")
	END
}

main() {
	local folder hours
	folder=$(mktemp --directory)
	# shellcheck disable=SC2064 # the name as it is now
	trap "rm -rf '$folder'" EXIT
	for hours in 1 2 4; do
		python3 "$here/../lab/page_files.py" hour "$folder/$hours" "$((hours * 3600))"
		measure "$hours h, 3 machines, 300 clients, 198 series" "$folder/$hours"
	done
}

main "$@"
