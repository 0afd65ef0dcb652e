#!/usr/bin/env bats
# Commands over SSH, against sshds of the tests' own.
load ../program/helpers
load ../lab/remote

setup_file() {
	export LAB=$BATS_FILE_TMPDIR/lab
	"$PROJECT/tests/lab/lab.sh" up 1 servers 0 clients "$LAB"
}

teardown_file() {
	"$PROJECT/tests/lab/lab.sh" down "$LAB"
}

setup() {
	# shellcheck source=/dev/null # made by lab.sh
	source "$LAB/lab.env"
	export RINGSTORM_SSH_CONFIG=$LAB_SSH_CONFIG
	unset SSH_AUTH_SOCK
	cd "$BATS_TEST_TMPDIR" || return
}

# with_config LINE...: these lines before those of the lab.
with_config() {
	printf '%s\n' "$@" | cat - "$LAB_SSH_CONFIG" >config
	export RINGSTORM_SSH_CONFIG=$PWD/config
}

# far WORD...: as the scripts send it.
far() {
	run --separate-stderr bash -c 'source "$PROJECT/scripts/lib/common.sh" && source "$PROJECT/scripts/lib/far.sh" && far "$@"' bash "$@"
}

# login_shell SHELL
login_shell() {
	local accounts
	accounts=$(sed "s#^\(root:.*:\)[^:]*\$#\1$1#" "$LAB/server1/.sshd/passwd")
	printf '%s\n' "$accounts" >"$LAB/server1/.sshd/passwd"
}

