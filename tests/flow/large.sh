#!/usr/bin/env bash
# large.sh [FOLDER] - the guide's large run, in the lab: 3 machines x 100 clients x
# 1,000 requests = 300,000 with pictures of 4 KB, while three cycles of kills go
# round the ring. Takes about half an hour; its report is in FOLDER (large_run in
# the current one) then, with talk.txt, all that was printed. In the background:
#
#   setsid nohup tests/flow/large.sh FOLDER &>/dev/null &
#
# CLIENTS and REQUESTS make it smaller, for a try.
set -euo pipefail
shopt -s inherit_errexit

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
BIN=${BIN:-$PROJECT/bin}
CLIENTS=${CLIENTS:-100} REQUESTS=${REQUESTS:-1000}
readonly PROJECT CLIENTS REQUESTS
export BIN
# shellcheck source=tests/lab/project.bash
source "$PROJECT/tests/lab/project.bash"

work=$(mktemp --directory)
test='' # the pid of full_test.sh

at_exit() {
	"$PROJECT/tests/lab/lab.sh" down "$work/lab"
	rm -rf -- "$work"
}
trap at_exit EXIT

# picture FILE: 36 x 36 pixels that cannot be compressed, a PNG of 4 KB.
picture() {
	python3 -c '
import random, struct, sys, zlib
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
rows = b"".join(b"\0" + random.Random(row).randbytes(36 * 3) for row in range(36))
sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 36, 36, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))' >"$1"
}

write_confs() {
	write_project
	mkdir --parents test_images
	picture test_images/4k.png
	cat >config/stress_test.conf <<-END
		NUM_CLIENTS=$CLIENTS
		REQUESTS_PER_CLIENT=$REQUESTS
		MIN_DELAY_MS=500
		MAX_DELAY_MS=2500
		TIMELINE_MS=500
		CLIENT_CONFIG=config/client_stress.conf
		IMAGE_DIRECTORY=test_images
	END
	write_fault_conf FAULT_INTERVAL_SECS=30 RESTART_DELAY_SECS=10 NUM_CYCLES=3
}

main() {
	local folder code=0
	folder=$(readlink --canonicalize-missing -- "${1:-large_run}")
	mkdir --parents "$folder"
	"$PROJECT/tests/lab/lab.sh" up 3 servers 3 clients "$work/lab"
	# shellcheck disable=SC1091 # made by lab.sh
	source "$work/lab/lab.env"
	export RINGSTORM_SSH_CONFIG=$LAB_SSH_CONFIG WORK_DIR=$folder
	cd "$folder"
	write_confs
	"$PROJECT/scripts/run_distributed.sh" --machines config/servers.conf --deploy-only >talk.txt
	trap 'kill -TERM "$test"' INT TERM
	"$PROJECT/scripts/full_test.sh" --deploy --faults-after 30 &>>talk.txt &
	test=$!
	while kill -0 "$test" 2>/dev/null; do wait "$test" || true; done
	wait "$test" || code=$?
	tail --lines=3 talk.txt
	printf 'exit code %d\n' "$code" | tee exit_code.txt
	return "$code"
}

main "$@"
