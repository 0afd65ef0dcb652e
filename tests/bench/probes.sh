#!/usr/bin/env bash
# probes.sh - what a sample costs. The goals: host_probe under 0.2 % of a core at
# one sample a second (2 ms each), relay_probe at most 1 ms each.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly BIN=${BIN:-$here/../../bin}

# measure WORDS COUNT COMMAND...: processor time for each of so many samples, less
# what the program costs that takes one.
measure() {
	python3 - "$@" <<-'END'
		import resource, subprocess, sys
		def cost(count):
		    before = resource.getrusage(resource.RUSAGE_CHILDREN)
		    subprocess.run(sys.argv[3:] + ["--count", str(count), "--interval", "10ms", "--output", "/dev/null"], check=True)
		    after = resource.getrusage(resource.RUSAGE_CHILDREN)
		    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
		count = int(sys.argv[2])
		print(f"{sys.argv[1]:<45} {1e3 * (cost(count + 1) - cost(1)) / count:6.3f} ms a sample")
	END
}

main() {
	local folder server port
	folder=$(mktemp --directory)
	printf '{"connections":2,"memory":{"rss":3521134592},"process":{"pid":4242},"uptime":57}\n' >"$folder/page"
	python3 "$here/../support/metrics_server.py" "$folder/page" >"$folder/port" &
	server=$!
	# shellcheck disable=SC2064 # as they are now
	trap "kill $server; rm -rf '$folder'" EXIT
	until [[ -s $folder/port ]]; do sleep 0.1; done
	read -r port <"$folder/port"
	measure "host_probe" 300 "$BIN/host_probe"
	measure "host_probe with the processes of a name" 300 "$BIN/host_probe" --process python3
	measure "relay_probe, the page of a relay" 300 "$BIN/relay_probe" --url "http://127.0.0.1:$port/"
	measure "relay_probe with the process behind it" 300 "$BIN/relay_probe" --url "http://127.0.0.1:$port/" --pid "$server"
	measure "relay_probe, 1,000 series of an exporter" 100 "$BIN/relay_probe" --url "http://127.0.0.1:$port/sized/1000"
}

main "$@"
