#!/usr/bin/env bash
# lab.sh - hosts for tests, each with an address and an sshd of its own.
#
#   lab.sh up N servers M clients [DIR]   makes server1.. and client1..
#   lab.sh cut HOST [DIR]                 pulls its cable (root only)
#   lab.sh mend HOST [DIR]                plugs it in again
#   lab.sh halt HOST [DIR]                ends all that runs on it
#   lab.sh down [DIR]                     leaves nothing
#
# DIR (default: ringstorm-lab in the temporary folder) gets lab.env, which bash
# can source, ssh_config for `ssh -F` and RINGSTORM_SSH_CONFIG, and a folder for
# each host, its home. As root, hosts have namespaces of their own for network,
# processes and mounts, and the login shell is LAB_SHELL (default /bin/bash);
# otherwise they are sshds on 127.0.0.x. Nothing outside DIR is written to.
set -euo pipefail
shopt -s inherit_errexit

readonly RULE='lab.sh up N servers M clients [DIR] | cut|mend|halt HOST [DIR] | down [DIR]'

die() {
	printf 'lab.sh: %s\n' "$1" >&2
	exit "${2:-1}"
}

# until_true SECONDS COMMAND...
until_true() {
	local deadline=$((SECONDS + $1 + 1))
	shift
	until "$@" 2>/dev/null; do
		((SECONDS < deadline)) || return 1
		sleep 0.02
	done
}

# The network: one switch, a namespace too, to which hosts and we are wired.

# take_network: the first number that nobody has; sets `lab` and `net`.
take_network() {
	local number
	for number in {0..255}; do
		lab=rs$number
		net=10.213.$number
		if ip netns add "$lab" 2>/dev/null; then
			printf '%s\n' "$lab" >"$dir/network"
			return
		fi
	done
	die "no network is left; end other labs with: lab.sh down DIR"
}

make_switch() {
	take_network
	ip -n "$lab" link add switch type bridge
	ip -n "$lab" link set switch up
	ip -n "$lab" link set lo up
	ip link add "$lab" type veth peer name here netns "$lab"
	ip -n "$lab" link set here master switch up
	ip address add "$net.1/24" dev "$lab"
	ip link set "$lab" up
}

# wire HOST ADDRESS
wire() {
	local space=$lab-$1
	ip netns add "$space"
	ip -n "$space" link set lo up
	ip -n "$space" link add eth0 type veth peer name "$1" netns "$lab"
	ip -n "$lab" link set "$1" master switch up
	ip -n "$space" address add "$2/24" dev eth0
	ip -n "$space" link set eth0 up
	ip -n "$space" route add default via "$net.1"
}

# Hosts

# write_config HOST ADDRESS PORT
write_config() {
	local home=$dir/$1
	cat >"$home/.sshd/config" <<-END
		ListenAddress $2:$3
		HostKey $home/.sshd/host_key
		PidFile none
		AuthorizedKeysFile $dir/authorized_keys
		StrictModes no
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		UsePAM no
		PermitRootLogin prohibit-password
		PermitUserRC no
		MaxStartups 100
		MaxSessions 100
		PrintMotd no
		SetEnv LAB_HOST=$home
		Subsystem sftp ${LAB_SFTP:-internal-sftp}
	END
	cat >>"$dir/ssh_config" <<-END
		Host $1 $2
		  HostName $2
		  Port $3
	END
	if [[ $3 == 22 ]]; then
		printf '%s ' "$2"
	else
		printf '[%s]:%s ' "$2" "$3"
	fi | cat - "$home/.sshd/host_key.pub" >>"$dir/known_hosts"
}

# In its own mounts the host has its own accounts, with its folder as the home,
# and the /run/sshd that sshd asks for.
# shellcheck disable=SC2016 # expanded by the shell inside
readonly BOOT='
	mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd &&
	mount --bind "$1/.sshd/passwd" /etc/passwd &&
	mount --bind "$1/.sshd/shadow" /etc/shadow &&
	exec /usr/sbin/sshd -D -f "$1/.sshd/config" -E "$1/.sshd/log"'

# boot HOST
boot() {
	local home=$dir/$1
	local -a sshd=(/usr/sbin/sshd -D -f "$home/.sshd/config" -E "$home/.sshd/log")
	if ((EUID == 0)); then
		sed "s#^root:.*#root:x:0:0:root:$home:${LAB_SHELL:-/bin/bash}#" /etc/passwd >"$home/.sshd/passwd"
		sed 's#^root:[^:]*:#root:*:#' /etc/shadow >"$home/.sshd/shadow"
		sshd=(ip netns exec "$lab-$1" unshare --pid --fork --kill-child --mount-proc
			sh -c "$BOOT" sh "$home")
	fi
	setsid "${sshd[@]}" </dev/null &>"$home/.sshd/boot.log" 3>&- &
	printf '%s\n' $! >"$home/.sshd/pid"
}

# make_host HOST ADDRESS PORT
make_host() {
	mkdir -p "$dir/$1/.sshd"
	ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$dir/$1/.sshd/host_key"
	((EUID != 0)) || wire "$1" "$2"
	write_config "$1" "$2" "$3"
	boot "$1"
}

answers() {
	(exec 9<>"/dev/tcp/$1/$2")
}

