# shellcheck shell=bash disable=SC2154,SC2312 # nightly.sh sets what it needs, and pipefail
# nights.sh - for nightly.sh: the runs before this one.

take_lock() {
	local pid=''
	mkdir --parents metrics || die 1 "cannot write to $PWD"
	exec {lock}<>metrics/.nightly.lock
	flock --nonblock "$lock" || die 1 "the run before goes on in $PWD; this one does not start"
	# Should nightly.sh be killed, its test goes on.
	read -r pid <&"$lock" || true
	! grep --quiet --no-messages --text full_test.sh "/proc/${pid:-none}/cmdline" ||
		die 1 "the test of the run before goes on in $PWD (process $pid); this one does not start"
}

# nightly_runs: the folders of runs that nightly.sh made and finished, in the order in
# which they ended.
nightly_runs() {
	find metrics/ -mindepth 2 -maxdepth 2 -name nightly.code -printf '%T@ %h\n' |
		sort --numeric-sort | cut --delimiter=' ' --fields=2-
}

# finish_killed: a run whose nightly.sh was killed, with its machine for example, has
# failed; worsens `worst`.
finish_killed() {
	local log
	for log in metrics/????-??-??T??:??:??Z-????.log; do
		[[ -e $log ]] || continue
		{
			mkdir --parents -- "${log%.log}" && mv -- "$log" "${log%.log}/nightly.log" &&
				printf '1\n' >"${log%.log}/nightly.code"
		} || worse 1
	done
}

# last_code: of the run before; 0 where there is none, 1 where it is not known: the
# disk was full.
last_code() {
	local last code
	last=$(nightly_runs | tail --lines=1)
	if [[ -n $last ]]; then
		code=$(<"$last/nightly.code")
		printf '%d\n' "${code:-1}"
	else
		printf '0\n'
	fi
}

remove_old() {
	local run
	nightly_runs | head --lines=-"$KEEP" | while read -r run; do
		[[ $run -ef $BASELINE ]] || rm -rf -- "$run"
	done
}
