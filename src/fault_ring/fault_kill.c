/* fault_kill.c - kill and term: the server's process ends, and is started
 * again. */
#include "fault_ring/fault.h"

#define GONE                                                                   \
	"! lives || { why=\"process $pid runs\"; return 1; }\n"                \
	"! listens || { why=\"port $port accepts connections\"; return 1; }\n" \
	"saw=\"process $pid is gone${port:+, port $port refuses "              \
	"connections}\"\n"

/* Not when it cannot be told whether it runs. What was found may also be a
 * question of the same program (--ping): it ends without opening the port. */
#define RESTART                                                                \
	"settled() {\n"                                                        \
	"	find_server; missing=$?\n"                                           \
	"	[ $missing != 0 ] || [ -z \"$port\" ] || listens\n"                  \
	"}\n"                                                                  \
	"began=$(now_ms)\n"                                                    \
	"await \"$recover_ms\" settled || :\n"                                 \
	"[ $missing != 1 ] || start_server\n"

const struct fault fault_kill = {
	.name = "kill",
	.act = "kill",
	.done = "killed",
	.down = "DOWN",
	.mend = "restart",
	.mending = "restarting",
	.mended = "restarted",
	.apply = "kill -KILL \"$pid\" || { why=\"process $pid cannot be "
	         "killed\"; return 1; }\n",
	.confirm = GONE,
	.heal = RESTART,
	.healed = "is_up\n",
};

const struct fault fault_term = {
	.name = "term",
	.act = "stop",
	.done = "stopped",
	.down = "DOWN",
	.mend = "restart",
	.mending = "restarting",
	.mended = "restarted",
	.apply = "if [ -n \"$stop\" ]; then\n"
	         "	setsid sh -c \"$stop\" </dev/null "
	         ">\"$folder/stop_$id.log\" 2>&1 9>&- &\n"
	         "else\n"
	         "	kill -TERM \"$pid\" || { why=\"process $pid cannot be "
	         "stopped\"; return 1; }\n"
	         "fi\n",
	.confirm = GONE,
	.heal = RESTART,
	.healed = "is_up\n",
};
