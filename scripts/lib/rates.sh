# rates.sh - reckoning with numbers that have fractions.
# shellcheck shell=bash

# number TEXT UNIT: TEXT without that unit.
number() {
	local text=${1%"$2"}
	[[ $text =~ ^[0-9]{1,9}(\.[0-9]{1,3})?$ && ! $text =~ ^[0.]+$ ]] ||
		die 2 "'$1' is not a number above 0${2:+, such as 100$2}"
	printf '%s\n' "$text"
}

# calc EXPRESSION: to three decimals.
calc() {
	bc <<<"scale=6; r = $1; scale=3; r / 1"
}

# holds COMPARISON
holds() {
	local answer
	answer=$(bc <<<"$1")
	[[ $answer == 1 ]]
}

# rounded RATE: to what people say.
# shellcheck disable=SC2310 # the status of `holds` is its answer
rounded() {
	local digits=2
	! holds "$1 >= 100" || digits=0
	LC_ALL=C printf '%.*f\n' "$digits" "$1"
}
