#!/usr/bin/env bats
# compare: what differs between two runs, how surely, and the exit code of it.
load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# make_run FOLDER [NAME=VALUE]...
make_run() {
	python3 "$PROJECT/tests/lab/compare_files.py" "$@"
}

# row NAME: the verdict and the rest of that line of the table.
row() {
	grep "^ $1" <<<"$output"
}

@test "of two runs alike no difference is seen, and how small a one would have been" {
	make_run a
	make_run b seed=2 run=2026-01-01T01:00:00Z-bbbb
	run "$BIN/compare" a b
	expect_status 0
	expect_text "baseline   2026-01-01T00:00:00Z-aaaa" "run        2026-01-01T01:00:00Z-bbbb" "passed" "same configuration"
	[[ $(row p50) == *"no difference to be seen" ]]
	expect_text "% detectable in throughput, p50"
}

@test "of a load that never wavers the smallest change is not less than nothing" {
	make_run a wander=0
	run "$BIN/compare" a a
	expect_status 0
	[[ $(row throughput) == *"+0.0 .. +0.0 %"* ]]
	run "$BIN/compare" --tolerance 0% a a
	[[ $output == *"than 0.0 % detectable in throughput"* && $output != *" -0.0 %"* ]]
}

@test "a run that is a tenth slower is worse, and exit 3" {
	make_run a
	make_run b seed=2 median_us=22000
	run "$BIN/compare" a b
	expect_status 3
	[[ $(row p50) == *"WORSE (tolerance 5 %)" ]]
	expect_text "WORSE: p50" "in the phase sustained" "exit 3"
}

@test "a run that is a tenth faster is better, and exit 0" {
	make_run a
	make_run b seed=2 median_us=18000
	run "$BIN/compare" a b
	expect_status 0
	[[ $(row p50) == *"BETTER (tolerance 5 %)" ]]
}

@test "a change within the tolerance is named and is no failure" {
	make_run a
	make_run b seed=2 median_us=22000
	run "$BIN/compare" --tolerance 30% a b
	expect_status 0
	[[ $(row p50) == *"differs within the tolerance (30 %)" ]]
}

@test "each of several runs is compared with the first" {
	make_run a
	make_run b seed=2
	make_run c seed=3 median_us=24000 run=2026-01-01T02:00:00Z-cccc
	run "$BIN/compare" --json a b c
	expect_status 3
	[[ $(jq --raw-output '[.runs[].effects[] | select(.metric == "p50").verdict] | join(" ")' <<<"$output") == "same worse" ]]
}

@test "failures are compared in percentage points, also where there were none" {
	make_run a
	make_run b seed=2 failed=1
	run "$BIN/compare" a b
	expect_status 3
	[[ $(row "failure rate") == *"0.00 %"*"+"*" pp"*"WORSE"* ]]
}

@test "one seed gives the same ranges twice" {
	make_run a
	make_run b seed=2
	run "$BIN/compare" --json --seed 7 a b
	[[ $output == "$("$BIN/compare" --json --seed 7 a b)" ]]
}

@test "runs too short to tell are not taken for equal ones" {
	make_run a seconds=12 wander=0.2
	make_run b seconds=12 wander=0.2 seed=2
	run "$BIN/compare" a b
	expect_text "cannot tell: runs too short to see"
	make_run c seconds=8
	run "$BIN/compare" a c
	expect_text "too short: fewer than ten steady seconds" "cannot tell whether anything is worse"
	[[ $output != *"nothing is worse"* ]]
}

@test "a run without a steady second has no figures, and says so" {
	make_run a
	# Clients are there when the first second ends, not when it begins.
	make_run b seconds=1 seed=2
	run "$BIN/compare" a b
	expect_status 0
	expect_text "run        steady for 0 of 1 s"
	for name in throughput p50 p99 "failure rate"; do
		[[ $(row "$name") =~ ^\ $name,\ sustained\ +[0-9.]+\ ?[^\ ]+\ +-\ +"no steady second"$ ]]
	done
	run "$BIN/compare" --json --html page.html a b
	[[ $(jq --compact-output '[.runs[0].effects[].run]' <<<"$output") == '[null,null,null,null]' ]]
	[[ $(grep --count '<td>-</td>.*<td>no steady second</td>' page.html) == 4 ]]
}

