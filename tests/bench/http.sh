#!/usr/bin/env bash
# http.sh [--quick] - what HTTP requests cost the client, beside wrk and others on
# the same machine, and whether its latencies are true. The client has one core,
# the server the other; client and wrk take turns of a second or two, and what
# counts is the median of the ratios of the pairs. --quick: few and short pairs.
set -euo pipefail
shopt -s inherit_errexit
# shellcheck source=tests/bench/http.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/http.bash"

pairs=11
slice=2

# pair WORK BAR CONNECTIONS PATH [OPTION... -- WRK_OPTION...]: client CPU per
# request, ours by wrk's, and the peak memory of both.
pair() {
	local work_name=$1 bar=$2 connections=$3 path=$4 i our_us our_kb
	local -a our_options=() wrk_options=()
	shift 4
	while (($# > 0)) && [[ $1 != -- ]]; do
		our_options+=("$1")
		shift
	done
	wrk_options=("${@:2}")
	rm -f -- "$work/ratios" "$work/ours" "$work/theirs" "$work/memory"
	for ((i = 0; i < pairs; i++)); do
		ours --url "$url$path" --num-clients "$connections" --duration "${slice}s" "${our_options[@]}"
		our_us=$(per_request)
		our_kb=$peak_kb
		wrk_run "$slice" --connections "$connections" "${wrk_options[@]}" "$url$path"
		per_request >>"$work/theirs"
		printf '%s\n' "$our_us" >>"$work/ours"
		bc <<<"scale = 3; $our_us / $(per_request)" >>"$work/ratios"
		bc <<<"scale = 3; $our_kb / $peak_kb" >>"$work/memory"
	done
	judge "$work_name" "$bar" "$(median <"$work/ratios")" \
		"$(median <"$work/ours") us against $(median <"$work/theirs") us a request"
	judge "  peak memory" 1.00 "$(median <"$work/memory")" "$our_kb kB against $peak_kb kB in the last pair"
}

against_wrk() {
	row "client CPU per request and memory, by wrk's" bar measured '' ''
	pair "15-byte body, 64 connections" 0.90 64 /
	pair "15-byte body, 1,000 connections" 0.92 1000 /
	pair "1 KiB body, 64 connections" 0.88 64 /1k
	pair "100 KiB body, not checked" 0.50 64 /100k
	pair "a connection per request" 0.70 64 / --connection close -- --header 'Connection: close'
}

# others: CPU per request with 64 connections, each in three turns with ours.
others() {
	local tool i
	printf '\n'
	row "15-byte body, 64 connections, by others'" "" measured '' ''
	for tool in hey ab h2load; do
		command -v "$tool" >/dev/null || {
			row "  $tool" '' '' '' "is not installed"
			continue
		}
		rm -f -- "$work/ratios" "$work/theirs"
		for ((i = 0; i < 3; i++)); do
			ours --url "$url/" --num-clients 64 --duration "${slice}s"
			our_us=$(per_request)
			"${tool}_run" "$slice" 64 "$url/"
			per_request >>"$work/theirs"
			bc <<<"scale = 3; $our_us / $(per_request)" >>"$work/ratios"
		done
		row "  $tool" '' "$(median <"$work/ratios")" '' "$(median <"$work/theirs") us a request, $peak_kb kB"
	done
}

# distance NUMBER FROM: how far it is, without its sign.
distance() {
	bc <<<"scale = 3; d = $1 - $2; if (d < 0) d = -d; d"
}

# truth: what the client measured and what the server says that it took: from
# the read of a request to the send of its answer.
truth() {
	local delay p50 p99 made_p50 made_p99
	printf '\n'
	row "ms between latencies measured and those made" bar measured '' ''
	for delay in 1 10; do
		start_server --delay "${delay}ms"
		ours --url "$address/" --rate 1000/s --num-clients 64 --duration 4s
		stop_server
		read -r p50 p99 < <(figures 'service_p50 service_p99')
		read -r made_p50 made_p99 < <(sed --quiet 's/.* kept \([0-9]*\) us, p99 \([0-9]*\) us$/\1 \2/p' "$work/port")
		judge "answers after $delay ms, p50" 0.3 "$(distance "$p50" "$made_p50 / 1000")" "$p50 ms, of which the server kept $made_p50 us"
		judge "answers after $delay ms, p99" 0.3 "$(distance "$p99" "$made_p99 / 1000")" "$p99 ms, of which the server kept $made_p99 us"
	done
}

freeze() {
	local response service requests skipped sum
	start_server --freeze-at 4s --freeze-for 2s
	ours --url "$address/" --rate 5000/s --num-clients 64 --duration 10s
	read -r response service requests skipped < <(figures 'response_p99 service_p99 requests skipped')
	stop_server
	printf '\n'
	row "5,000/s for 10 s, 2 s of them frozen" bar measured '' ''
	judge "1,900 ms by the response time's p99" 1.0 "$(bc <<<"scale = 3; 1900 / $response")" \
		"p99 of the response time $response ms, of the service time $service ms"
	sum=$((requests + skipped))
	judge "requests not accounted for" 0 "$(distance "$sum" 50000)" "$requests sent, $skipped skipped"
}

open_loop() {
	local p50 p99 skipped
	printf '\n'
	row "open loop on one core" bar measured '' ''
	ours --url "$url/" --rate 20000/s --num-clients 64 --duration 5s
	read -r p50 p99 skipped < <(figures 'lag_p50 lag_p99 skipped')
	judge "20,000/s: lag p50, us" 30 "$(bc <<<"$p50 * 1000 / 1")" "$skipped skipped"
	judge "20,000/s: lag p99, us" 100 "$(bc <<<"$p99 * 1000 / 1")" "$(per_request) us of CPU a request"
	even_pace
}

# even_pace: what 5,000 a second cost, and what they cost the plainest program
# that keeps the same pace: most of it is the machine's price of a waking.
even_pace() {
	local i our_us plain_us sent skipped
	rm -f -- "$work/ratios" "$work/theirs" "$work/ours" "$work/late"
	for ((i = 0; i < 3; i++)); do
		ours --url "$url/" --rate 5000/s --num-clients 64 --max-clients 64 --duration 5s
		our_us=$(per_request)
		read -r sent skipped < <(figures 'requests skipped')
		spend "$SUPPORT/plain_pace" "${url#http://}" 5000 25000
		plain_us=$(bc <<<"scale = 3; $cpu_us / 25000")
		spend "$SUPPORT/plain_pace" "${url#http://}" 5000 25000 late
		bc <<<"scale = 3; $cpu_us / 25000" >>"$work/late"
		printf '%s\n' "$our_us" >>"$work/ours"
		printf '%s\n' "$plain_us" >>"$work/theirs"
		bc <<<"scale = 3; $our_us / $plain_us" >>"$work/ratios"
	done
	judge "5,000/s, 64 connections: us of CPU a request" 25 "$(median <"$work/ours")" \
		"$sent sent, $skipped skipped in the last turn"
	row "  by a loop's of sleep, send and receive" '' "$(median <"$work/ratios")" '' \
		"that takes $(median <"$work/theirs") us, and $(median <"$work/late") us without a waking for the answer"
}

memory() {
	local one_kb short_kb
	printf '\n'
	row "memory" bar measured '' ''
	ours --url "$url/" --num-clients 1 --duration 1s
	one_kb=$peak_kb
	ours --url "$url/" --num-clients 10000 --ramp-ms 5s --min-delay-ms 100s --max-delay-ms 100s --duration 8s
	judge "10,000 idle connections: bytes each" 8192 $(((peak_kb - one_kb) * 1024 / 10000)) "$ok answers"
	ours --url "$url/" --rate 20000/s --num-clients 64 --max-clients 64 --duration "${short:-10}s"
	short_kb=$peak_kb
	ours --url "$url/" --rate 20000/s --num-clients 64 --max-clients 64 --duration "${long:-30}s"
	judge "20,000/s: peak after ${long:-30} s by that after ${short:-10} s" 1.02 "$(bc <<<"scale = 3; $peak_kb / $short_kb")" \
		"$short_kb kB, then $peak_kb kB"
}

null() {
	printf '\n'
	spend "$BIN/stress_client" --quiet --threads 1 --ramp-ms 0 --metrics-output - --driver null --num-clients 1 \
		--requests-per-client 5M
	judge "the null driver: ns a request" 250 "$(bc <<<"$cpu_us / 5000")" ""
}

main() {
	if [[ ${1:-} == --quick ]]; then
		pairs=3
		slice=1
		short=3
		long=6
	fi
	start_nginx
	printf '%(%Y-%m-%d)T, %s, Linux %s, %s, %s\n' -1 \
		"$(sed --quiet 's/^model name[^:]*: //p' /proc/cpuinfo | head --lines=1)" "$(uname --kernel-release)" \
		"$(nginx -v 2>&1 | sed 's/.*: //')" "$(wrk --version 2>&1 | awk 'NR == 1 { print $1, $3 }')"
	printf '%d pairs of %d s each\n\n' "$pairs" "$slice"
	against_wrk
	others
	truth
	freeze
	open_loop
	memory
	null
}

main "$@"
