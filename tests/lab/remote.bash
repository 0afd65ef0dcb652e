# shellcheck shell=bash disable=SC2154 # stderr is set by run
# remote.bash - commands on a lab's host, by tests/lab/remote.c.

# remote ARGUMENT...
remote() {
	run --separate-stderr "$BIN/.obj/lab/remote" "$@"
	output+=$stderr
}

# expect_made_anew: between two commands of one program the connection to server1
# is lost.
expect_made_anew() {
	local first second
	coproc remote_twice { exec "$BIN/.obj/lab/remote" -w -n 2 server1 'echo $PPID' 3>&-; }
	read -r -t 20 -u "${remote_twice[0]}" first
	remote server1 'kill -KILL $1' "$first"
	printf '\n' >&"${remote_twice[1]}"
	read -r -t 20 -u "${remote_twice[0]}" second
	[[ -n $second && $first != "$second" ]]
}
