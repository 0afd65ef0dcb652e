#!/usr/bin/env bash
# bench_compare.sh - what comparing two runs costs, by the number of their
# intervals. The goal: 10,800 of each (an hour of three machines) in 5 s, and
# twice the time for twice as many.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly BIN=${BIN:-$here/../../bin}

# measure WORDS FOLDER FOLDER: time, processor time and peak memory.
measure() {
	python3 - "$1" "$BIN/compare" "$2" "$3" <<-'END'
		import resource, subprocess, sys, time
		begin = time.monotonic()
		status = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL).returncode
		seconds = time.monotonic() - begin
		used = resource.getrusage(resource.RUSAGE_CHILDREN)
		cpu = used.ru_utime + used.ru_stime
		print(f"{sys.argv[1]:<45} {seconds:5.2f} s ({cpu:.2f} s of CPU) {used.ru_maxrss / 1024:6.1f} MB   exit {status}")
	END
}

# make_runs NAME SECONDS
make_runs() {
	python3 "$here/../lab/compare_files.py" "$1_a" seconds="$2" machines=3 rate=200 kinds=60
	python3 "$here/../lab/compare_files.py" "$1_b" seconds="$2" machines=3 rate=200 kinds=60 seed=2
}

main() {
	local folder
	folder=$(mktemp --directory)
	# shellcheck disable=SC2064 # the name as it is now
	trap "rm -rf '$folder'" EXIT
	make_runs "$folder/hour" 3600
	measure "an hour of 3 machines, 2 x 10,800 intervals" "$folder/hour_a" "$folder/hour_b"
	make_runs "$folder/hours" 7200
	measure "two hours of them, 2 x 21,600 intervals" "$folder/hours_a" "$folder/hours_b"
}

main "$@"
