/* fault_pause.c - pause and slow: the server is there and does nothing, or does
 * nothing for most of the time. */
#include "fault_ring/fault.h"

#define PERIOD_MS 100

#define GO_ON "! lives || kill -CONT \"$pid\"\n"

const struct fault fault_pause = {
	.name = "pause",
	.act = "pause",
	.done = "paused",
	.down = "FROZEN",
	.mend = "continue",
	.mending = "continuing",
	.mended = "continued",
	.apply = "kill -STOP \"$pid\" || { why=\"process $pid cannot be "
	         "stopped\"; return 1; }\n",
	.confirm = "lives && [ \"$state\" = T ] || { why=\"process $pid is in "
	           "state ${state:-none}\"; return 1; }\n"
	           "saw=\"process $pid is stopped\"\n",
	.heal = GO_ON,
	.healed = "is_up\n",
};

static int prepare_slow(struct vars *vars, const struct settings *settings,
    struct err *err)
{
	double stopped_ms = PERIOD_MS * settings->slow_share;

	(void)err;
	vars_format(vars, "slow_stop", "%.3f", stopped_ms / 1000);
	vars_format(vars, "slow_go", "%.3f", (PERIOD_MS - stopped_ms) / 1000);
	return 0;
}

const struct fault fault_slow = {
	.name = "slow",
	.act = "slow",
	.done = "slowed",
	.down = "SLOW",
	.mend = "continue",
	.mending = "continuing",
	.mended = "continued",
	.prepare = prepare_slow,
	.apply = "echo >\"$file.slow\" || { why=\"cannot write $file.slow\"; "
	         "return 1; }\n"
	         "setsid sh \"$file\" background </dev/null >/dev/null 2>&1 "
	         "9>&- &\n",
	.background = "while [ -e \"$file.slow\" ] && lives; do\n"
	              "	kill -STOP \"$pid\"\n"
	              "	sleep \"$slow_stop\"\n"
	              "	kill -CONT \"$pid\"\n"
	              "	sleep \"$slow_go\"\n"
	              "done\n" GO_ON,
	.confirm = "lives || { why=\"process $pid has ended\"; return 1; }\n"
	           "case $state in T) stops=yes ;; *) goes=yes ;; esac\n"
	           "[ \"${stops-}${goes-}\" = yesyes ] || { why=\"it does not "
	           "change between stopped and running\"; return 1; }\n"
	           "saw=\"process $pid stops and goes on, stopped for "
	           "$slow_stop s of every 0.1 s\"\n",
	/* The other process ends after its period; only then is it sure that
	 * the last signal is ours. */
	.heal = "if [ -e \"$file.slow\" ]; then rm -f \"$file.slow\"; sleep "
	        "0.2; fi\n" GO_ON,
	.healed = "is_up || { calm=0; return 1; }\n"
	          "calm=$((${calm:-0} + 1))\n"
	          "[ $calm -ge 20 ]\n",
};