free_port() {
	python3 -c 'import socket, sys
print(socket.create_server((sys.argv[1], 0)).getsockname()[1])' "$1"
}

# make_hosts KIND COUNT FIRST: KIND1.. at addresses from FIRST on.
make_hosts() {
	local i address port=22
	for ((i = 1; i <= $2; i++)); do
		address=$net.$(($3 + i - 1))
		((EUID == 0)) || port=$(free_port "$address")
		make_host "$1$i" "$address" "$port"
		printf 'LAB_%s_%d=%s\n' "${1^^}" "$i" "$address" >>"$dir/lab.env"
		waiting+=("$1$i $address $port")
	done
}

common_config() {
	cat >>"$dir/ssh_config" <<-END
		Host *
		  User $(id --user --name)
		  IdentityFile "$dir/key"
		  IdentitiesOnly yes
		  IdentityAgent none
		  UserKnownHostsFile "$dir/known_hosts"
		  GlobalKnownHostsFile /dev/null
		  StrictHostKeyChecking yes
	END
}

up() {
	local lab='' net=127.0.0 line
	local -a waiting=()
	[[ ! -e $dir/lab.env ]] || die "$dir is a lab already; end it with: lab.sh down $dir"
	mkdir -p "$dir"
	trap 'down' ERR
	printf 'LAB_DIR=%q\nLAB_SERVERS=%d\nLAB_CLIENTS=%d\n' "$dir" "$1" "$2" >"$dir/lab.env"
	ssh-keygen -q -t ed25519 -N '' -C lab -f "$dir/key"
	cp "$dir/key.pub" "$dir/authorized_keys"
	((EUID != 0)) || make_switch
	make_hosts server "$1" 11
	make_hosts client "$2" 101
	common_config
	printf 'LAB_ADDRESS=%s\nLAB_NETWORK=%s\nLAB_SSH_CONFIG=%q\n' "$net.1" "$lab" "$dir/ssh_config" >>"$dir/lab.env"
	for line in "${waiting[@]}"; do
		# shellcheck disable=SC2086 # three words
		set -- $line
		until_true 10 answers "$2" "$3" ||
			{
				cat "$dir/$1/.sshd/boot.log" "$dir/$1/.sshd/log" >&2
				down
				die "the sshd of $1 does not answer"
			}
	done
	printf '%d servers and %d clients in %s\n' "${LAB[@]}" "$dir"
}

# ended PID: it is gone, or waits for nothing but its parent's notice.
ended() {
	[[ ! -e /proc/$1/stat || $(sed 's/.*) //' "/proc/$1/stat") == [ZX]* ]]
}

# strays HOST: its processes, where it has no namespace that ends them.
strays() {
	grep --files-with-matches --null-data --line-regexp --fixed-strings --no-messages \
		"LAB_HOST=$dir/$1" /proc/[0-9]*/environ || true
}

# halt HOST: with the first process of its namespace all others end.
halt() {
	local pid stray
	[[ -e $dir/$1/.sshd/pid ]] || die "there is no host $1 in $dir"
	pid=$(<"$dir/$1/.sshd/pid")
	kill -KILL "$pid" 2>/dev/null || true
	while read -r stray; do
		stray=${stray#/proc/}
		kill -KILL "${stray%/environ}" 2>/dev/null || true
	done <<<"$(strays "$1")"
	until_true 10 ended "$pid" || die "process $pid of $1 does not end"
}

# cable HOST up|down
cable() {
	[[ -e $dir/network ]] || die "only a lab of root's has cables"
	ip -n "$(<"$dir/network")" link set "$1" "$2"
}

down() {
	local host lab space
	trap - ERR
	[[ -e $dir/lab.env ]] || return 0
	for host in "$dir"/*/.sshd; do
		[[ ! -e $host/pid ]] || halt "$(basename "$(dirname "$host")")"
	done
	if [[ -e $dir/network ]]; then
		lab=$(<"$dir/network")
		ip link delete "$lab" 2>/dev/null || true
		for space in $(ip netns list | awk -v lab="$lab" '$1 == lab || index($1, lab "-") == 1 { print $1 }'); do
			ip netns delete "$space"
		done
	fi
	rm -rf -- "$dir"
}

main() {
	local verb=${1-} dir
	shift || die "$RULE" 2
	dir=${TMPDIR:-/tmp}/ringstorm-lab
	LAB=()
	case $verb in
		up)
			[[ ${2-}:${4-} == servers:clients && ${1-} =~ ^[0-9]+$ && ${3-} =~ ^[0-9]+$ ]] || die "$RULE" 2
			LAB=("$1" "$3")
			shift 4
			;;
		cut | mend | halt)
			(($# >= 1)) || die "$RULE" 2
			LAB=("$1")
			shift
			;;
		down) ;;
		*) die "$RULE" 2 ;;
	esac
	(($# <= 1)) || die "$RULE" 2
	dir=$(readlink --canonicalize-missing -- "${1:-$dir}")
	case $verb in
		up) up "${LAB[@]}" ;;
		cut) cable "${LAB[0]}" down ;;
		mend) cable "${LAB[0]}" up ;;
		halt) halt "${LAB[0]}" ;;
		down) down ;;
	esac
}

main "$@"
