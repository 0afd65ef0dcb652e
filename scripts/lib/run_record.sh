# shellcheck shell=bash disable=SC2154 # run_id is theirs
# run_record.sh - for full_test.sh and run_scenario.sh: what a run was, beside its
# results, and the report of these.

# json_text TEXT: as a JSON string.
json_text() {
	local text=${1//\\/\\\\}
	text=${text//\"/\\\"}
	printf '"%s"' "${text//[[:cntrl:]]/ }"
}

# json_list TEXT...: as an array of strings.
json_list() {
	local separator=''
	printf '['
	while (($# > 0)); do
		printf '%s' "$separator"
		json_text "$1"
		separator=', '
		shift
	done
	printf ']'
}

# json_programs: each with its hash.
json_programs() {
	local program sum separator=''
	for program in "$BIN"/*; do
		[[ -f $program ]] || continue
		sum=$(sha256sum <"$program")
		printf '%s\n\t\t' "$separator"
		json_text "${program##*/}"
		printf ': "%s"' "${sum%% *}"
		separator=,
	done
}

# write_run FOLDER RUN_ID OPTION...: run.json, and the conf files as they are now,
# those among the options too.
write_run() {
	local version host now conf
	local -a words
	mkdir --parents -- "$1/config"
	for conf in aggregate anomalies fault_sim stress_test client_stress; do
		conf=$(conf_path "$conf.conf")
		[[ ! -e $conf ]] || cp -- "$conf" "$1/config"
	done
	here_or_installed "${@:3}"
	for conf in "${words[@]}"; do
		[[ $conf != *.conf || ! -e $conf ]] || cp -- "$conf" "$1/config"
	done
	version=$("$BIN/aggregate" --version)
	host=$(uname --kernel-name --nodename --kernel-release --machine)
	now=$(date +%s%3N)
	{
		printf '{\n\t"schema": "ringstorm-test/1",\n\t"run_id": '
		json_text "$2"
		printf ',\n\t"start_unix_ms": %d,\n\t"version": ' "$now"
		json_text "$version"
		printf ',\n\t"controller": '
		json_text "$host"
		printf ',\n\t"client_machines": '
		json_list "${CLIENT_MACHINES[@]}"
		printf ',\n\t"options": '
		json_list "${@:3}"
		printf ',\n\t"sha256": {'
		json_programs
		printf '\n\t}\n}\n'
	} >"$1/run.json.new"
	mv -- "$1/run.json.new" "$1/run.json"
}

# report_to FOLDER MACHINES OPTION...: of aggregate; worsens `worst`. What the test
# has cost stands in the report, or is said where there is none.
report_to() {
	local code=0 paid
	paid=$(actual_cost "$2" "$SECONDS")
	"$BIN/aggregate" ${paid:+--cost "$paid"} "${@:3}" || code=$?
	[[ -z $paid || -e $1/final_report.json ]] || printf 'Cost: %s\n' "$paid"
	# Where there is nothing of this run the load could not be.
	((code != 2)) || grep --recursive --quiet --no-messages --fixed-strings -- "$run_id" "$1/collected" || code=1
	worse "$code"
}
