/* fault_tc.c - rate and delay: what the server sends becomes slow or late.
 *
 * Only what comes from its port, and what goes to its peers' ports, takes the
 * way through the slow queue: everything else of the host, our own connection
 * among it, passes by. */
#include "fault_ring/fault.h"

#include "lib/clock.h"

#include <inttypes.h>

static int prepare_rate(struct vars *vars, const struct settings *settings,
    struct err *err)
{
	(void)err;
	vars_format(vars, "queue",
	    "tbf rate %" PRIu64 "bps burst 32kb latency 400ms",
	    settings->rate_bytes_per_second);
	return 0;
}

static int prepare_delay(struct vars *vars, const struct settings *settings,
    struct err *err)
{
	(void)err;
	vars_format(vars, "queue", "netem delay %.3fms %.3fms",
	    (double)settings->delay_ns / NS_PER_MS,
	    (double)settings->jitter_ns / NS_PER_MS);
	return 0;
}

static const char functions[] =
    "# find_device: that by which the others are reached.\n"
    "find_device() {\n"
    "	route=default\n"
    "	for peer in $peers; do route=\"get ${peer%,*}\"; break; done\n"
    "	[ \"$route\" != default ] || route=\"show default\"\n"
    "	device=$(ip -o route $route 2>/dev/null | sed -n \"1s/.* dev "
    "\\([^ ]*\\).*/\\1/p\")\n"
    "	[ -n \"$device\" ]\n"
    "}\n"
    "# build DEVICE: the root queue, and the slow one behind class 52:4.\n"
    "build() {\n"
    "	root tc qdisc add dev \"$1\" root handle 52: htb &&\n"
    "	root tc class add dev \"$1\" parent 52: classid 52:4 htb rate "
    "10gbit &&\n"
    "	root tc qdisc add dev \"$1\" parent 52:4 handle 53: $queue &&\n"
    "	root tc filter add dev \"$1\" parent 52: protocol ip prio 1 u32 "
    "match ip sport \"$port\" 0xffff flowid 52:4 &&\n"
    "	root tc filter add dev \"$1\" parent 52: protocol ipv6 prio 2 u32 "
    "match ip6 sport \"$port\" 0xffff flowid 52:4 || return 1\n"
    "	for peer in $peers; do\n"
    "		case $peer in *:*) continue ;; esac\n"
    "		root tc filter add dev \"$1\" parent 52: protocol ip prio 1 "
    "u32 match ip dst \"${peer%,*}/32\" match ip dport \"${peer##*,}\" "
    "0xffff flowid 52:4 || return 1\n"
    "	done\n"
    "}\n"
    "is_slow() {\n"
    "	case $(tc qdisc show dev \"$device\") in\n"
    "	*\" htb 52: \"*root*) why=\"the queue is there\" ;;\n"
    "	*) return 1 ;;\n"
    "	esac\n"
    "}\n";

/* Tried on the loopback device of a network namespace that lives as long. */
#define POSSIBLE                                                               \
	"command -v tc >/dev/null || { why=\"tc is missing there\"; return "   \
	"1; }\n"                                                               \
	"find_device || { why=\"no network device leads to the others\"; "     \
	"return 1; }\n"                                                        \
	"kind=${queue%% *}\n"                                                  \
	"for kind in htb \"$kind\"; do\n"                                      \
	"	words=$kind\n"                                                       \
	"	[ $kind = htb ] || words=$queue\n"                                   \
	"	why=$(root unshare -n tc qdisc add dev lo root $words 2>&1) "        \
	"||\n"                                                                 \
	"	case $why in\n"                                                      \
	"	*\"kind is unknown\"*) why=\"this kernel has no $kind\"; "           \
	"return 1 ;;\n"                                                        \
	"	*) why=\"tc: ${why%%$newline*}\"; return 1 ;;\n"                     \
	"	esac\n"                                                              \
	"done\n"

#define APPLY                                                                  \
	"find_device || { why=\"no network device leads to the others\"; "     \
	"return 1; }\n"                                                        \
	"why=$(build \"$device\" 2>&1)\n"

#define PASSES                                                                 \
	"count=$(tc -s qdisc show dev \"$device\" | sed -n \"/ 53: /,/pkt/"    \
	"s/.* \\([0-9]*\\) pkt.*/\\1/p\")\n"                                   \
	"[ \"${count:-0}\" -gt 0 ] || { why=\"nothing passed through the "     \
	"queue: nobody speaks with the server\"; return 1; }\n"                \
	"saw=\"packets through $queue so far: $count\"\n"

#define TEAR_DOWN                                                              \
	"if find_device && is_slow; then root tc qdisc del dev \"$device\" "   \
	"root handle 52:; fi\n"

#define PLAIN                                                                  \
	"! { find_device && is_slow; } || return 1\n"                          \
	"is_up && saw=\"the queue is gone, $saw\"\n"

const struct fault fault_rate = {
	.name = "rate",
	.act = "throttle",
	.done = "throttled",
	.down = "THROTTLED",
	.mend = "release",
	.mending = "releasing",
	.mended = "released",
	.is_network = true,
	.prepare = prepare_rate,
	.functions = functions,
	.possible = POSSIBLE,
	.apply = APPLY,
	.confirm = PASSES,
	.heal = TEAR_DOWN,
	.healed = PLAIN,
};

const struct fault fault_delay = {
	.name = "delay",
	.act = "delay",
	.done = "delayed",
	.down = "LATE",
	.mend = "release",
	.mending = "releasing",
	.mended = "released",
	.is_network = true,
	.prepare = prepare_delay,
	.functions = functions,
	.possible = POSSIBLE,
	.apply = APPLY,
	.confirm = PASSES,
	.heal = TEAR_DOWN,
	.healed = PLAIN,
};
