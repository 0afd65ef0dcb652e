# shellcheck shell=bash disable=SC2154 # what it needs is set by stress_test.sh
# checks.sh - for stress_test.sh: what can be known to be wrong before the first
# client starts.

# At least one server takes connections; those that do not are named.
check_servers() {
	local address answered=''
	for address in "${SERVER_ADDRESSES[@]}"; do
		# shellcheck disable=SC2310 # its status is the answer
		if answers "$address"; then
			answered=yes
		else
			warn "$address does not answer"
		fi
	done
	[[ -n $answered ]] ||
		die 1 "no server answered: start them (scripts/start_server.sh ID), or name others in SERVER_ADDRESSES"
}

# check_target OPTION...: it is there and answers, as stress_client asks it.
check_target() {
	local status=0
	"$CLIENT_BINARY" "$@" --check >"$work/check" || status=$?
	((status == 0)) || {
		cat -- "$work/check" >&2
		exit "$status"
	}
}

# check DRIVER OPTION...: everything that can be known to be wrong before the first
# client starts.
check() {
	local -a pictures
	need parallel bc flock pgrep
	[[ -x $CLIENT_BINARY ]] || die 1 "$CLIENT_BINARY is not there; build it with: make -C $ROOT"
	if ! { mkdir --parents -- "$METRICS_OUTPUT_DIR/previous" &&
		exec {lock}>"$METRICS_OUTPUT_DIR/previous/.machine_$MACHINE_ID.lock"; }; then
		die 1 "cannot write to METRICS_OUTPUT_DIR $METRICS_OUTPUT_DIR"
	fi
	flock --nonblock "$lock" ||
		die 1 "machine $MACHINE_ID has a stress test running into $METRICS_OUTPUT_DIR already"
	if [[ $1 != cloudp2p ]]; then
		check_target "${@:2}"
		return
	fi
	shopt -s nullglob
	pictures=("$IMAGE_DIRECTORY"/*.{png,jpg,jpeg})
	shopt -u nullglob
	((${#pictures[@]} > 0)) || die 2 "no picture (png, jpg, jpeg) in IMAGE_DIRECTORY $IMAGE_DIRECTORY"
	check_servers
}
