# shellcheck shell=bash
# far.sh - commands on another machine, by ssh. Without RINGSTORM_SSH_CONFIG, ssh
# does as ~/.ssh/config says. Keys or agent only; nobody is asked anything.

# The silence after which a connection is held to be lost is about ten seconds.
far_ssh=(ssh -T -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=4 -o ServerAliveCountMax=2)
[[ -z ${RINGSTORM_SSH_CONFIG:-} ]] || far_ssh+=(-F "$RINGSTORM_SSH_CONFIG")
readonly far_ssh

# far HOST WORD...: runs the words there, in the user's home, whatever shell that
# user has, and whatever it does and prints first. HOST "local" is here. Status: the
# command's; 255, the connection was not made, or lost.
far() {
	local host=$1 word line=''
	shift
	if [[ $host == local ]]; then
		"$@"
		return
	fi
	for word in "$@"; do
		line+="'${word//\'/\'\\\'\'}' "
	done
	# Octal numbers mean the same to every shell.
	# shellcheck disable=SC2312 # pipefail
	line=$(printf 'cd; echo; echo ringstorm-begins; exec %s' "$line" |
		od --address-radix=n --output-duplicates --format=o1 | tr ' ' '\134' | tr --delete '\n')
	# shellcheck disable=SC2312
	"${far_ssh[@]}" -- "$host" "exec sh -c 'eval \"\$(printf \"$line\")\"'" |
		sed --unbuffered '1,/^ringstorm-begins$/d'
}

# take_machine WORDS: sets HOST, METRICS and PROJECT from an element of
# CLIENT_MACHINES, "user@host:/path/metrics" or a folder of this machine. The
# project's folder is the one that holds the metrics.
take_machine() {
	HOST=local
	METRICS=$1
	if [[ $1 =~ ^([^]/:[]+|[^]/:[]*\[[^]/]*\]):(.*)$ ]]; then
		HOST=${BASH_REMATCH[1]}
		HOST=${HOST/\[/}
		HOST=${HOST/%\]/}
		METRICS=${BASH_REMATCH[2]#'~/'}
	fi
	METRICS=${METRICS%/}
	[[ $METRICS == */* ]] || METRICS=./$METRICS
	PROJECT=${METRICS%/*}
	PROJECT=${PROJECT:-/}
	export HOST METRICS PROJECT
}
