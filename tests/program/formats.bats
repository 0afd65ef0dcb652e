#!/usr/bin/env bats
# aggregate: the report for other programs.
load helpers
load reported

setup() {
	unset GITHUB_STEP_SUMMARY
	make_folders
	mkdir "$reports"
}

# files SCENARIO, fault_files SCENARIO: those of tests/lab, in $folder.
files() {
	python3 "$PROJECT/tests/lab/metric_files.py" "$1" "$folder"
}
fault_files() {
	python3 "$PROJECT/tests/lab/fault_files.py" "$1" "$folder"
}

# report [ARGUMENT...]: into no folder unless it is named.
report() {
	run timeout 60 "$BIN/aggregate" "$@" "$folder"
}

# all_formats [ARGUMENT...]: every one of them, into $reports.
all_formats() {
	export GITHUB_STEP_SUMMARY=$reports/summary.md
	report --output-dir "$reports" --csv "$reports/csv" --hgrm "$reports/run.hgrm" --hlog "$reports/run.hlog" \
		--junit "$reports/run.xml" --prometheus "$reports/run.prom" --html "$reports/report.html" --github "$@"
}

# reads VERB PATH...: what tests/lab/formats.py makes of it, in $output.
reads() {
	run python3 "$PROJECT/tests/lab/formats.py" "$@"
	expect_status 0
}

@test "the figures of one run are the same in every format" {
	files load
	all_formats
	expect_status 0
	reads agree "$reports"
	expect_text "figures of"
}

@test "of a run with faults they are the same, too" {
	fault_files ring
	all_formats
	expect_status 0
	reads agree "$reports"
	[[ $(wc --lines <"$reports/csv/faults.csv") -eq 10 ]]
	jq --raw-output '.faults[] | [.number, .failed, .error_window_ms] | map(. // "" | tostring) | join(",")' \
		"$reports/final_report.json" | sed 's/\.0$//' >"$reports/expected"
	python3 -c '
import csv, sys
for row in csv.DictReader(sys.stdin):
    print(row["number"], row["failed"], row["error_window_ms"].removesuffix(".0"), sep=",")' <"$reports/csv/faults.csv" | diff "$reports/expected" -
}

@test "--json prints final_report.json, and nothing else" {
	files load
	report --output-dir "$reports" --json
	expect_status 0
	diff <(printf '%s\n' "$output") "$reports/final_report.json"
}

@test "a format whose file is - is printed in place of the text" {
	files load
	"$BIN/aggregate" --junit - --hgrm "$reports/run.hgrm" "$folder" >"$reports/stdout"
	reads junit "$reports/stdout"
	"$BIN/aggregate" --hgrm - "$folder" | diff - "$reports/run.hgrm"
}

@test "two things that both want stdout are a usage error that names them" {
	files load
	report --json --figures p99
	expect_status 2
	expect_text "--figures and --json cannot both have stdout"
	report --github --prometheus -
	expect_status 2
	expect_text "--prometheus and --github cannot both have stdout"
}

@test "formats are keys of a conf file, too" {
	files good
	printf 'CSV="%s/csv"\nJUNIT="%s/run.xml"\nJSON=yes\n' "$reports" "$reports" >"$BATS_TEST_TMPDIR/x.conf"
	"$BIN/aggregate" --conf "$BATS_TEST_TMPDIR/x.conf" "$folder" | jq --exit-status '.schema == "ringstorm-report/1"'
	[[ -s $reports/csv/intervals.csv && -s $reports/run.xml ]]
}