@test "runs configured differently are refused with the differences, and compared with --anyway" {
	make_run a clients=5 setting=RATE=100/s
	make_run b clients=6 setting=RATE=200/s seed=2
	run "$BIN/compare" a b
	expect_status 2
	expect_text "NUM_CLIENTS: 5, then 6" "RATE: 100/s, then 200/s" "--anyway"
	run "$BIN/compare" --anyway a b
	expect_status 0
	expect_text "2 differences of configuration" "NUM_CLIENTS: 5, then 6"
}

@test "a difference of passwords and tokens is named without them" {
	make_run a setting=PROXY=http://user:swordfish@proxy/
	make_run b setting=PROXY=http://user:sardine@proxy/ seed=2
	run "$BIN/compare" a b
	expect_status 2
	expect_text "PROXY: not the same (not shown)"
	[[ $output != *swordfish* && $output != *sardine* ]]
}

@test "where a run lies, its seed and a setting that only one knows are no differences" {
	make_run a
	make_run b seed=2 setting=NEW=1
	run "$BIN/compare" a b
	expect_status 0
	expect_text "same configuration"
}

@test "two runs in one folder are refused, and both named" {
	make_run a
	make_run b seed=2 run=2026-01-01T01:00:00Z-bbbb
	mkdir a/machine_2
	cp b/machine_1_timeline.jsonl a/machine_2/
	run "$BIN/compare" a b
	expect_status 2
	expect_text 2026-01-01T00:00:00Z-aaaa 2026-01-01T01:00:00Z-bbbb "a folder of its own"
}

@test "of another run that lies there, too, the machines that the report is not of are left out" {
	make_run a
	make_run b seed=2 run=2026-01-01T01:00:00Z-bbbb
	mkdir a/machine_2
	sed 's/"machine_id": *1/"machine_id":2/; s/"from_unix_ms": *1761904/"from_unix_ms":1761990/' b/machine_1_timeline.jsonl >a/machine_2/machine_2_timeline.jsonl
	run "$BIN/compare" a b
	expect_status 2
	expect_text "did not run at the same time"
	jq '.machines = [{"machine_id": 1}]' a/final_report.json >report && mv report a/final_report.json
	run "$BIN/compare" a b
	expect_status 0
	expect_text "no difference to be seen"
}

@test "faults of one kind and server are compared with one another, and one proves nothing" {
	make_run a seconds=200 recover=4000,4200,4100
	make_run b seconds=200 seed=2 recover=9000,9100,9300
	run "$BIN/compare" a b
	expect_status 3
	[[ $(row "time to recover, kill 1") == *"3 faults each"*"WORSE"* ]]
	make_run c seconds=200 recover=4000
	run "$BIN/compare" c b
	[[ $(row "time to recover, kill 1") == *"1 and 3 faults"*"one fault proves nothing" ]]
	make_run d seconds=200 recover=4000,4100,4200 server=2
	run "$BIN/compare" a d
	[[ $(row "time to recover, kill 2") == *"not in both runs" ]]
}

@test "faults that a run did not recover from are told, however well it did before them" {
	make_run a recover=3000,3100,2900,3000 seconds=150
	make_run b seed=2 recover=3000,3100,2900,3000 seconds=150
	jq '.faults[1:] |= map(.time_to_recover_ms = null)' b/final_report.json >new
	mv new b/final_report.json
	run "$BIN/compare" a b
	expect_text "; recovered from 1 of 4 faults kill 1, the baseline from 4 of 4"
	run "$BIN/compare" b a
	[[ $output != *"recovered from"* ]]
}

@test "the seconds of faults are no part of the steady state, but with --with-faults" {
	make_run a seconds=120
	make_run b seconds=120 seed=2 recover=4000,4000,4000 slow_ms=4000
	run "$BIN/compare" a b
	[[ $(row "p99") != *WORSE* ]]
	expect_text "run        steady for 1"
	expect_text "the seconds of faults and of missing clients are left out"
	run "$BIN/compare" --with-faults a b
	expect_status 3
	[[ $output != *"the seconds of faults"* ]]
	[[ $(row "p99") == *WORSE* ]]
}

