#!/usr/bin/env bats
# A ring never stays without a leader, or at odds about it, while its nodes
# live: real processes, failure time-out 500 ms, over 100 disturbances in all.
load ../program/helpers

# trials SCRIPT ARGUMENT...: ends with the figures, as a comment of this test.
trials() {
	run --separate-stderr timeout 150 python3 "$PROJECT/tests/lab/$1" "${@:2}"
	printf '# %s: %s\n' "${*:2}" "${lines[-1]}" >&3
	expect_status 0
}

@test "34 cold starts each agree on a leader within two failure time-outs" {
	trials ring_trials.py cold 34
}

@test "33 frozen leaders are replaced, and followed back, within two failure time-outs" {
	trials ring_trials.py freeze 33
}

@test "33 killed leaders are replaced, and rejoin, within two failure time-outs" {
	trials ring_trials.py kill 33
}

@test "10 leaders that stop end with exit 0, are replaced, and rejoin" {
	trials ring_trials.py stop 10
}

@test "one ring_server heals two servers of the original's kind that are at odds" {
	trials mixed_trials.py 6
}
