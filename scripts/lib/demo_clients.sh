# shellcheck shell=bash disable=SC2154 # what it needs is set by demo.sh
# demo_clients.sh - for demo.sh: the load.

# shellcheck disable=SC2034 # for demo.sh
client='' # the pid of stress_client

write_client_conf() {
	cat >"$FOLDER/config/stress_test.conf" <<-END
		MACHINE_ID=1
		NUM_CLIENTS=$CLIENTS
		REQUESTS_PER_CLIENT=$REQUESTS
		MIN_DELAY_MS=500
		MAX_DELAY_MS=1200
		TIMELINE_MS=100
		SERVER_ADDRESSES=( ${addresses[*]@Q} )
		IMAGE_DIRECTORY="$ROOT/test_images"
		IMAGE_MIX=( "small.png=40" "medium.jpg=2" )
		METRICS_OUTPUT_DIR="$FOLDER"
	END
}

# stop_client: also one that an earlier demo has left running as it was killed.
stop_client() {
	local pid program
	[[ -e $FOLDER/client.pid ]] || return 0
	pid=$(<"$FOLDER/client.pid")
	program=$(readlink "/proc/$pid/exe") || return 0
	[[ $program != */stress_client ]] || kill -TERM "$pid"
}
