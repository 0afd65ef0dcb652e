#include "fault_ring/shell.h"

#include <stdio.h>
#include <string.h>

/* Single quotes are avoided where they can be: each costs four bytes when the
 * text is quoted in its turn. */

static const char talking[] =
    "say() { printf \"%s\\n\" \"$*\"; }\n"
    "give_up() { say \"why $*\"; exit 1; }\n"
    "now_ms() {\n"
    "	now=$(date +%s%3N)\n"
    "	case $now in *[!0-9]*) now=$(date +%s)000 ;; esac\n"
    "	echo \"$now\"\n"
    "}\n"
    "# await MS QUESTION: asks from $began on; sets took.\n"
    "await() {\n"
    "	until \"$2\"; do\n"
    "		took=$(($(now_ms) - began))\n"
    "		[ \"$took\" -lt \"$1\" ] || return 1\n"
    "		if [ \"$took\" -lt 1000 ]; then sleep 0.002; else sleep 0.05; "
    "fi\n"
    "	done\n"
    "	took=$(($(now_ms) - began))\n"
    "}\n"
    "root() {\n"
    "	if [ \"$(id -u)\" = 0 ]; then \"$@\"; else sudo -n \"$@\"; fi\n"
    "}\n";

/* Which process is the server: never one that a file merely says is. */
static const char finding[] =
    "# look PID: sets state and born; fails when it has ended.\n"
    "look() {\n"
    "	state='' born=''\n"
    "	{ read -r line <\"/proc/$1/stat\"; } 2>/dev/null || return 1\n"
    "	set -- ${line##*) }\n"
    "	state=$1; shift 19; born=$1\n"
    "	[ \"$state\" != Z ] && [ \"$state\" != X ]\n"
    "}\n"
    "# lives: the process that was found first, not another of its number.\n"
    "lives() {\n"
    "	[ -n \"$pid\" ] && look \"$pid\" && [ \"$born\" = \"$birth\" ]\n"
    "}\n"
    "# is_server PID: it runs the binary and names the configuration.\n"
    "is_server() {\n"
    "	words=$(tr \"\\000\" \"\\n\" 2>/dev/null <\"/proc/$1/cmdline\") || "
    "return 1\n"
    "	runs=no named=no nth=0\n"
    "	[ -n \"$config\" ] || named=yes\n"
    "	[ ! \"/proc/$1/exe\" -ef \"$binary\" ] || runs=yes\n"
    "	old=$IFS; IFS=$newline; set -f\n"
    "	for word in $words; do\n"
    "		nth=$((nth + 1))\n"
    "		[ $nth -gt 2 ] || [ \"${word##*/}\" != \"${binary##*/}\" ] || "
    "runs=yes\n"
    "		word=${word#--*=}\n"
    "		case $word in /*) ;; *) word=/proc/$1/cwd/$word ;; esac\n"
    "		[ -z \"$config\" ] || [ ! \"$word\" -ef \"$config\" ] || "
    "named=yes\n"
    "	done\n"
    "	IFS=$old; set +f\n"
    "	[ $runs$named = yesyes ]\n"
    "}\n"
    "# find_server: sets pid and birth, or why; 2: several might be it.\n"
    "find_server() {\n"
    "	pid='' birth=''\n"
    "	if [ -e \"$pid_file\" ]; then\n"
    "		read -r pid line <\"$pid_file\" || :\n"
    "		case $pid in *[!0-9]*) pid='' ;; esac\n"
    "		if [ -n \"$pid\" ] && look \"$pid\"; then\n"
    "			birth=$born\n"
    "			! is_server \"$pid\" || return 0\n"
    "			read -r name <\"/proc/$pid/comm\"\n"
    "			why=\"$pid_file names process $pid, which is $name, "
    "not the server. It was not $done\"\n"
    "			[ -e \"/proc/$pid/cwd/.\" ] || why=\"$pid_file names "
    "process $pid, which is another user's. It was not $done\"\n"
    "			pid=''\n"
    "			return 1\n"
    "		fi\n"
    "		pid=''\n"
    "	fi\n"
    "	why=\"server $id is not running: neither $pid_file nor a process "
    "of $binary${config:+ with $config}\"\n"
    "	[ -n \"$config\" ] || return 1\n"
    "	for found in $(grep -lsF -e \"${config##*/}\" "
    "/proc/[0-9]*/cmdline); do\n"
    "		found=${found#/proc/}; found=${found%/cmdline}\n"
    "		is_server \"$found\" && look \"$found\" || continue\n"
    "		if [ -n \"$pid\" ]; then\n"
    "			why=\"processes $pid and $found both look like server "
    "$id; give PID_FILE. Neither was $done\"\n"
    "			pid=''\n"
    "			return 2\n"
    "		fi\n"
    "		pid=$found birth=$born\n"
    "	done\n"
    "	[ -n \"$pid\" ]\n"
    "}\n";

