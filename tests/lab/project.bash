# shellcheck shell=bash disable=SC2154 # LAB_* and BIN are the sourcing script's
# project.bash - the conf files of a whole test in a lab, written to ./config:
# servers in ~/ringstorm of their hosts, clients in that of theirs.

# lab_address KIND N
lab_address() {
	local variable=LAB_${1}_$2
	printf '%s' "${!variable}"
}

# write_server_conf ID: intervals short enough for a test.
write_server_conf() {
	local id=$1 other address
	address=$(lab_address SERVER "$id")
	{
		printf 'ID=%d\nADDRESS="%s:8001"\nPEERS=(' "$id" "$address"
		for ((other = 1; other <= LAB_SERVERS; other++)); do
			address=$(lab_address SERVER "$other")
			((other == id)) || printf ' "%d@%s:8001"' "$other" "$address"
		done
		printf ' )\nFAILURE_TIMEOUT=1s\nHEARTBEAT_INTERVAL=200ms\nMONITOR_INTERVAL=200ms\n'
	} >"config/server$id.conf"
}

# write_fault_conf LINE...: the servers and their check, and the lines.
write_fault_conf() {
	local id address
	{
		printf '%s\n' "$@"
		printf 'READY_COMMAND="%s --conf %s --check --image-directory %s"\n' \
			"$BIN/stress_client" "$PWD/config/stress_test.conf" "$PWD/test_images"
		for ((id = 1; id <= LAB_SERVERS; id++)); do
			address=$(lab_address SERVER "$id")
			printf 'SERVER_%d_%s\n' "$id" "HOST=server$id" "$id" "CONFIG=config/server$id.conf" \
				"$id" "WORK_DIR=ringstorm" "$id" "READY_ADDRESS=\"$address:8001\""
		done
	} >config/fault_sim.conf
}

# write_project: all but stress_test.conf and fault_sim.conf.
write_project() {
	local id address
	mkdir --parents config
	for ((id = 1; id <= LAB_SERVERS; id++)); do
		write_server_conf "$id"
	done
	{
		printf 'ASSIGNMENT_TIMEOUT_MS=500\nASSIGNMENT_PAUSE_MS=200\nSTATUS_POLL_MS=300\nREQUEST_TIMEOUT_MS=3000\nSERVER_ADDRESSES=('
		for ((id = 1; id <= LAB_SERVERS; id++)); do
			address=$(lab_address SERVER "$id")
			printf ' "%s:8001"' "$address"
		done
		printf ' )\n'
	} >config/client_stress.conf
	eval "printf 'CLIENT_MACHINES=(%s )\n' \"\$(printf ' \"server%d:ringstorm/metrics\"' {1..$LAB_SERVERS})\"" >config/servers.conf
	eval "printf 'CLIENT_MACHINES=(%s )\n' \"\$(printf ' \"client%d:~/ringstorm/metrics\"' {1..$LAB_CLIENTS})\"" >config/aggregate.conf
}
