#!/usr/bin/env bash
# run.sh PROGRAM... - run the benches (the built programs given, then the
# scripts of this folder) and keep what they print, with the machine and the
# date, in RESULTS.md. Figures for people: nothing here passes or fails.
set -euo pipefail
shopt -s inherit_errexit

machine() {
	local model memory system compiler
	model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
	memory=$(awk '/^MemTotal/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo)
	system=$(uname --kernel-name --kernel-release)
	compiler=$(gcc -dumpfullversion)
	printf '# Figures of the benches\n\nMade by "make bench"; they hold for this machine and day only.\n\n'
	printf -- '- date: %(%Y-%m-%d)T\n- machine: %s, %s cores, %s\n' -1 "$model" "$1" "$memory"
	printf -- '- system: %s, gcc %s\n' "$system" "$compiler"
}

main() {
	local here bench cores
	here=$(dirname -- "${BASH_SOURCE[0]}")
	cores=$(nproc)
	for bench in "$here"/*.sh; do
		[[ $bench == */run.sh ]] || set -- "$@" "$bench"
	done
	{
		machine "$cores"
		for bench in "$@"; do
			printf '\n## %s\n\n' "$(basename -- "$bench")"
			"$bench" 2>&1 | sed 's/^\(.\)/    \1/'
		done
	} | tee "$here/RESULTS.md.new"
	mv -- "$here/RESULTS.md.new" "$here/RESULTS.md"
}

main "$@"
