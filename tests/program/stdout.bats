#!/usr/bin/env bats
# What any program does when its result cannot be printed.
load helpers
load ring
load support

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir metrics
}

teardown() {
	stop_servers
}

# expect_lost PROGRAM [ARGUMENT...]: with a full disk as stdout it says so, once,
# and ends with exit 1.
expect_lost() {
	run --separate-stderr timeout 60 bash -c '"$@" >/dev/full' - "$BIN/$1" "${@:2}"
	[[ $status -eq 1 && $(grep --count "cannot write \(to \)\?stdout" <<<"$stderr") -eq 1 ]] && return
	printf '%s: exit status %s, and on stderr:\n%s\n' "$*" "$status" "$stderr"
	return 1
}

@test "help, version and settings that cannot be printed are exit 1, of every program" {
	local program option
	for program in "$BIN"/*; do
		[[ -f $program && -x $program ]] || continue
		for option in --help --version --print-conf; do
			expect_lost "${program##*/}" "$option"
		done
	done
}

@test "a report that cannot be printed is exit 1, in every format" {
	local option
	python3 "$PROJECT/tests/lab/metric_files.py" load metrics
	for option in --json --github --figures=p99 --html=- --junit=- --hgrm=- --hlog=- --prometheus=-; do
		expect_lost aggregate "$option" metrics
	done
	expect_lost aggregate metrics
	"$BIN/aggregate" --output-dir metrics metrics
	expect_lost compare metrics metrics
	expect_lost compare --json metrics metrics
	expect_lost compare --html=- metrics metrics
	expect_lost compare --list metrics
}

@test "a sum that cannot be printed is exit 1" {
	expect_lost cost --prices "big 0.384" --machine-type big --machines 3 --time 30m
}

@test "what a check found and cannot be printed is exit 1, whatever it found" {
	serve_http
	expect_lost stress_client --check --url "$url"
	expect_lost stress_client --check --url http://127.0.0.1:1/
	expect_lost stress_client --check --driver null
}

@test "a plan of faults, and what was healed, that cannot be printed is exit 1" {
	make_ring 3
	expect_lost fault_ring --conf "$ring/fault_sim.conf" --dry-run
	expect_lost fault_ring --conf "$ring/fault_sim.conf" --heal
}

@test "a sample that cannot be printed is exit 1" {
	expect_lost host_probe --once
}