@test "a run alone is compared with metrics/baseline" {
	make_run metrics/a
	make_run metrics/b seed=2 run=2026-01-01T01:00:00Z-bbbb
	run "$BIN/compare" metrics/b
	expect_status 1
	expect_text "there is no baseline metrics/baseline"
	ln -s a metrics/baseline
	run "$BIN/compare" metrics/b
	expect_status 0
	expect_text "baseline   2026-01-01T00:00:00Z-aaaa"
}

@test "a timeline, a report and a folder name the same run" {
	make_run a
	make_run b seed=2
	run "$BIN/compare" a/final_report.json b/final_report.json
	expect_status 0
	run "$BIN/compare" a/machine_1_timeline.jsonl b/machine_1_timeline.jsonl
	expect_status 0
	expect_text "configuration not known"
}

@test "a run that proves nothing is exit 5" {
	make_run a
	make_run b seed=2 verdict=invalid
	run "$BIN/compare" a b
	expect_status 5
	expect_text "invalid"
}

@test "what is not there, or has no intervals, is exit 1 and named" {
	make_run a
	run "$BIN/compare" a nowhere
	expect_status 1
	expect_text nowhere
	mkdir empty
	run "$BIN/compare" a empty
	expect_status 1
	expect_text "empty: no interval of a timeline is there"
	printf '{"schema": "ringstorm-report/1"' >empty/final_report.json
	run "$BIN/compare" a empty
	expect_status 1
	expect_text "empty/final_report.json: no whole JSON"
}

@test "a run in which all failed, or nothing was asked, says so in its rows" {
	make_run a
	make_run failed rate=0 failed=7
	make_run silent rate=0
	run "$BIN/compare" a failed
	expect_status 3
	[[ $(row p99) == *" -  "*"nothing succeeded" ]]
	[[ $(row throughput) == *" 0.0/s "*"-100.0 %"*WORSE* ]]
	[[ $(row "failure rate") == *"100.00 %"*WORSE* ]]
	run "$BIN/compare" a silent
	expect_status 3
	[[ $(row throughput) == *" 0.0/s "*"-100.0 %"*WORSE* ]]
	expect_text "WORSE: throughput in the phase sustained"
	[[ $(row p99) == *" -  "*"no request in the steady seconds" ]]
	[[ $(row "failure rate") == *" -  "*"no request in the steady seconds" ]]
}

@test "of so thin a load that none is no wonder a standstill is not told" {
	make_run some rate=1 seconds=12
	make_run silent rate=0 seconds=12
	make_run thin rate=0 seconds=12
	sed --quiet 5p some/machine_1_timeline.jsonl >line
	sed --in-place --expression='5r line' --expression=5d thin/machine_1_timeline.jsonl
	run "$BIN/compare" thin silent
	expect_status 0
	[[ $(row throughput) == *"-100.0 %"*"cannot tell"* ]]
	run "$BIN/compare" silent silent
	expect_status 0
	[[ $(row throughput) == *"no request in the steady seconds" ]]
}

@test "a run that a machine is missing from is a difference, and named" {
	make_run a machines=3
	make_run b machines=2 seed=2 verdict=partial
	run "$BIN/compare" a b
	expect_status 2
	expect_text "machines: 3, then 2"
	run "$BIN/compare" --anyway a b
	expect_status 3
	expect_text partial
}

@test "control characters of a run's files do not reach the terminal" {
	make_run a
	make_run b seed=2 run=$'\e[31mred' server=$'\e[2J' recover=3000
	printf '%s\n' '{"schema": "ringstorm-run/1", "run_id": "\u001b[31mred", "machine_id": 1}' >b/machine_1_run.json
	run "$BIN/compare" --anyway a b
	[[ $output != *"has two runs"* ]]
	[[ $output != *$'\e'* ]]
}

@test "where the faults of one run leave no steady state, theirs count in both" {
	make_run a seconds=60 faults_ms=4000 recover=4000,4000,4000,4000,4000,4000,4000,4000,4000,4000,4000,4000,4000,4000
	make_run b seconds=60 seed=2 recover=3000
	run "$BIN/compare" a b
	[[ $(grep --count "theirs count, too" <<<"$output") -eq 2 ]]
}

