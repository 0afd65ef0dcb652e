#!/usr/bin/env bash
# nightly.sh [--conf FILE] [OPTION...] - a whole test for cron or a systemd timer:
# full_test.sh with TEST_OPTIONS of config/nightly.conf (or FILE) and OPTION, compared
# with the baseline, in metrics/RUN/. Prints nothing unless something is wrong; sends
# that, and when all is well again, to NOTIFY_URL and NOTIFY_MAIL. Keeps the last KEEP
# of its runs, and the baseline: the first that passed, until another is marked or it
# is removed. The exit code is the verdict. Of two at once, the second does not start;
# one that was killed counts as failed.
#
# config/ringstorm.cron and config/ringstorm-nightly.timer are examples; installed, it
# works in the current folder, or in WORK_DIR.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"
# shellcheck source=scripts/lib/tell.sh
source "${here%/*}/lib/tell.sh"
# shellcheck source=scripts/lib/nights.sh
source "${here%/*}/lib/nights.sh"

PATH+=:/usr/sbin:/sbin # cron's has no sendmail
test=''                # the pid of full_test.sh

# run_test OPTION...: into `folder`; sets `worst`. A disk that is full hinders nobody
# from being told of it.
run_test() {
	local code
	trap 'hand_on 130 $test' INT
	trap 'hand_on 143 $test' TERM HUP
	"$ROOT/scripts/full_test.sh" --run-id "$run_id" "${TEST_OPTIONS[@]}" "$@" </dev/null &>"$folder.log" {lock}>&- &
	test=$!
	printf '%d\n' "$test" >metrics/.nightly.lock || worse 1
	ended "$test"
	worse "$code"
	{ mkdir --parents -- "$folder" && mv -- "$folder.log" "$folder/nightly.log"; } || worse 1
}

# compare_with_baseline: worsens `worst`.
compare_with_baseline() {
	local code=0
	[[ -s $folder/final_report.json && $caught == 0 ]] || return 0
	# A link that leads nowhere is replaced: the run it led to was removed by hand.
	if [[ ! -e $BASELINE ]]; then
		((worst != 0)) || ln --symbolic --force --no-target-directory --relative -- "$folder" "$BASELINE" \
			2>"$folder/compare.txt" || worse 1
		return 0
	fi
	"$BIN/compare" --html "$folder/compare.html" "${COMPARE_OPTIONS[@]}" -- "$BASELINE" "$folder" \
		&>"$folder/compare.txt" || code=$?
	worse "$code"
}

main() {
	local conf run_id folder before text worst=0 lock
	[[ ${1-} != -h && ${1-} != --help ]] || usage
	if [[ ${1-} == --conf ]]; then
		conf=${2-}
		[[ -n $conf ]] || die 2 "--conf needs a value"
		shift 2
	else
		conf=$(conf_path nightly.conf)
	fi
	need flock
	need_program notify compare
	HOOK=${NOTIFY_URL:-}
	read_conf notify --conf "$conf"
	[[ -z $NOTIFY_MAIL ]] || need sendmail
	take_lock
	finish_killed
	before=$(last_code)
	new_run_id
	folder=metrics/$run_id
	run_test "$@"
	compare_with_baseline
	((caught == 0)) || worst=$caught
	printf '%d\n' "$worst" >"$folder/nightly.code" || worse 1
	remove_old
	if ((worst != 0 || before != 0)) || [[ $NOTIFY_WHEN == always ]]; then
		text=$(message "$before")
		((worst == 0)) || printf '%s\n' "$text"
		# shellcheck disable=SC2310 # its status is the answer
		send || worse 1
	fi
	return "$worst"
}

main "$@"
