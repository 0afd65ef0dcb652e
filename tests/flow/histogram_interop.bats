#!/usr/bin/env bats
# Our histograms against another implementation, hdr-histogram-js: what one
# writes the other reads, bucket by bucket, with the same percentiles.

setup_file() {
	load ../program/helpers
	NODE_PATH=$("$PROJECT/tests/lab/node_peer.sh")
	export NODE_PATH
}

setup() {
	load ../program/helpers
	cd "$BATS_TEST_TMPDIR" || return
}

ours() {
	"$BIN/.obj/lab/histogram_ours" "$1" <"$2" >"$3"
}

theirs() {
	node "$PROJECT/tests/lab/histogram_theirs.js" "$1" <"$2" >"$3"
}

# same TEXT: both libraries see the same in it.
same() {
	ours describe "$1" seen_by_us
	theirs describe "$1" seen_by_them
	diff seen_by_us seen_by_them
}

# both_ways TOTAL: the values of the file `values` come out of either library's
# text, read by either, alike.
both_ways() {
	ours encode values from_us
	theirs encode values from_them
	same from_us
	mv seen_by_us expected
	grep --quiet --line-regexp "total $1" expected
	same from_them
	diff expected seen_by_us
}

@test "an empty histogram is empty to both" {
	: >values
	both_ways 0
}

@test "one value is the same to both" {
	echo "45230 1" >values
	both_ways 1
	grep --quiet --line-regexp "p50 45247" expected
}

@test "1 us, the least value, is the same to both" {
	echo "1 7" >values
	both_ways 7
	grep --quiet --line-regexp "min 1" expected
	grep --quiet --line-regexp "max 1" expected
}

@test "1 h, the greatest value, is the same to both" {
	echo "3600000000 2" >values
	both_ways 2
}

@test "the ends of the range and the edges of buckets are the same to both" {
	printf '%s\n' "1 1" "1023 2" "1024 3" "2047 4" "2048 5" "2049 6" "4095 7" \
		"4096 8" "65535 9" "65536 10" "2147483648 11" "3600000000 12" >values
	both_ways 78
}

@test "counts from one to billions are the same to both" {
	printf '%s\n' "10 1" "11 63" "12 64" "20 65535" "21 65536" "30 8191" \
		"31 8192" "40 4294967296" "50 9000000000" >values
	both_ways 13295114878
}

@test "a million random values over six decades are the same to both" {
	awk 'BEGIN { srand(7); for (i = 0; i < 1000000; i++)
		printf "%d 1\n", exp(log(10) * 6 * rand()) }' >values
	both_ways 1000000
	mapfile -t lines <expected
	((${#lines[@]} > 5000))
}

@test "the record that metrics/README.md shows is to the other library what it says" {
	sed --quiet '/^```json$/,/^```$/p' "$PROJECT/metrics/README.md" | sed '/^```/d' >records
	jq --slurp --raw-output '.[0].histograms.service' records >service
	same service
	jq --slurp --raw-output '.[0].aggregated_stats | "total \(.successful_requests)"' records >total
	grep --quiet --line-regexp --file=total seen_by_them
	# 45.25 ms, rounded as in latency_p50_ms
	grep --quiet --line-regexp "p50 45247" seen_by_them
	jq --slurp --exit-status '.[0].aggregated_stats.latency_p50_ms == 45.25' records
}
