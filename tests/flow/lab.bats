#!/usr/bin/env bats
# The hosts that other tests run on: they are there, and they leave nothing.
load ../program/helpers

setup() {
	lab=$BATS_TEST_TMPDIR/lab
	unset SSH_AUTH_SOCK
}

teardown() {
	"$PROJECT/tests/lab/lab.sh" down "$lab"
}

# leavings NETWORK: what that lab has left behind.
leavings() {
	ip netns list | grep --extended-regexp "^$1(-| |\$)" || true
	ip -brief link show "$1" 2>/dev/null || true
	grep --files-with-matches --null-data --no-messages "^LAB_HOST=$lab" /proc/[0-9]*/environ || true
}

@test "hosts have names, addresses, homes and processes of their own, and down leaves nothing" {
	((EUID == 0)) || skip "only root can make namespaces"
	run "$PROJECT/tests/lab/lab.sh" up 2 servers 1 clients "$lab"
	expect_status 0
	# shellcheck source=/dev/null
	source "$lab/lab.env"
	[[ $LAB_SERVERS -eq 2 && $LAB_CLIENTS -eq 1 && $LAB_SERVER_1 != "$LAB_SERVER_2" ]]
	run ssh -F "$LAB_SSH_CONFIG" server2 'pwd; nohup sleep 5432 >/dev/null 2>&1 & ip -brief address show dev eth0'
	expect_status 0
	expect_text "$lab/server2" "$LAB_SERVER_2/24"
	run ssh -F "$LAB_SSH_CONFIG" client1 "ping -c 1 -W 5 $LAB_SERVER_1 >/dev/null 2>&1 ||
		bash -c 'exec 3<>/dev/tcp/$LAB_SERVER_1/22'; cat /proc/[0-9]*/cmdline | tr '\0' ' '"
	expect_status 0
	[[ $output != *"sleep 5432"* ]]
	[[ -n $(leavings "$LAB_NETWORK") ]]
	"$PROJECT/tests/lab/lab.sh" down "$lab"
	[[ -z $(leavings "$LAB_NETWORK") && ! -e $lab ]]
}

@test "a lab that is up already is not made twice" {
	"$PROJECT/tests/lab/lab.sh" up 1 servers 0 clients "$lab"
	run "$PROJECT/tests/lab/lab.sh" up 1 servers 0 clients "$lab"
	expect_status 1
	expect_text "is a lab already"
}

@test "a host that was halted refuses connections, and what ran on it has ended" {
	"$PROJECT/tests/lab/lab.sh" up 1 servers 0 clients "$lab"
	ssh -F "$lab/ssh_config" server1 'nohup sleep 5433 >/dev/null 2>&1 &'
	"$PROJECT/tests/lab/lab.sh" halt server1 "$lab"
	run ssh -F "$lab/ssh_config" server1 true
	expect_status 255
	run pgrep --full --exact 'sleep 5433'
	expect_status 1
}

@test "without root the hosts are sshds on addresses of the loopback" {
	((EUID == 0)) || skip "every other test has shown it"
	printf 'lab:x:54321:54321::%s:/bin/sh\n' "$BATS_TEST_TMPDIR" | cat /etc/passwd - >"$BATS_TEST_TMPDIR/passwd"
	cat >"$BATS_TEST_TMPDIR/try" <<-'END'
		lab.sh() { bash -s -- "$@" <"$SCRIPT"; }
		SCRIPT=$1
		lab.sh up 2 servers 0 clients "$2"
		ssh -F "$2/ssh_config" server2 'id -u; nohup sleep 5434 >/dev/null 2>&1 &'
		cat "$2/ssh_config"
		lab.sh down "$2"
		[ ! -e "$2" ]
	END
	cp "$PROJECT/tests/lab/lab.sh" "$BATS_TEST_TMPDIR"
	mkdir "$BATS_TEST_TMPDIR/own"
	chown 54321 "$BATS_TEST_TMPDIR/own"
	chmod a+rx "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." "$BATS_TEST_TMPDIR/../.."
	run unshare --mount bash -c 'mount --bind "$1/passwd" /etc/passwd && cd / &&
		exec setpriv --reuid 54321 --regid 54321 --clear-groups env HOME="$1" \
			bash -e "$1/try" "$1/lab.sh" "$1/own/lab"' - "$BATS_TEST_TMPDIR" 3>&-
	expect_status 0
	expect_text "HostName 127.0.0.11" "54321"
	run pgrep --full --exact 'sleep 5434'
	expect_status 1
}
