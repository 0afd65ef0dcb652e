#!/usr/bin/env bash
# history.sh [OPTION...] [FOLDER] - the runs under metrics/ (or FOLDER) that have
# a final_report.json: verdict and key figures, the oldest first, the baseline
# with a star.
#
#   --baseline RUN   first make RUN (the name of its folder, or its path) the
#                    baseline: metrics/baseline, which compare RUN compares with
#   --trend FILE     draw the figures, from run to run, on a page there, too
#
# Exit code: 0; 1, there is no such run, or none at all.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"

folder=metrics baseline='' trend=''

read_options() {
	while (($# > 0)); do
		case $1 in
			-h | --help) usage ;;
			--baseline | --trend)
				(($# > 1)) || die 2 "$1 needs a value"
				printf -v "${1#--}" '%s' "$2"
				shift
				;;
			-*) die 2 "no option '$1'; see $SCRIPT --help" ;;
			*) folder=${1%/} ;;
		esac
		shift
	done
	folder=${folder:-/}
}

# mark RUN: the link is put in its place in one step.
mark() {
	local run=$1 target link
	[[ -d $run ]] || run=$folder/$1
	[[ -e $run/final_report.json ]] || die 1 "there is no run $1 with a final_report.json in $folder"
	link=$folder/baseline
	[[ -L $link || ! -e $link ]] || die 1 "$link is no link; move it away"
	target=$(realpath --relative-to="$folder" -- "$run")
	ln --symbolic --force --no-target-directory -- "$target" "$link.new"
	mv --no-target-directory -- "$link.new" "$link"
}

main() {
	local report runs=() options=()
	read_options "$@"
	need_program compare
	[[ -z $baseline ]] || mark "$baseline"
	shopt -s nullglob
	for report in "$folder"/*/final_report.json; do
		[[ -L ${report%/*} ]] || runs+=("${report%/*}")
	done
	shopt -u nullglob
	((${#runs[@]} > 0)) || die 1 "no folder in $folder has a final_report.json"
	[[ -z $trend ]] || options+=(--trend "$trend")
	"$BIN/compare" --list --baseline "$folder/baseline" "${options[@]}" -- "${runs[@]}"
}

main "$@"
