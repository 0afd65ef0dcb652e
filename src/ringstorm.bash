# shellcheck shell=bash disable=SC2312 # where nothing comes, nothing is offered
# ringstorm.bash - completion for bash. What is offered is read from the --help of
# the program that is typed, so it is always that of the one installed; the tree's
# own is had by: source src/ringstorm.bash

# _ringstorm_help COMMAND...: its --help, and that of what takes its other options.
_ringstorm_help() {
	local command=$1 name=${2:-${1##*/}}
	local -a more=()
	name=${name%.sh}
	command "$@" --help </dev/null 2>/dev/null
	case $name in
		nightly) more=(full_test run_distributed stress_test) ;;
		full_test) more=(run_distributed stress_test) ;;
		run_distributed) more=(stress_test) ;;
	esac
	for name in "${more[@]}"; do
		if (($# > 1)); then
			command "$command" "$name" --help </dev/null 2>/dev/null
		else
			command "${command%/*}/$name.sh" --help </dev/null 2>/dev/null
		fi
	done
	case ${more[*]:-$name} in
		*stress_test | find_capacity | run_scenario) name=stress_client ;;
		aggregate_metrics) name=aggregate ;;
		fault_simulation) name=fault_ring ;;
		*) return 0 ;;
	esac
	if (($# > 1)); then
		command "$command" "$name" --help </dev/null 2>/dev/null
	else
		command "${command%/*}/../bin/$name" --help </dev/null 2>/dev/null
	fi
}

# _ringstorm_value METAVAR: what may stand after a flag, for $cur.
_ringstorm_value() {
	case $1 in
		FILE* | PATH*) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
		DIR | FOLDER) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
		*'|'*)
			local words=${1//\'/}
			mapfile -t COMPREPLY < <(compgen -W "${words//|/ }" -- "$cur")
			;;
	esac
}

# _ringstorm_flags HELP: those that begin as $cur does. The flags of servers have a
# number, the one that is typed.
_ringstorm_flags() {
	local number=1 flags
	[[ ! $cur =~ ^--[a-z]+-([0-9]+)- ]] || number=${BASH_REMATCH[1]}
	flags=$(sed --quiet --regexp-extended "s/^ {2,3}(--[a-z][a-z0-9N-]*).*/\1/; T; s/-N-/-$number-/; p" <<<"$1")
	if [[ $cur == --no-* ]]; then
		flags+=" $(sed --quiet --regexp-extended 's/^  --([a-z][a-z0-9-]*)( {2}.*)?$/--no-\1/p' <<<"$1")"
	fi
	mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$cur" | sort --unique)
}

_ringstorm() {
	local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local help flag metavar
	local -a command=("${COMP_WORDS[0]/#\~/$HOME}")
	COMPREPLY=()
	if [[ ${command[0]##*/} == ringstorm?(.sh) ]]; then
		if ((COMP_CWORD == 1)); then
			help=$(command "${command[0]}" --help 2>/dev/null | sed --quiet --regexp-extended 's/^  ([a-z_]+)$/\1/p')
			mapfile -t COMPREPLY < <(compgen -W "$help --help" -- "$cur")
			return
		fi
		command+=("${COMP_WORDS[1]}")
	fi
	[[ $cur == -* || $previous == --* ]] || return 0
	help=$(_ringstorm_help "${command[@]}")
	if [[ $cur == -* ]]; then
		_ringstorm_flags "$help"
		return
	fi
	[[ $previous =~ ^--[a-z][a-z0-9-]*$ ]] || return 0
	flag=$(sed --regexp-extended 's/^(--[a-z]+-)[0-9]+-/\1N-/' <<<"$previous")
	metavar=$(sed --quiet --regexp-extended "s/^ {2,3}$flag ([^ ]+).*/\1/p" <<<"$help" | head --lines=1)
	_ringstorm_value "$metavar"
}

# Where nothing is offered, file names are.
_ringstorm_commands() {
	local programs="ringstorm @PROGRAMS@" here script
	here=${BASH_SOURCE[0]%/*}
	if [[ $programs == *@* ]]; then
		programs=''
		for script in "$here"/*/; do
			script=${script%/}
			[[ ${script##*/} == @(lib|wire) ]] || programs+=" ${script##*/}"
		done
		for script in "$here"/../scripts/*.sh; do
			programs+=" ${script##*/}"
		done
	fi
	# shellcheck disable=SC2086 # one word each
	complete -o bashdefault -o default -F _ringstorm $programs
}
_ringstorm_commands
unset -f _ringstorm_commands