static const char serving[] =
    "# listens: something takes connections at the server's port.\n"
    "listens() {\n"
    "	[ -n \"$port\" ] && grep -qs \": [0-9A-F]*:$port_hex "
    "[0-9A-F]*:0000 0A \" /proc/net/tcp /proc/net/tcp6\n"
    "}\n"
    "# is_up: found, not stopped, its port open.\n"
    "is_up() {\n"
    "	if [ -n \"$needs_process\" ]; then\n"
    "		find_server && [ \"$state\" != T ] || return 1\n"
    "	fi\n"
    "	[ -z \"$port\" ] || listens || { why=\"port $port refuses "
    "connections\"; return 1; }\n"
    "	saw=${port:+port $port accepts connections}\n"
    "	saw=${saw:-process $pid runs}\n"
    "}\n"
    "start_server() {\n"
    "	if [ -n \"$start\" ]; then\n"
    "		set -- sh -c \"$start\"\n"
    "	elif [ -x scripts/start_server.sh ]; then\n"
    "		set -- ./scripts/start_server.sh \"$id\"\n"
    "	else\n"
    "		case $config in *.toml) flag=--config ;; *) flag=--conf ;; "
    "esac\n"
    "		set -- sh -c \"echo \\$\\$ >\\\"\\$0\\\"; exec \\\"\\$@\\\"\" "
    "\"$pid_file\" \"$binary\" \"$flag\" \"$config\"\n"
    "	fi\n"
    "	setsid \"$@\" </dev/null >\"$folder/start_$id.log\" 2>&1 9>&- &\n"
    "}\n";

static const char undoing[] =
    "# timer_lives: that which undoes the fault when nobody else has.\n"
    "timer_lives() {\n"
    "	{ read -r timer timer_born <\"$file.timer\"; } 2>/dev/null &&\n"
    "		look \"$timer\" && [ \"$born\" = \"$timer_born\" ]\n"
    "}\n"
    "locked() { flock -n 9; }\n"
    "# take: the undo is ours, by descriptor 9; fails when it is gone.\n"
    "take() {\n"
    "	[ -e \"$file\" ] && command exec 9<\"$file\" || return 1\n"
    "	began=$(now_ms)\n"
    "	await 60000 locked || give_up \"somebody else undoes $file\"\n"
    "	[ -e \"$file\" ]\n"
    "}\n"
    "# undo: heals, sees that it worked, and disarms.\n"
    "undo() {\n"
    "	mkdir -p \"$folder\"\n"
    "	heal\n"
    "	began=$(now_ms)\n"
    "	await \"$recover_ms\" healed || {\n"
    "		said=$(tail -n 3 \"$folder/start_$id.log\" 2>/dev/null | tr "
    "\"\\n\" \" \")\n"
    "		said=${said% }\n"
    "		give_up \"not back within $recover_ms ms${why:+: $why}"
    "${said:+; its start said: $said}\"\n"
    "	}\n"
    "	if timer_lives && [ \"$timer\" != $$ ]; then\n"
    "		kill -s KILL -- \"-$timer\"\n"
    "	fi\n"
    "	rm -f \"$file\" \"$file.timer\"\n"
    "}\n";

