#!/usr/bin/env bats
# collect_metrics and aggregate_metrics.sh over SFTP, from hosts of the tests'
# own.
load ../program/helpers

setup_file() {
	export LAB=$BATS_FILE_TMPDIR/lab
	"$PROJECT/tests/lab/lab.sh" up 0 servers 3 clients "$LAB"
}

teardown_file() {
	"$PROJECT/tests/lab/lab.sh" down "$LAB"
	[[ ! -e $LAB-hostile ]] || "$PROJECT/tests/lab/lab.sh" down "$LAB-hostile"
}

setup() {
	export RINGSTORM_SSH_CONFIG=$LAB/ssh_config WORK_DIR=$BATS_TEST_TMPDIR
	unset SSH_AUTH_SOCK
	cd "$BATS_TEST_TMPDIR" || return
	local i
	for i in 1 2 3; do
		rm -rf "$LAB/client$i/metrics"
		mkdir "$LAB/client$i/metrics"
	done
}

teardown() {
	[[ ! -e full/mounted ]] || umount full
}

collect() {
	run "$BIN/collect_metrics" --output-dir out --connect-timeout 3s "$@"
}

# metrics MACHINE CLIENTS: real ones, in the folder of that client machine.
metrics() {
	"$BIN/stress_client" --driver null --machine-id "$1" --num-clients "$2" --requests-per-client 5 \
		--min-delay-ms 0 --max-delay-ms 1 --run-id one --metrics-output-dir "$LAB/client$1/metrics" --quiet
}

@test "the guide's collection: every machine's files, its lines, and the report of all" {
	local i
	for i in 1 2 3; do metrics "$i" 4; done
	mkdir config
	cat >config/aggregate.conf <<-END
		OUTPUT_DIR="./aggregated_metrics"
		CLIENT_MACHINES=(
		    "root@client1:$LAB/client1/metrics"
		    "client2:metrics"
		    "client3:~/metrics"
		)
	END
	sed -i "s/root@/$(id --user --name)@/" config/aggregate.conf
	((EUID == 0)) || sed -i "s#:.*metrics\"#:$LAB/client1/metrics\"#" config/aggregate.conf
	run "$PROJECT/scripts/aggregate_metrics.sh"
	expect_status 0
	for i in 1 2 3; do
		expect_text "[$i/3] Collecting from: " "  ✓ Successfully collected metrics from machine $i"
	done
	expect_text "Client Machines: 3" "Metrics Aggregation Complete!"
	diff -r --exclude=clock.json "$LAB/client2/metrics" aggregated_metrics/collected/machine_2
	jq --exit-status '.total_requests == 60 and .merge.counts_in == .merge.counts_out' aggregated_metrics/final_report.json
	jq --exit-status '.schema == "ringstorm-clock/1" and .error_ms > 0 and (.offset_ms | fabs) <= .error_ms
		and .measured_unix_ms > 1e12' aggregated_metrics/collected/machine_3/clock.json
}

@test "what has not changed is not copied again, and what has is" {
	metrics 1 3
	collect "client1:$LAB/client1/metrics"
	expect_status 0
	expect_text "8 copied" "0 unchanged"
	printf 'more\n' >>"$LAB/client1/metrics/machine_1_client_2.log"
	collect "client1:$LAB/client1/metrics"
	expect_status 0
	expect_text "    1 copied" "7 unchanged"
	diff -r --exclude=clock.json "$LAB/client1/metrics" out/collected/machine_1
}

@test "a machine that is down is named and skipped, and the rest is collected" {
	metrics 1 1
	metrics 3 1
	printf 'Host client2\nHostName 127.0.0.1\nPort %d\n' "$(free_ports 1)" | cat - "$LAB/ssh_config" >config
	collect --ssh-config config "client1:$LAB/client1/metrics" "client2:$LAB/client2/metrics" \
		"client3:$LAB/client3/metrics"
	expect_status 6
	expect_text "✗ client2: cannot connect to 127.0.0.1:" "connection refused; machine 2 is missing from the report" \
		"✓ Successfully collected metrics from machine 3"
	[[ -e out/collected/machine_3/machine_3_client_1.json && ! -e out/collected/machine_2 ]]
}

@test "a machine without the folder, or without metrics in it, is named" {
	printf 'x\n' >"$LAB/client1/metrics/notes.txt"
	collect "client1:$LAB/client1/metrics" "client2:/no such folder"
	expect_status 1
	expect_text "client1:$LAB/client1/metrics: no metric files" "/no such folder: No such file or directory"
	[[ ! -e out ]]
}

