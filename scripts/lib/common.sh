# shellcheck shell=bash
# common.sh - what the scripts share; each sources it first.
#
# In a source tree the scripts work in that tree, wherever they are called
# from; installed (make install), in the current folder; with WORK_DIR set, in
# that one. metrics/ and logs/ are made where they work, and config/NAME.conf is
# taken from there, else from the place of installation.
#
# BIN names another folder of programs (a sanitized build, for example).
set -euo pipefail
shopt -s inherit_errexit

SELF=$(readlink --canonicalize -- "$0")
SCRIPT=${SELF##*/}
ROOT=$(readlink --canonicalize -- "${BASH_SOURCE[0]}")
ROOT=${ROOT%/scripts/lib/*}
BIN=$(readlink --canonicalize-missing -- "${BIN:-$ROOT/bin}")
readonly SELF SCRIPT ROOT BIN
export PATH # cron and env -i may leave it to bash, which keeps it to itself
if [[ -n ${WORK_DIR:-} ]]; then
	cd -- "$WORK_DIR"
	export WORK_DIR=$PWD
elif [[ -e $ROOT/Makefile ]]; then
	cd -- "$ROOT"
fi

# warn TEXT: to stderr, with the script's name.
warn() {
	printf '%s: %s\n' "$SCRIPT" "$1" >&2
}

# die CODE TEXT: the codes are those of src/lib/err.h.
die() {
	warn "$2"
	exit "$1"
}

# stamp TEXT: a line of the log that people read.
stamp() {
	printf '[%(%Y-%m-%d %H:%M:%S)T] %s\n' -1 "$1"
}

# usage: print the comment at the head of the script, and end.
usage() {
	sed --quiet '2,/^[^#]/s/^# \{0,1\}//p' "$SELF"
	exit 0
}

# need COMMAND...: end here when one is missing.
need() {
	local command
	for command in "$@"; do
		command -v "$command" >/dev/null ||
			die 1 "$command is missing; install what ringstorm needs with: $ROOT/scripts/setup.sh"
	done
}

# need_program NAME...: end here when one of ours is not built.
need_program() {
	local name
	for name in "$@"; do
		[[ -x $BIN/$name ]] || die 1 "$BIN/$name is not there; build it with: make -C $ROOT"
	done
}

# conf_path NAME.conf: the one in ./config, else the installed one.
conf_path() {
	if [[ -e config/$1 ]]; then
		printf 'config/%s\n' "$1"
	else
		printf '%s\n' "$ROOT/config/$1"
	fi
}

# here_or_installed WORD...: sets `words`: where a word names a file of config/ that is
# not in ./config, the installed one.
here_or_installed() {
	local word file
	words=()
	for word in "$@"; do
		file=${word#--conf=}
		[[ $file != config/* || -e $file || ! -e $ROOT/$file ]] || word=${word%"$file"}$ROOT/$file
		words+=("$word")
	done
}

# read_conf PROGRAM ARGUMENT...: the program's settings as variables of this
# script. The program has read and checked the conf file; its output is quoted
# for the shell.
read_conf() {
	local settings
	settings=$("$BIN/$1" "${@:2}" --print-conf) || exit
	eval "$settings"
}

# worse CODE: keeps the worst of all in `worst`, that of a signal above all. What is
# none of our codes, such as that of a program that was killed, is 1.
worse() {
	local known code=1 worst_so_far=$worst
	((worst < 128)) || return 0
	[[ $1 != [0-6] ]] || code=$1
	for known in 0 1 3 4 5 6 2; do
		[[ $known != "$worst_so_far" && $known != "$code" ]] || worst=$known
	done
}

# new_run_id: sets `run_id`; two of one second differ in their end.
# shellcheck disable=SC2034 # it is for whoever calls
new_run_id() {
	TZ=UTC0 printf -v run_id '%(%Y-%m-%dT%H:%M:%SZ)T-%04x' -1 "$RANDOM"
}

caught=0 # 130 or 143 after a signal

# hand_on CODE [PID...]: for a trap. A signal has come; the children, which
# `ended` waits for, are told. Without one the script ends.
hand_on() {
	caught=$1
	shift
	(($# > 0)) || exit "$caught"
	kill -TERM "$@" 2>/dev/null || true
}

# ended PID: waits until this child has, whatever trapped signals come meanwhile;
# sets `code` to its exit code.
# shellcheck disable=SC2034 # code is for whoever calls
ended() {
	while kill -0 "$1" 2>/dev/null; do
		wait "$1" || true
	done
	code=0
	wait "$1" || code=$?
}

# answers HOST:PORT: whether something takes connections there.
answers() {
	local host=${1%:*}
	host=${host#[}
	# shellcheck disable=SC2016 # for the inner bash
	timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2"' - "${host%]}" "${1##*:}" 2>/dev/null
}
