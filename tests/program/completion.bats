#!/usr/bin/env bats
# bash completion: what it offers is what --help says.
load helpers

# offered WORD...: what is offered for the last of them.
offered() {
	local function
	# shellcheck source=src/ringstorm.bash
	source "$PROJECT/src/ringstorm.bash"
	function=$(complete -p "${1##*/}")
	function=${function#* -F }
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	"${function%% *}"
	((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
}

flags_of_help() {
	"$BIN/$1" --help | grep --only-matching --extended-regexp '^  --[a-z0-9N-]+' |
		tr --delete ' ' | sed 's/-N-/-1-/' | sort --unique
}

@test "every flag of every program's --help is offered, and no other" {
	local folder program
	for folder in "$PROJECT"/src/*/; do
		program=$(basename "$folder")
		[[ $program != lib && $program != wire ]] || continue
		[[ -n $(flags_of_help "$program") ]]
		diff <(flags_of_help "$program") <(offered "$BIN/$program" --)
	done
}

@test "a script offers the flags of the program that takes its options, too" {
	[[ $(offered "$PROJECT/scripts/run_scenario.sh" --check-body-sh) == --check-body-sha256 ]]
	[[ $(offered "$PROJECT/scripts/aggregate_metrics.sh" --thresh) == --thresholds ]]
}

@test "after a choice its words are offered" {
	[[ $(offered "$BIN/fault_ring" --pattern r) == $'ring\nrandom' ]]
}

@test "after a file's flag the files are offered, after a folder's the folders" {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir reports
	touch report.conf
	[[ $(offered "$BIN/aggregate" --conf rep | sort) == $'report.conf\nreports' ]]
	[[ $(offered "$BIN/aggregate" --output-dir rep) == reports ]]
}

@test "what can be no flag offers nothing, and says nothing" {
	run offered "$BIN/aggregate" --a/b ''
	expect_status 0
	[[ -z $output ]]
}

@test "the opposite of a flag is offered once it is begun" {
	[[ $(offered "$BIN/live_view" --no-l) == --no-lines ]]
	[[ $(offered "$BIN/live_view" --) != *--no-lines* ]]
}

@test "the flags of one server are offered with its number" {
	[[ $(offered "$BIN/fault_ring" --server-12-ho) == --server-12-host ]]
}

@test "a script's own options are offered, and those of the program that it runs" {
	local options
	options=$(offered "$PROJECT/scripts/full_test.sh" --)
	[[ $options == *--faults-after* && $options == *--share* && $options == *--num-clients* ]]
	[[ $(offered "$PROJECT/scripts/fault_simulation.sh" --num-c) == --num-cycles ]]
}

@test "ringstorm's commands are offered, and their options" {
	PATH=$BIN:$PATH
	[[ $(offered "$PROJECT/scripts/ringstorm.sh" find) == find_capacity ]]
	[[ $(offered "$PROJECT/scripts/ringstorm.sh" find_capacity --pre) == --precision ]]
	[[ $(offered "$PROJECT/scripts/ringstorm.sh" find_capacity --num-cl) == --num-clients ]]
}