readonly SCRIPT='printf "<%s>" "$0" "$@"
echo; echo to stderr >&2; exit 7'
# shellcheck disable=SC2016,SC1003 # they shall arrive as they are
readonly WORDS=('a b' "it's" '"$HOME"' '*' '' '\' '!x' '`id`' $'two\nlines')
readonly EXPECTED=$'<sh><a b><it\'s><"$HOME"><*><><\\><!x><`id`><two\nlines>'

@test "a command over SSH gives its output apart, its status, and its words as they were" {
	remote server1 "$SCRIPT" "${WORDS[@]}"
	expect_status 7
	[[ $output == "${EXPECTED}to stderr" && $stderr == "to stderr" ]]
}

@test "a login shell that is not bash makes no difference" {
	local shell
	((EUID == 0)) || skip "only root's labs have accounts of their own"
	for shell in /bin/dash /bin/tcsh; do
		login_shell "$shell"
		remote server1 "$SCRIPT" "${WORDS[@]}"
		expect_status 7
		[[ $output == "${EXPECTED}to stderr" ]]
		remote -c server1
		expect_status 0
		far server1 sh -c "$SCRIPT" sh "${WORDS[@]}"
		expect_status 7
		[[ $output == "$EXPECTED" && $stderr == "to stderr" ]]
	done
	login_shell /bin/bash
}

@test "what a login shell prints first is no output of the command, and where it goes is not where that begins" {
	local here
	remote server1 pwd
	here=$output
	printf 'cd /\necho Welcome.\nprintf ringstorm' >"$LAB/server1/.bashrc"
	remote server1 'pwd'
	expect_status 0
	[[ $output == "$here" ]]
	remote -c server1
	expect_status 0
	far server1 pwd
	expect_status 0
	[[ $output == "$here" ]]
	rm "$LAB/server1/.bashrc"
}

@test "a command that a signal ends names the signal" {
	remote server1 'kill -TERM $$'
	expect_status 254
	expect_text "signal TERM"
}

@test "a deadline kills the command and what it started" {
	remote -t 700 server1 'sleep 4321 & sleep 4322'
	expect_status 255
	expect_text "server1: the command did not end in time; it was killed"
	remote server1 'cat /proc/[0-9]*/cmdline | tr "\0" " " | grep "sleep 432[12]"'
	expect_status 1
}

@test "output without end is cut off" {
	remote server1 'cat /dev/zero'
	[[ $status -eq 255 && $stderr == *"printed more than 16 MiB; it was killed" ]]
}

@test "several commands go over one session" {
	remote -n 3 server1 'echo $PPID'
	expect_status 0
	[[ ${#lines[@]} -eq 3 && ${lines[0]} == "${lines[1]}" && ${lines[1]} == "${lines[2]}" ]]
}

@test "a session that was lost between two commands is made anew" {
	expect_made_anew
}

@test "a connection that is lost in the middle of a command is an error, not a repetition" {
	remote server1 'echo once >>count; kill -KILL $PPID; sleep 5'
	expect_status 255
	expect_text "server1: the command: the connection was lost"
	remote server1 'cat count; rm count'
	[[ $output == once ]]
}

@test "the clock of a host is told with a bound that holds" {
	remote -c server1
	expect_status 0
	# The same machine: the truth is 0.
	awk '{ exit !($1 <= $2 && -$1 <= $2 && $2 < 100) }' <<<"$output"
}

# Trust

@test "a host whose key is not known is refused, with how to add it" {
	: >none
	with_config "UserKnownHostsFile $PWD/none"
	remote server1 true
	expect_status 255
	expect_text "server1: the host key (SHA256:" "is not known; check it and add it with: ssh-keyscan" ">>$PWD/none"
}

@test "a host whose key has changed is refused, with the line and the fingerprint" {
	local fingerprint
	ssh-keygen -q -t ed25519 -N '' -f other
	{
		printf '# a comment\n'
		sed "s#ssh-ed25519 .*#$(cut -d ' ' -f 1-2 other.pub)#" "$LAB/known_hosts"
	} >changed
	with_config "UserKnownHostsFile $PWD/changed"
	remote server1 'echo ran >ran'
	expect_status 255
	fingerprint=$(ssh-keygen -lf "$LAB/server1/.sshd/host_key.pub" | cut -d ' ' -f 2)
	expect_text "server1: the host key is not the one in $PWD/changed line 2 ($fingerprint). Someone may be in between"
	[[ ! -e $LAB/server1/ran ]]
}

@test "a key of another type than the known one is refused" {
	ssh-keygen -q -t ecdsa -N '' -f other
	sed "s#ssh-ed25519 .*#$(cut -d ' ' -f 1-2 other.pub)#" "$LAB/known_hosts" >changed
	with_config "UserKnownHostsFile $PWD/changed"
	remote server1 true
	expect_status 255
	expect_text "the host shows a ssh-ed25519 key (SHA256:" "line 1 has one of another type"
}

@test "hashed known_hosts are read" {
	cp "$LAB/known_hosts" hashed
	ssh-keygen -q -H -f hashed 2>/dev/null
	with_config "UserKnownHostsFile $PWD/hashed"
	remote server1 'echo in'
	expect_status 0
}

@test "a key that the host does not let in is refused, with what was tried" {
	ssh-keygen -q -t ed25519 -N '' -f other
	sed "s#IdentityFile.*#IdentityFile $PWD/other#" "$LAB_SSH_CONFIG" >config
	RINGSTORM_SSH_CONFIG=$PWD/config remote server1 true
	expect_status 255
	expect_text "may not log in; tried $PWD/other (refused)" "ssh-copy-id"
}

@test "a key file that is missing, broken or locked is named" {
	printf 'no key\n' >broken
	cp "$LAB/key" locked
	ssh-keygen -q -p -N secret -f locked >/dev/null
	sed "s#IdentityFile.*#IdentityFile $PWD/missing\nIdentityFile $PWD/broken\nIdentityFile $PWD/locked#" \
		"$LAB_SSH_CONFIG" >config
	RINGSTORM_SSH_CONFIG=$PWD/config remote server1 true
	expect_status 255
	expect_text "$PWD/missing (is not there)" "$PWD/broken (cannot be used" "$PWD/locked (cannot be used" "ssh-add"
}

# with_agent KEY COMMAND...: run with an agent that has this key alone.
with_agent() {
	eval "$(ssh-agent -a "$PWD/agent")" >/dev/null 3>&-
	ssh-add -q "$1"
	sed '/Identit/d' "$LAB_SSH_CONFIG" >config
	RINGSTORM_SSH_CONFIG=$PWD/config HOME=/nonexistent "${@:2}"
	stop_process "$SSH_AGENT_PID"
}

@test "the agent's keys are taken" {
	with_agent "$LAB/key" remote server1 'echo in'
	expect_status 0
	[[ $output == in ]]
}

@test "an agent whose keys are refused is named" {
	ssh-keygen -q -t ed25519 -N '' -f other
	with_agent other remote server1 true
	expect_status 255
	expect_text "tried the agent (its keys were refused)"
}

@test "an RSA key logs in from the agent, and from its file where libssh2 can" {
	ssh-keygen -q -t rsa -b 2048 -N '' -f rsa
	cat rsa.pub >>"$LAB/authorized_keys"
	with_agent rsa remote server1 'echo in'
	expect_status 0
	[[ $output == in ]]
	sed "s#IdentityFile.*#IdentityFile $PWD/rsa#" "$LAB_SSH_CONFIG" >config
	RINGSTORM_SSH_CONFIG=$PWD/config remote server1 'echo in'
	[[ $output == in ]] || expect_text "give it to the agent with ssh-add, or use an ed25519 key"
}

# The configuration

@test "hosts may stand in files that the configuration includes" {
	mkdir hosts
	# As many as make glob(3) use much memory.
	(cd hosts && touch {1..9000} && cp "$LAB_SSH_CONFIG" 8999)
	printf 'Include "%s/hosts/*"\n' "$PWD" >config
	RINGSTORM_SSH_CONFIG=$PWD/config remote server1 'echo in'
	expect_status 0
	[[ $output == in ]]
}

# Hosts that do not answer

@test "a host where nobody listens is refused at once" {
	with_config "Host server1" "Port $(free_ports 1)" "HostName 127.0.0.1"
	remote server1 true
	expect_status 255
	expect_text "server1: cannot connect to 127.0.0.1:" "connection refused"
}

@test "a host that is down is given up at the deadline" {
	((EUID == 0)) || skip "only root's labs have cables"
	"$PROJECT/tests/lab/lab.sh" cut server1 "$LAB"
	remote -t 800 server1 true
	"$PROJECT/tests/lab/lab.sh" mend server1 "$LAB"
	expect_status 255
	expect_text "server1: cannot connect to $LAB_SERVER_1:22: connection timed out"
	remote server1 true
	expect_status 0
}

@test "a host that hangs after it has accepted is given up at the deadline" {
	python3 -c '
import signal, socket
held = socket.create_server(("127.0.0.1", 0))
print(held.getsockname()[1], flush=True)
signal.alarm(60)
signal.pause()' >port 3>&- &
	local listener=$!
	wait_until 10 test -s port
	with_config "Host server1" "Port $(<port)" "HostName 127.0.0.1"
	remote -t 800 server1 true
	stop_process "$listener"
	expect_status 255
	expect_text "accepts connections but says nothing"
}

@test "something that speaks another protocol is no host" {
	python3 -c '
import socket
held = socket.create_server(("127.0.0.1", 0))
print(held.getsockname()[1], flush=True)
one, _ = held.accept()
one.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")' >port 3>&- &
	local listener=$!
	wait_until 10 test -s port
	with_config "Host server1" "Port $(<port)" "HostName 127.0.0.1"
	remote -t 5000 server1 true
	stop_process "$listener"
	expect_status 255
	expect_text "server1: no SSH session: "
}

@test "a name that does not exist is told as such" {
	remote nowhere.invalid true
	expect_status 255
	expect_text "nowhere.invalid:22: unknown host"
}
