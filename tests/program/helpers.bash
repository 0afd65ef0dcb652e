# helpers.bash - what the program and flow tests share: `load helpers`.
# BIN is the folder of the built programs, set by the Makefile.
# shellcheck shell=bash disable=SC2154 # status, output and lines are bats' own

bats_require_minimum_version 1.5.0

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
BIN=${BIN:-$PROJECT/bin}
export PROJECT BIN
# What the run that these tests belong to has set is not for those inside.
unset TALLY MAKEFLAGS MFLAGS MAKELEVEL SAN

# expect_status N: the last `run` ended with N; says what it printed if not.
expect_status() {
	[[ $status -eq $1 ]] && return
	printf 'exit status %s instead of %s; it printed:\n%s\n' "$status" "$1" "$output"
	return 1
}

# expect_text TEXT...: each stands somewhere in what the last `run` printed.
expect_text() {
	local text
	for text in "$@"; do
		[[ $output == *"$text"* ]] && continue
		printf 'not found: %s\nin:\n%s\n' "$text" "$output"
		return 1
	done
}

# wait_until SECONDS COMMAND...: until it succeeds, at most that long.
wait_until() {
	local deadline=$((SECONDS + $1 + 1))
	shift
	until "$@"; do
		if ((SECONDS >= deadline)); then
			printf 'gave up waiting for: %s\n' "$*"
			return 1
		fi
		sleep 0.05
	done
}

# in_one_of N COMMAND...: it succeeds in one of N times. For promises about moments,
# which what else the machine does may take away, but not every time. In COMMAND
# nothing but its status tells of a failure.
in_one_of() {
	local times=$1
	shift
	while ((times-- > 0)); do
		! "$@" || return 0
	done
	return 1
}

# free_ports N: that many ports of 127.0.0.1 that nothing listens on, one a
# line. They come from the kernel, all held at once so that they differ.
free_ports() {
	python3 -c '
import socket, sys
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print("\n".join(str(s.getsockname()[1]) for s in held))' "$1"
}

# gone PID: the process has ended, if only its parent has not noticed yet.
gone() {
	! kill -0 "$1" 2>/dev/null || grep -qs '^State:.Z' "/proc/$1/status"
}

# expect_end SECONDS PID STATUS: a process of ours ends in time, with that status.
expect_end() {
	local status=0
	wait_until "$1" gone "$2"
	wait "$2" || status=$?
	[[ $status -eq $3 ]] && return
	printf 'exit status %s instead of %s\n' "$status" "$3"
	return 1
}

# stop_process PID: SIGTERM, ten seconds, SIGKILL.
stop_process() {
	kill "$1" 2>/dev/null || return 0
	wait_until 10 gone "$1" || kill -KILL "$1" 2>/dev/null || true
}