@test "what cannot be written is named, ends with 1, and keeps nothing else back" {
	files good
	echo older >"$reports/run.xml"
	report --junit "$reports/run.xml" --hlog "$reports/none/run.hlog"
	expect_status 1
	expect_text "cannot write $reports/none/run.hlog: No such file" "VERDICT: "
	grep --quiet '<testsuites' "$reports/run.xml"
	echo older >"$reports/run.xml"
	report --csv "$reports/run.xml"
	expect_status 1
	expect_text "run.xml"
	if [[ $EUID -ne 0 ]]; then
		chmod 500 "$reports"
		report --junit "$reports/run.xml"
		chmod 700 "$reports"
		expect_status 1
		grep --quiet older "$reports/run.xml"
	fi
	run ls --almost-all "$reports"
	[[ $output == run.xml ]]
}

@test "each interval has a row for all machines and one for each, which add up" {
	files load
	all_formats
	reads csv "$reports/csv"
	expect_text "requests 976 976" "successful 960 960" "failed 16 16" "not_sent 100 100"
	[[ $(grep --count '^all,' "$reports/csv/intervals.csv") -eq 5 && $(grep --count '^2,' "$reports/csv/intervals.csv") -eq 5 ]]
	grep --quiet '^all,1761904804000,1761904805000,"spike",2,500.000,416,400,16,3.846,100,0,400.000,' "$reports/csv/intervals.csv"
}

@test "a row's rate is a second's, whatever the intervals are" {
	fault_files coarse
	report --csv "$reports/csv"
	python3 - "$reports/csv/intervals.csv" <<'END'
import csv, sys
rows = [row for row in csv.DictReader(open(sys.argv[1])) if row["machine"] == "all"]
for row in rows:
    seconds = (int(row["to_unix_ms"]) - int(row["from_unix_ms"])) / 1e3
    assert abs(float(row["successful_per_second"]) * seconds - int(row["successful"])) <= 0.1 * int(row["successful"]) + 1, row
assert len(rows) > 10
END
}