@test "without a run, or with a phase that is not there, it is usage" {
	make_run a
	run "$BIN/compare"
	expect_status 2
	run "$BIN/compare" --phase peak a a
	expect_status 2
	expect_text "no phase peak, but sustained"
}

@test "a last line that was cut is dropped, and rubbish in the middle named" {
	make_run a
	make_run b seed=2
	printf '{"schema": "ringstorm-inter' >>b/machine_1_timeline.jsonl
	sed -i '20s/.*/{]/' b/machine_1_timeline.jsonl
	run "$BIN/compare" a b
	expect_status 0
	expect_text "b/machine_1_timeline.jsonl:20: "
}

@test "the page loads nothing, has both curves, and escapes what comes from files" {
	make_run a "run=<script>alert(1)</script>"
	make_run b seed=2 run='"><img src=x>' 'server=<b>' recover=3000
	run "$BIN/compare" --html page.html a b
	expect_status 0
	[[ $(grep --count '<svg' page.html) -eq 2 ]]
	grep 'Throughput' page.html
	grep 'Latency' page.html
	grep 'Run: steady for [0-9]* of 60 s; the seconds of faults' page.html
	# On paper, too, the figures are there.
	grep --fixed-strings '@media print{details:not([open]){display:none}}' page.html
	grep '<details open><summary>Figures' page.html
	run ! grep --extended-regexp '<script|<img|<b>|https?://' page.html
}

@test "what cannot be written is exit 1" {
	make_run a
	run "$BIN/compare" --html /proc/nowhere/page.html a a
	expect_status 1
	expect_text /proc/nowhere/page.html
}

@test "--list has a line a run, the oldest first, and a star for the baseline" {
	make_run metrics/b seed=2 verdict=fail
	make_run metrics/a seed=1
	ln -s a metrics/baseline
	mkdir metrics/none
	run "$BIN/compare" --list metrics/b metrics/a metrics/none
	expect_status 0
	[[ ${lines[0]} == *"metrics/none: there is no final_report.json"* ]]
	[[ ${lines[2]} == "* metrics/a "*passed*"20.00 ms"* ]]
	[[ ${lines[3]} == "  metrics/b "*failed* ]]
	run "$BIN/compare" --list metrics/none
	expect_status 1
}

@test "what a run has not is listed as -, and drawn nowhere" {
	make_run a
	make_run b seed=2
	sed --in-place 's/"latency_stats": {[^}]*}/"latency_stats": null/; s/"total_requests": [0-9]*/"total_requests": 0/' b/final_report.json
	run "$BIN/compare" --list --trend trend.html a b
	expect_status 0
	[[ $(grep --count ' -  *-  *-  *0$' <<<"$output") -eq 1 ]]
	[[ $(grep --count '<circle' trend.html) -eq 5 ]]
	[[ $(grep --count '<td>-</td><td>-</td><td>-</td>' trend.html) -eq 1 ]]
}

@test "latencies below a millisecond are told to the microsecond" {
	make_run a median_us=40
	run "$BIN/compare" a a
	[[ $(row p50) == *" 0.040 ms "* ]]
	run "$BIN/compare" --list a
	expect_text " 0.040 ms "
}

@test "--list keeps its columns when a run has a long name" {
	local long=metrics/a_long_name_that_somebody_gave_by_hand-20261121
	make_run metrics/a
	make_run "$long" seed=2
	run "$BIN/compare" --list metrics/a "$long"
	expect_status 0
	[[ ${lines[1]} == *passed* && ${lines[2]} == *passed* ]]
	local before=${lines[1]%%passed*} after=${lines[2]%%passed*}
	[[ ${#before} == "${#after}" ]]
	[[ ${#lines[0]} == "${#lines[1]}" && ${#lines[1]} == "${#lines[2]}" ]]
}

@test "--trend draws the key figures of the listed runs" {
	make_run a
	make_run b seed=2
	run "$BIN/compare" --list --trend trend.html a b
	expect_status 0
	[[ $(grep --count '<svg' trend.html) -eq 4 ]]
	[[ $(grep --count '<circle' trend.html) -eq 8 ]]
}
