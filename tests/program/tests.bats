#!/usr/bin/env bats
# What a test run promises: nothing that failed, was skipped or never ran
# passes for a success.
load helpers

tap() {
	run "$PROJECT/tests/tap.sh" suite printf '%b' "$1"
}

@test "a suite whose tests all pass passes" {
	tap '1..2\nok 1 - a\nok 2 - b\n'
	expect_status 0
	expect_text "# suite: 2 passed, 0 failed"
}

@test "a failed test fails its suite" {
	tap '1..2\nok 1 - a\nnot ok 2 - b\n'
	expect_status 1
	expect_text "# suite: 1 passed, 1 failed"
}

@test "a suite that ends before its plan is fulfilled fails" {
	tap '1..3\nok 1 - a\nok 2 - b\n'
	expect_status 1
	expect_text "ended after 2 of 3 tests"
}

@test "a document cut short is seen although another follows" {
	tap '1..2\nok 1 - a\n1..1\nok 1 - b\n'
	expect_status 1
	expect_text "ended after 1 of 2 tests"
}

@test "a suite without a plan fails" {
	tap ''
	expect_status 1
}

@test "a skipped test fails the suite" {
	tap '1..1\nok 1 - a # skip no network\n'
	expect_status 1
	expect_text "0 passed, 1 failed"
}

@test "the one skip that is expected is said and fails nothing" {
	tap '1..2\nok 1 - a # skip this kernel has no netem\nok 2 - b\n'
	expect_status 0
	expect_text "1 passed, 0 failed, 1 skipped: this kernel has no netem"
}

@test "an exit status that no failed test explains fails the suite" {
	run "$PROJECT/tests/tap.sh" suite bash -c 'printf "1..1\nok 1 - a\n"; exit 3'
	expect_status 1
}

# A project of two suites, one of which has a failed test, run by the real
# test.sh.
make_project() {
	mkdir -p "$BATS_TEST_TMPDIR/tests"
	cp -r "$PROJECT/scripts" "$BATS_TEST_TMPDIR"
	cp "$PROJECT"/tests/tap.* "$BATS_TEST_TMPDIR/tests"
	printf '%s\n' '#!/bin/sh' 'exit 0' >"$BATS_TEST_TMPDIR/scripts/setup.sh"
	printf '%s:\n\t@%s\n' build true lint true \
		check "tests/tap.sh units printf '1..2\nok 1 - a\n$1 2 - b\n'" \
		flow "tests/tap.sh flow printf '1..1\n${2-ok} 1 - c\n'" >"$BATS_TEST_TMPDIR/Makefile"
}

@test "one failed test fails the whole run, which names it and goes on" {
	make_project 'not ok'
	run "$BATS_TEST_TMPDIR/scripts/test.sh" --quick
	expect_status 1
	expect_text "units: not ok 2 - b" "# flow: 1 passed, 0 failed"
	[[ ${lines[-1]} == "5 passed, 1 failed" ]]
}

@test "a run without a failure ends in the sum of all its tests" {
	make_project ok
	run "$BATS_TEST_TMPDIR/scripts/test.sh" --quick
	expect_status 0
	[[ ${lines[-1]} == "6 passed, 0 failed" ]]
}

@test "a whole run counts the tests of each sanitizer, wherever they run" {
	make_project ok
	run "$BATS_TEST_TMPDIR/scripts/test.sh"
	expect_status 0
	expect_text "== tests under address,undefined" "== tests under thread"
	[[ ${lines[-1]} == "12 passed, 0 failed" ]]
}

@test "what runs beside the rest is printed once it has ended, and its failures count" {
	make_project ok 'not ok'
	run "$BATS_TEST_TMPDIR/scripts/test.sh" --quick
	expect_status 1
	expect_text "flow: not ok 1 - c" "# units: 2 passed, 0 failed" $'== flow\n'
	[[ ${lines[-1]} == "5 passed, 1 failed" ]]
}

@test "what runs beside the rest and cannot even start fails the run" {
	make_project ok
	printf 'build lint check:\n\t@true\nflow:\n\t@false\n' >"$BATS_TEST_TMPDIR/Makefile"
	run "$BATS_TEST_TMPDIR/scripts/test.sh" --quick
	expect_status 1
	expect_text "flow: make --no-print-directory flow"
}

@test "a suite that cannot even start fails the run" {
	make_project ok
	printf 'build lint flow:\n\t@true\ncheck:\n\t@false\n' >"$BATS_TEST_TMPDIR/Makefile"
	run "$BATS_TEST_TMPDIR/scripts/test.sh" --quick
	expect_status 1
	expect_text "tests: make --no-print-directory --keep-going check"
}