const char step_look[] =
    "[ -d \"$work\" ] && cd -- \"$work\" || give_up \"there is no folder "
    "$work\"\n"
    "for tool in flock grep setsid tr; do\n"
    "	command -v $tool >/dev/null || give_up \"$tool is missing there\"\n"
    "done\n"
    "why=$({ mkdir -p \"$folder\" && date >\"$folder/try_$id\"; } 2>&1) ||\n"
    "	give_up \"cannot write to $PWD/$folder: ${why##*: }\"\n"
    "rm -f \"$folder/try_$id\"\n"
    "[ \"$(id -u)\" = 0 ] || [ -z \"${SSH_CONNECTION-}\" ] ||\n"
    "	case $(busctl get-property org.freedesktop.login1 "
    "/org/freedesktop/login1 org.freedesktop.login1.Manager "
    "KillUserProcesses 2>/dev/null) in\n"
    "	*true*) give_up \"its logind has KillUserProcesses=yes, which would "
    "end the timer of an undo with our connection; let that be no, or log in "
    "as root\" ;;\n"
    "	esac\n"
    "say \"work $PWD\"\n"
    "for file in \"$folder/server_$id\"-*.sh; do\n"
    "	[ ! -e \"$file\" ] || say \"armed $file\"\n"
    "done\n"
    "if find_server; then say \"pid $pid\"; else say \"absent $why\"; fi\n"
    "[ -z \"$config\" ] || [ ! -r \"$config\" ] ||\n"
    "	sed -n -e \"s/^ *[Aa][Dd][Dd][Rr][Ee][Ss][Ss] *= *[\\\"']*"
    "\\([^\\\"' #]*:[0-9][0-9]*\\).*/address \\1/p\" \\\n"
    "		-e \"s/^ *LISTEN *= *[\\\"']*"
    "\\([^\\\"' #]*:[0-9][0-9]*\\).*/listen \\1/p\" \"$config\"\n"
    "[ -n \"$start\" ] || [ -x scripts/start_server.sh ] || [ -x "
    "\"$binary\" ] ||\n"
    "	say \"startless neither START_COMMAND nor "
    "./scripts/start_server.sh nor $binary is there\"\n";

/* Peers with an address of this very host are kept apart. */
const char step_ask[] =
    "cd -- \"$work\" || give_up \"there is no folder $work\"\n"
    "if [ -n \"$is_network\" ]; then\n"
    "	command -v ip >/dev/null || give_up \"ip is missing there\"\n"
    "	root true 2>/dev/null || give_up \"neither root nor sudo without a "
    "password\"\n"
    "	[ -n \"$port\" ] || give_up \"its port is not known; give "
    "READY_ADDRESS\"\n"
    "	for name in $peer_names; do\n"
    "		host=${name%:*}; host=${host#[}; host=${host%]}\n"
    "		ip=$(getent ahosts \"$host\" | { read -r ip rest; echo "
    "\"$ip\"; })\n"
    "		[ -n \"$ip\" ] || give_up \"$host is not known there\"\n"
    "		case $(ip -o route get \"$ip\" 2>/dev/null) in\n"
    "		local*) near=\"$near $ip,${name##*:}\" ;;\n"
    "		*) peers=\"$peers $ip,${name##*:}\" ;;\n"
    "		esac\n"
    "	done\n"
    "fi\n"
    "possible || give_up \"$why\"\n"
    "say \"near $near\"\n"
    "say \"peers $peers\"\n"
    "say \"device $device\"\n";

/* In braces the undo is read as a whole before its timer waits, whatever
 * becomes of the file. */
const char step_arm[] =
    "cd -- \"$work\" || give_up \"there is no folder $work\"\n"
    "if ! find_server; then\n"
    "	[ -z \"$needs_process\" ] || give_up \"$why\"\n"
    "fi\n"
    "say \"pid $pid\"\n"
    "say \"birth $birth\"\n"
    "mkdir -p \"$folder\" && {\n"
    "	printf \"pid=%s birth=%s\\n{\\n%s\\n}\\n\" \"$pid\" \"$birth\" \"$1\"\n"
    "} >\"$file.new\" && mv \"$file.new\" \"$file\" ||\n"
    "	{ rm -f \"$file.new\"; give_up \"cannot write its undo to $PWD/$file; "
    "is there room?\"; }\n"
    "for other in \"$folder/server_$id\"-*.sh; do\n"
    "	case $other in \"${file%-*}\"-*) continue ;; esac\n"
    "	rm -f \"$file\"\n"
    "	give_up \"another run is at work there ($other is armed); let it "
    "end, or run: fault_ring --heal\"\n"
    "done\n"
    "setsid sh \"$file\" after \"$due_secs\" </dev/null >/dev/null 2>&1 &\n"
    "is_armed() { [ -s \"$file.timer\" ]; }\n"
    "began=$(now_ms)\n"
    "await 5000 is_armed || {\n"
    "	kill -s KILL -- \"-$!\"; rm -f \"$file\" \"$file.timer\"\n"
    "	give_up \"the timer of its undo does not start; is there room in "
    "$PWD/$folder?\"\n"
    "}\n"
    "say \"armed $file\"\n";

