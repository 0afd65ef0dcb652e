# shellcheck shell=bash disable=SC2154 # what it needs is set by nightly.sh
# tell.sh - for nightly.sh: what is said of a run, and to whom.

# words_for CODE: what people call it.
words_for() {
	case $1 in
		0) printf 'passed' ;;
		1) printf 'FAILED: it could not be done' ;;
		2) printf 'FAILED: usage or configuration' ;;
		3) printf 'FAILED: a threshold was missed, or it is worse than the baseline' ;;
		4) printf 'FAILED: a wrong answer, or acknowledged data lost' ;;
		5) printf 'INVALID: the run proves nothing' ;;
		6) printf 'PARTIAL: a machine or a client is missing' ;;
		*) printf 'ended by a signal' ;;
	esac
}

# message BEFORE: what there is to say about the run.
message() {
	local words host
	words=$(words_for "$worst")
	host=$(uname --nodename)
	printf 'ringstorm on %s %s (exit code %d)\n' "$host" "$words" "$worst"
	((worst != 0 || $1 == 0)) || printf 'All is well again: the run before had ended with %d.\n' "$1"
	printf 'Run: %s/%s\n\n' "$PWD" "$folder"
	if [[ -e $folder/final_report.txt ]]; then
		sed --quiet '/^VERDICT/,/^$/p' "$folder/final_report.txt"
	else
		tail --quiet --lines=15 -- "$folder"{/nightly,}.log 2>/dev/null || true
	fi
	[[ ! -s $folder/compare.txt ]] || cat -- "$folder/compare.txt"
	[[ ! -s $folder/final_report.txt ]] || sed --quiet 's/^Cost:  */Cost: /p' "$folder/final_report.txt"
}

# send: the text by all ways that are configured.
send() {
	local status=0
	if [[ -n $NOTIFY_URL || -n ${HOOK:-} ]]; then
		printf '%s\n' "$text" | NOTIFY_URL=${NOTIFY_URL:-$HOOK} "$BIN/notify" --conf "$conf" || status=1
	fi
	if [[ -n $NOTIFY_MAIL ]]; then
		# shellcheck disable=SC2312 # pipefail
		{
			printf 'To: %s\nSubject: %s\nContent-Type: text/plain; charset=utf-8\n\n' "$NOTIFY_MAIL" "${text%%$'\n'*}"
			printf '%s\n' "$text"
		} | sendmail -t || {
			warn "no mail could be sent to $NOTIFY_MAIL"
			status=1
		}
	fi
	return "$status"
}
