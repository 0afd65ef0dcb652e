#!/usr/bin/env bash
# ssh.sh - commands over SSH, and collecting files against scp, with hosts of
# its own.
set -euo pipefail
shopt -s inherit_errexit

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$here/../bin}
work=$(mktemp -d)

at_exit() {
	"$here/lab/lab.sh" down "$work/lab"
	rm -rf -- "$work"
}
trap at_exit EXIT

# files HOST FOLDER COUNT
files() {
	python3 -c '
import os, sys
os.makedirs(sys.argv[1])
for i in range(int(sys.argv[2])):
    with open(f"{sys.argv[1]}/machine_1_client_{i}.json", "wb") as f:
        f.write(os.urandom(4000))' "$work/lab/$1/$2" "$3"
}

# timed WORDS COMMAND...
timed() {
	local TIMEFORMAT="$1 %R s, %U s of it ours"
	shift
	time "$@" >/dev/null
}

collect() {
	rm -rf -- "$work/out"
	"$BIN/collect_metrics" --output-dir "$work/out" "$@"
}

scp_all() {
	rm -rf -- "$work/out"
	scp -q -r -F "$work/lab/ssh_config" "client1:$work/lab/client1/many" "$work/out"
}

main() {
	local host
	"$here/lab/lab.sh" up 3 servers 3 clients "$work/lab" >/dev/null
	export RINGSTORM_SSH_CONFIG=$work/lab/ssh_config
	unset SSH_AUTH_SOCK
	"$BIN/.obj/lab/remote_bench" server1 server2 server3 client1 client2 client3
	for host in client1 client2 client3; do
		files "$host" few 100
	done
	timed "3 x 100 files of 4 kB:  " collect "client1:$work/lab/client1/few" \
		"client2:$work/lab/client2/few" "client3:$work/lab/client3/few"
	files client1 many 10000
	timed "10,000 files of 4 kB:   " collect "client1:$work/lab/client1/many"
	timed "the same by scp -r:     " scp_all
}

main "$@"
