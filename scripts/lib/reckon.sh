# shellcheck shell=bash
# reckon.sh - with numbers that have fractions.

# number TEXT UNIT: TEXT without that unit.
number() {
	local text=${1%"$2"}
	[[ $text =~ ^[0-9]{1,9}(\.[0-9]{1,3})?$ && ! $text =~ ^[0.]+$ ]] ||
		die 2 "'$1' is not a number above 0${2:+, such as 100$2}"
	printf '%s\n' "$text"
}

# calculated EXPRESSION: to three decimals at most.
calculated() {
	local value
	value=$(bc <<<"scale=6; $1")
	LC_ALL=C printf '%.15g\n' "$(LC_ALL=C printf '%.3f' "$value")"
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
	local digits=2 value
	value=$(calculated "$1")
	! holds "$value >= 100" || digits=0
	LC_ALL=C printf '%.*f\n' "$digits" "$value"
}