/* Acts while it holds the undo: a timer that fires meanwhile waits, so that it
 * never comes before what it has to undo. */
const char step_apply[] =
    "cd -- \"$work\" || give_up \"there is no folder $work\"\n"
    "take || give_up \"its undo is not armed any more\"\n"
    "timer_lives || give_up \"the timer of its undo has ended\"\n"
    "[ -z \"$needs_process\" ] || lives || give_up \"process $pid has "
    "ended by itself\"\n"
    "began=$(now_ms)\n"
    "say \"acted $began\"\n"
    "apply || give_up \"${why:-it failed}\"\n"
    "exec 9<&-\n"
    "why=''\n"
    "await \"$confirm_ms\" confirm || give_up \"not seen within $confirm_ms "
    "ms${why:+: $why}\"\n"
    "say \"took $took\"\n"
    "say \"saw $saw\"\n";

/* Whatever has become of the undo file. */
const char step_heal[] =
    "cd -- \"$work\" || give_up \"there is no folder $work\"\n"
    "take || say \"alone its undo was gone: it had worked, or was removed\"\n"
    "undo\n"
    "say \"pid $pid\"\n"
    "say \"took $took\"\n"
    "say \"saw $saw\"\n";

/* The timer undoes it even when the file is gone, or somebody holds it too
 * long.
 */
const char step_undo[] =
    "cd -- \"$work\" || give_up \"there is no folder $work\"\n"
    "case ${1-} in\n"
    "after)\n"
    "	look $$; echo \"$$ $born\" >\"$file.timer\"\n"
    "	command exec 9<\"$file\" && opened=yes\n"
    "	sleep \"$2\"\n"
    "	began=$(now_ms)\n"
    "	[ -z \"${opened-}\" ] || await 60000 locked\n"
    "	;;\n"
    "background) background; exit ;;\n"
    "*) take || { say \"gone\"; exit 0; } ;;\n"
    "esac\n"
    "undo\n"
    "say \"undone $note: $mended (pid $pid), undo disarmed\"\n"
    "[ \"${1-}\" != after ] || say \"$(date) $note: $mended by its timer\" "
    ">>\"$folder/timers.log\"\n"
    "exit 0\n";

const char step_sweep[] =
    "[ -d \"$work\" ] && cd -- \"$work\" || give_up \"there is no folder "
    "$work\"\n"
    "failed=0\n"
    "for file in \"$folder/server_$id\"-*.sh; do\n"
    "	[ ! -e \"$file\" ] || sh \"$file\" || failed=1\n"
    "done\n"
    "exit $failed\n";

static void add_function(struct buf *to, const char *name, const char *body)
{
	buf_add_format(to, "%s() {\n%s}\n", name, body ? body : ":\n");
}

char *shell_script(const struct vars *vars, const struct fault *fault,
    const char *step)
{
	struct buf text = { 0 };

	vars_write(vars, &text);
	buf_add_text(&text, "newline='\n'\n"
	                    "PATH=$PATH:/usr/sbin:/sbin why='' saw=''\n");
	buf_add_text(&text, talking);
	buf_add_text(&text, finding);
	buf_add_text(&text, serving);
	buf_add_text(&text, undoing);
	if (fault) {
		if (fault->functions)
			buf_add_text(&text, fault->functions);
		add_function(&text, "possible", fault->possible);
		add_function(&text, "apply", fault->apply);
		add_function(&text, "confirm", fault->confirm);
		add_function(&text, "heal", fault->heal);
		add_function(&text, "healed", fault->healed);
		add_function(&text, "background", fault->background);
	}
	buf_add_text(&text, step);
	buf_add(&text, "", 1);
	return (char *)text.data;
}

char *shell_fact(char *out, size_t size, const char *facts, const char *name)
{
	size_t length = strlen(name);

	out[0] = '\0';
	while (*facts) {
		size_t line = strcspn(facts, "\n");
		if (line > length && strncmp(facts, name, length) == 0 &&
		    facts[length] == ' ') {
			snprintf(out, size, "%.*s", (int)(line - length - 1),
			    facts + length + 1);
			return out;
		}
		facts += line + (facts[line] == '\n');
	}
	return out;
}

void shell_print_functions(FILE *to)
{
	fputs(talking, to);
	fputs(finding, to);
	fputs(serving, to);
	fputs(undoing, to);
}
