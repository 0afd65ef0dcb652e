#!/usr/bin/env bash
# fault_simulation.sh [CONF] [OPTION...] - kills and restarts the servers of a
# ring one after the other, over SSH, as config/fault_sim.conf (or CONF) says, and
# sees that each died and came back. Every OPTION of fault_ring beats the conf
# file: --fault pause, --num-cycles 1, --dry-run, ... (fault_ring --help).
#
# Events: LOG_FILE (fault_events.log), and fault_events.jsonl beside it for the
# report. Ctrl-C heals what is broken and stops; --heal undoes whatever an
# earlier run has left.
here=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
# shellcheck source=scripts/lib/common.sh
source "${here%/*}/lib/common.sh"

main() {
	local conf
	[[ ${1-} != -h && ${1-} != --help ]] || usage
	need_program fault_ring
	if [[ -n ${1-} && ${1-} != -* ]]; then
		conf=$1
		shift
	else
		conf=$(conf_path fault_sim.conf)
	fi
	# The servers that fault_ring starts have work folders of their own.
	unset WORK_DIR
	exec "$BIN/fault_ring" --conf "$conf" "$@"
}

main "$@"