@test "folders with spaces and quotes are found" {
	local folder="$LAB/client1/metrics/it's a \"folder\" \$HOME"
	mkdir "$folder"
	printf '{}\n' >"$folder/machine_1_client_1.json"
	collect "client1:$folder"
	expect_status 0
	[[ -e out/collected/machine_1/machine_1_client_1.json ]]
}

@test "only metric files are taken, and those of CloudP2P's folders too" {
	local folder=$LAB/client1/metrics
	mkdir "$folder/machine_4" "$folder/other" "$folder/machine_1_client_9.json"
	printf '{}\n' | tee "$folder/machine_4/client_1.json" "$folder/other/client_1.json" \
		"$folder/machine_1_client_1.json" "$folder/host_a.jsonl" "$folder/probe_b.jsonl" \
		"$folder/id_rsa" "$folder/.bashrc" "$folder/$(printf 'machine_1_\033client_1.json')" >/dev/null
	ln -s /etc/passwd "$folder/machine_1_client_2.json"
	ln -s other "$folder/machine_5"
	mkfifo "$folder/machine_1_client_3.json"
	collect "client1:$folder"
	expect_status 0
	expect_text "names with '/' or control characters, passed over: 1"
	[[ $(cd out/collected/machine_1 && find . -type f | sort | tr '\n' ' ') == "./clock.json ./host_a.jsonl ./machine_1_client_1.json ./machine_4/client_1.json ./probe_b.jsonl " ]]
}

# hostile_machine [WORD]: client1 has the SFTP server of hostile_sftp.py.
hostile_machine() {
	"$PROJECT/tests/lab/lab.sh" down "$LAB-hostile"
	LAB_SFTP="$PROJECT/tests/lab/hostile_sftp.py ${1-}" \
		"$PROJECT/tests/lab/lab.sh" up 0 servers 1 clients "$LAB-hostile"
	export RINGSTORM_SSH_CONFIG=$LAB-hostile/ssh_config
}

@test "names that would leave the folder and a file without end harm nothing" {
	hostile_machine
	collect --max-file-bytes 3M client1:metrics
	expect_status 6
	expect_text "Files of machine 1 that are missing: 1" "machine_1_client_5.json is larger than 3.1 MB" \
		"names with '/' or control characters, passed over: 4"
	[[ $(find . -type f ! -name clock.json | wc -l) -eq 0 ]]
}

@test "a folder without end is given up" {
	hostile_machine endless
	collect --max-files 5k client1:metrics
	expect_status 1
	expect_text "more than 5000 files; raise --max-files"
	[[ ! -e out ]]
}

@test "a machine that stops answering in the middle is given up" {
	hostile_machine hang
	run "$BIN/collect_metrics" --output-dir out --connect-timeout 1s client1:metrics
	expect_status 1
	expect_text "machine_1_client_5.json: timed out; machine 1 is missing"
	[[ -z $(find out -type f) ]]
}

@test "a file that says it is too large is left out, and the others are taken" {
	metrics 1 2
	truncate --size=2M "$LAB/client1/metrics/machine_1_client_1.log"
	collect --max-file-bytes 1M "client1:$LAB/client1/metrics"
	expect_status 6
	expect_text "machine_1_client_1.log is larger than 1.0 MB; raise --max-file-bytes"
	[[ -e out/collected/machine_1/machine_1_client_2.log && ! -e out/collected/machine_1/machine_1_client_1.log ]]
}

@test "a full disk here is an error that leaves no half file" {
	((EUID == 0)) || skip "only root can make a small disk"
	metrics 1 1
	head --bytes=1M /dev/urandom >"$LAB/client1/metrics/machine_1_client_2.json"
	mkdir full
	mount -t tmpfs -o size=256k tmpfs full
	: >full/mounted
	run "$BIN/collect_metrics" --output-dir full "client1:$LAB/client1/metrics"
	expect_status 1
	expect_text "No space left on device"
	[[ ! -e full/collected/machine_1/machine_1_client_2.json ]]
	[[ -z $(find full -name '*.tmp') ]]
}

@test "an interrupted collection leaves no half file" {
	head --bytes=64M /dev/zero >"$LAB/client1/metrics/machine_1_client_1.json"
	"$BIN/collect_metrics" --output-dir out "client1:$LAB/client1/metrics" &>log 3>&- &
	local pid=$!
	wait_until 10 eval '[[ -n $(find out -name "*.tmp" 2>/dev/null) ]]'
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[[ $status -eq 143 && -z $(find out -name '*.tmp') ]]
}
