# shellcheck shell=bash
# rates.sh - for find_capacity.sh: reckoning with numbers that have fractions.

# number TEXT UNIT: TEXT without that unit.
number() {
	local text=${1%"$2"}
	[[ $text =~ ^[0-9]{1,9}(\.[0-9]{1,3})?$ && ! $text =~ ^[0.]+$ ]] ||
		die 2 "'$1' is not a number above 0${2:+, such as 100$2}"
	printf '%s\n' "$text"
}

# holds COMPARISON
holds() {
	local answer
	answer=$(bc <<<"$1")
	[[ $answer == 1 ]]
}

# rounded EXPRESSION: to what people say.
# shellcheck disable=SC2310 # the status of `holds` is its answer
rounded() {
	local digits=2 rate
	rate=$(bc <<<"scale=6; r = $1; scale=3; r / 1")
	! holds "$rate >= 100" || digits=0
	LC_ALL=C printf '%.*f\n' "$digits" "$rate"
}
