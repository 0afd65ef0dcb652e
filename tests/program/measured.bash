# measured.bash - what a load has measured, from its files in $out: `load measured`
# after helpers.
# shellcheck shell=bash disable=SC2154 # out is the tests'

# total NAME: the sum of a figure over the clients' files.
total() {
	cat "$out"/machine_*_client_*.json | jq --slurp "map(.aggregated_stats.$1) | add"
}

# intervals FILTER: over the lines of the timeline.
intervals() {
	jq --slurp --raw-output "$1" "$out"/machine_*_timeline.jsonl
}