@test "response times stand in a file of their own where they differ, else an older one goes" {
	files load
	report --hgrm "$reports/run.hgrm"
	grep --quiet 'Total count    =          960' "$reports/run.response.hgrm"
	run ! cmp --silent "$reports/run.hgrm" "$reports/run.response.hgrm"
	rm -- "$folder"/*
	files good
	report --hgrm "$reports/run.hgrm"
	expect_status 0
	[[ -s $reports/run.hgrm && ! -e $reports/run.response.hgrm ]]
	report --hgrm "$reports/without.d/../plain"
	expect_status 1
	mkdir "$reports/with.dot"
	rm -- "$folder"/*
	files load
	report --hgrm "$reports/with.dot/plain"
	[[ -s $reports/with.dot/plain.response ]]
}

# vast_files: ten clients with 10^15 requests each, of which one in all was slow.
vast_files() {
	python3 - "$PROJECT/tests/lab" "$folder" <<-'END'
		import base64, struct, sys, zlib
		sys.path.insert(0, sys.argv[1])
		import metric_files
		def number(n):
		    n, out = n << 1 if n >= 0 else (-n << 1) - 1, b""
		    while n > 127 and len(out) < 8:
		        out, n = out + bytes([n & 127 | 128]), n >> 7
		    return out + bytes([n])
		def vast(many, slow):
		    body = number(-1) + number(many) + (number(-98) + number(slow)) * bool(slow)
		    head = struct.pack(">iiiiqqd", 0x1C849313, len(body), 0, 3, 1, 3600000000, 1.0)
		    packed = zlib.compress(head + body)
		    return base64.b64encode(struct.pack(">ii", 0x1C849314, len(packed)) + packed).decode()
		for i in range(1, 11):
		    record = metric_files.client(1, i, ok=0)
		    for name in ("total_requests", "successful_requests", "planned_requests", "sent_requests"):
		        record["aggregated_stats"][name] = 10 ** 15
		    record["aggregated_stats"].update(server_distribution={}, operations={})
		    text = vast(10 ** 15 - (i == 10), i == 10)
		    record["histograms"].update(service=text, response=text)
		    metric_files.write(sys.argv[2], f"machine_1_client_{i}.json", record)
	END
}

@test "of so many requests that one is no share of them the percentiles end all the same" {
	vast_files
	report --hgrm "$reports/run.hgrm"
	expect_status 0
	expect_text "10,000,000,000,000,000 answered right"
	tail --lines=4 "$reports/run.hgrm" | grep '^ *0\.100 1\.000000000000 10000000000000000$'
	grep --fixed-strings '#[Max     =        0.100, Total count    = 10000000000000000]' "$reports/run.hgrm"
}

@test "a log of intervals has service and response times under their tags" {
	files load
	report --hlog "$reports/run.hlog"
	[[ $(grep --count '^Tag=service,' "$reports/run.hlog") -eq 5 && $(grep --count '^Tag=response,' "$reports/run.hlog") -eq 5 ]]
	grep --quiet '^Tag=response,4.000,1.000,24.703,HISTFAAA' "$reports/run.hlog"
}

@test "JUnit's cases all pass where the exit code is 0" {
	fault_files ring
	report --junit "$reports/run.xml" --thresholds 'p99 < 10s' --thresholds 'recover_time < 1h'
	reads junit "$reports/run.xml"
	expect_text "passed ringstorm.run: the run is valid and complete" "passed ringstorm.thresholds: p99 < 10s" \
		"passed ringstorm.faults: fault 1: kill of server 1"
}

@test "a missed threshold is a failure, with the figure in words" {
	files load
	report --junit "$reports/run.xml" --thresholds 'p99 < 1ms' --thresholds 'p99[nowhere] < 1ms' --thresholds 'p99 < 1s'
	expect_status 3
	reads junit "$reports/run.xml"
	expect_text "passed ringstorm.run: " "failure ringstorm.thresholds: p99 < 1ms" \
		"failure ringstorm.thresholds: p99[nowhere] < 1ms" "passed ringstorm.thresholds: p99 < 1s"
	grep --quiet 'message="22.50 ms">22.50 ms</failure>' "$reports/run.xml"
	grep --quiet "not determined: the run has no phase and no operation 'nowhere'" "$reports/run.xml"
}

@test "an unconfirmed fault, a killed machine and a run without a right answer are no passes" {
	fault_files unconfirmed
	report --junit "$reports/run.xml"
	expect_status 5
	reads junit "$reports/run.xml"
	expect_text "error ringstorm.run: " "error ringstorm.faults: fault 1"
	rm -- "$folder"/*
	files killed
	report --junit "$reports/run.xml"
	expect_status 6
	reads junit "$reports/run.xml"
	expect_text "error ringstorm.run: "
	rm -- "$folder"/*
	files none_right
	report --junit "$reports/run.xml"
	expect_status 1
	reads junit "$reports/run.xml"
	expect_text "failure ringstorm.run: "
}

@test "the textfile collector of node_exporter shows the run's figures" {
	files load
	mkdir "$reports/textfile"
	report --prometheus "$reports/textfile/ringstorm.prom" --thresholds 'p99 < 1ms'
	expect_status 3
	run ls --almost-all "$reports/textfile"
	[[ $output == ringstorm.prom ]]
	port=$(free_ports 1)
	prometheus-node-exporter --collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$reports/textfile" --web.listen-address="127.0.0.1:$port" >"$reports/log" 2>&1 3>&- &
	exporter=$!
	wait_until 10 curl --silent --fail --output "$reports/page" "http://127.0.0.1:$port/metrics"
	stop_process "$exporter"
	grep --quiet --line-regexp 'node_textfile_scrape_error 0' "$reports/page"
	grep --quiet --line-regexp 'ringstorm_requests{outcome="ok"} 960' "$reports/page"
	grep --quiet --line-regexp 'ringstorm_response_time_seconds{quantile="0.99"} 0.022495' "$reports/page"
	grep --quiet --line-regexp 'ringstorm_threshold_met{number="1",threshold="p99 < 1ms"} 0' "$reports/page"
}

@test "GitHub gets an annotation for each reason, and the step's summary" {
	files load
	export GITHUB_STEP_SUMMARY=$reports/summary.md
	echo "what another step wrote" >"$reports/summary.md"
	report --github --thresholds 'p99 < 1ms' --thresholds 'failure_rate < 1%'
	expect_status 3
	expect_text "::error title=ringstorm FAILED::2 of 2 thresholds were missed: " \
		"::error title=Threshold missed::failure_rate < 1%25: 1.64%25"
	[[ $(head --lines=1 "$reports/summary.md") == "what another step wrote" ]]
	grep --quiet '^## ringstorm: FAILED' "$reports/summary.md"
	grep --quiet '^| failure\\_rate &lt; 1% | 1.64% | \*\*missed\*\* |' "$reports/summary.md"
	unset GITHUB_STEP_SUMMARY
	report --github
	expect_status 0
	expect_text "::warning title=ringstorm PASSED::The run ended early"
	GITHUB_STEP_SUMMARY=$reports/none/summary.md report --github
	expect_status 1
	expect_text "cannot append to the summary $reports/none/summary.md"
}

@test "a run that passed because nothing was demanded says so in every format" {
	local words="Nothing was demanded of this run, in which 1.64 % of the requests failed and 9.29 % of the plan was not sent."
	files load
	all_formats --scenario-dir "$reports/scenario"
	expect_status 0
	expect_text "VERDICT: PASSED, but nothing was demanded" "  $words Say how much is too much with --thresholds" \
		"::warning title=ringstorm PASSED::${words//%/%25}"
	for file in final_report.json scenario/summary.json run.xml report.html; do
		grep --quiet --fixed-strings -- "$words" "$reports/$file"
	done
	grep --quiet '<div class="verdict partial"><strong>PASSED</strong>but nothing was demanded' "$reports/report.html"
	grep --quiet --line-regexp '## ringstorm: PASSED, but nothing was demanded' "$reports/summary.md"
	report --thresholds 'failure_rate < 5%'
	expect_status 0
	[[ $output == *"VERDICT: PASSED"$'\n'* && $output != *demanded* ]]
}

# Every name that another machine can choose is one that some reader obeys.
hostile_files() {
	files load
	python3 - "$folder" <<'END'
import glob, json, sys
names = {
    "GET /a": "=HYPERLINK(\"http://x\")</a>&<script>alert(1)</script>|`\n::error::x ##[error]x \u202e\x1b[2J\u009b2J",
    "POST /b": "@SUM(A1)\\\"} 1\nringstorm_exit_code 0 ]]> --> %0A::stop",
    "http 503": "-2+3 | <img src=x onerror=alert(1)> \\",
    "127.0.0.1:8080": "+1\t\"quoted\", and\r\nmore",
    "spike": "::set-output name=x::y",
    "warmup": "\t=1+1",
}
def change(value):
    if isinstance(value, dict):
        return {names.get(key, key): change(item) for key, item in value.items()}
    if isinstance(value, list):
        return [change(item) for item in value]
    return names.get(value, value) if isinstance(value, str) else value
for path in glob.glob(sys.argv[1] + "/*.json*"):
    with open(path) as file:
        lines = [json.dumps(change(json.loads(line))) + "\n" for line in file]
    with open(path, "w") as file:
        file.writelines(lines)
with open(sys.argv[1] + "/fault_events.jsonl", "w") as file:
    for event, t in (("commanded", 1761904802000), ("confirmed", 1761904802010), ("healed", 1761904803000)):
        file.write(json.dumps({"schema": "ringstorm-fault/1", "event": event, "t_unix_ms": t, "number": 1,
            "server": "=cmd|' /C calc'!A0", "host": "\x1b]0;x\x07</testcase>", "fault": "k\"ill\\\n<b>"}) + "\n")
END
}

@test "hostile names are only text in every format" {
	hostile_files
	all_formats --thresholds 'p99[::set-output name=x::y] < 1ms'
	expect_status 3
	reads hostile "$reports"
	reads csv "$reports/csv"
	reads junit "$reports/run.xml"
	expect_text 'ringstorm.faults: fault 1: k"ill\?<b> of server =cmd'
	reads prom "$reports/run.prom"
	expect_text 'ringstorm_exit_code 3' '@SUM(A1)\\\"} 1?ringstorm_exit_code 0'
	[[ $(grep --count '^ringstorm_exit_code' "$reports/run.prom") -eq 1 ]]
	jq --exit-status '.operations | length == 2' "$reports/final_report.json"
	run grep --extended-regexp '<script|<img|\]\(|https?://' "$reports/summary.md"
	expect_status 1
}

@test "a run whose name has control characters is one run" {
	files load
	sed --in-place --regexp-extended 's/("run_id": ?")/\1a\\u001bb\\n/' "$folder"/machine_*.json*
	report
	expect_status 0
	expect_text "Run a?b?"
	report --html -
	expect_status 0
	expect_text "NUM_CLIENTS=1"
}

@test "a timeline without the clients' files is not taken for a run without requests" {
	files load
	rm "$folder"/machine_*_client_*.json
	report
	expect_text "The timelines tell of" "the clients' files, which count, are not there"
	[[ $output != *"Not one request was sent"* ]]
}

@test "no name in the text is a command to GitHub's runner" {
	hostile_files
	"$BIN/aggregate" --github "$folder" >"$reports/stdout"
	# What the runner obeys: it is told to stop until a word that is new each time.
	first=$(head --lines=1 "$reports/stdout")
	[[ $first =~ ^::stop-commands::([0-9a-f]{32})$ ]]
	word=${BASH_REMATCH[1]}
	[[ $(grep --count --line-regexp "::$word::" "$reports/stdout") -eq 1 ]]
	sed "1,/^::$word::\$/d" "$reports/stdout" >"$reports/annotations"
	[[ -s $reports/annotations ]]
	run ! grep --invert-match '^::\(error\|warning\) title=[^:]*::' "$reports/annotations"
	"$BIN/aggregate" --github "$folder" | head --lines=1 >"$reports/again"
	[[ $first != "$(<"$reports/again")" ]]
}

@test "a run without a latency and one without a timeline have every format" {
	files none_right
	all_formats
	expect_status 1
	reads csv "$reports/csv"
	reads junit "$reports/run.xml"
	reads prom "$reports/run.prom"
	[[ $(grep --count '^[^#]' "$reports/run.hgrm") -eq 1 ]]
	[[ $(grep --count '^Tag=' "$reports/run.hlog") -eq 0 ]]
	[[ $(wc --lines <"$reports/csv/intervals.csv") -eq 1 ]]
}

@test "samples alone are no report for other programs" {
	printf '%s\n' '{"schema":"ringstorm-sample/1","t_unix_ms":1761904801000,"source":"host","name":"client1","values":{"memory.used_bytes":4096}}' >"$folder/host_1.jsonl"
	folder=$folder/host_1.jsonl
	report --json
	expect_status 1
	expect_text "samples alone make no report for --json"
	report --figures p99
	expect_status 1
	expect_text "samples alone make no report for --figures"
	report --junit "$reports/run.xml"
	expect_status 0
	expect_text "--junit writes nothing"
	[[ ! -e $reports/run.xml ]]
}

@test "estimates of CloudP2P's own files are said to be some" {
	files estimates
	all_formats
	reads csv "$reports/csv"
	grep --quiet '| service (estimate) |' "$reports/summary.md"
	grep --quiet '^ringstorm_latencies_estimated 1$' "$reports/run.prom"
	grep --quiet 'name="latencies" value="estimates"' "$reports/run.xml"
	grep --quiet ',estimates,' "$reports/csv/run.csv"
	grep --quiet '^#\[Estimates' "$reports/run.hgrm"
}
