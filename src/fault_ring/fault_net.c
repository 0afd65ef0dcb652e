/* fault_net.c - partition, loss and reset: what the server's port sends and
 * gets is dropped, in part or whole, or its connections are cut.
 *
 * partition and loss are one nftables table of the server's own: undoing is
 * deleting it, confirming is reading its counter. It stands before connection
 * tracking (priority -300) and in the host's network namespace. */
#include "fault_ring/fault.h"

static const char *const sides[] = { "peers", "clients", "both" };

static int prepare_partition(struct vars *vars, const struct settings *settings,
    struct err *err)
{
	(void)err;
	vars_set(vars, "from", sides[settings->partition_from]);
	vars_set(vars, "chance", "");
	return 0;
}

static int prepare_loss(struct vars *vars, const struct settings *settings,
    struct err *err)
{
	(void)err;
	vars_set(vars, "from", "both");
	vars_format(vars, "chance", "numgen random mod 1000 < %.0f",
	    1000 * settings->loss);
	return 0;
}

/* Peers reach the server's port, and the server theirs: four directions. */
static const char table[] =
    "rules() {\n"
    "	echo \"table inet ringstorm_$id {\"\n"
    "	echo \"counter dropped {\"; echo \"}\"\n"
    "	for way in in out; do\n"
    "		mine=dport far=saddr theirs=sport\n"
    "		[ $way = in ] || mine=sport far=daddr theirs=dport\n"
    "		echo \"chain $way {\"\n"
    "		echo \"type filter hook ${way}put priority -300\"\n"
    "		[ $from = both ] && echo \"tcp $mine $port $drop\"\n"
    "		for peer in $peers; do\n"
    "			case $peer in *:*) family=ip6 ;; *) family=ip ;; esac\n"
    "			who=\"$family $far ${peer%,*}\"\n"
    "			case $from in\n"
    "			clients) echo \"$who tcp $mine $port accept\" ;;\n"
    "			peers) echo \"$who tcp $mine $port $drop\" ;;\n"
    "			esac\n"
    "			[ $from = clients ] || echo \"$who tcp $theirs "
    "${peer##*,} $drop\"\n"
    "		done\n"
    "		[ $from = clients ] && echo \"tcp $mine $port $drop\"\n"
    "		echo \"}\"\n"
    "	done\n"
    "	echo \"}\"\n"
    "}\n"
    "drop=\"${chance:+$chance }counter name dropped drop\"\n"
    "has_table() {\n"
    "	tables=$(root nft list tables 2>&1) || { why=$tables; return 0; }\n"
    "	case \" $tables \" in *\" ringstorm_$id\"[!0-9]*) ;; *) return 1 ;; "
    "esac\n"
    "}\n";

#define CAN_FILTER                                                             \
	"command -v nft >/dev/null || { why=\"nft is missing there\"; return " \
	"1; }\n"                                                               \
	"why=$(rules | root nft -c -f - 2>&1) || { why=\"nft: ${why%%$"        \
	"newline*}\"; return 1; }\n"

#define FILTER                                                                 \
	"has_table && { why=\"there is a table ringstorm_$id already\"; "      \
	"return 1; }\n"                                                        \
	"why=$(rules | root nft -f - 2>&1)\n"

#define DROPS                                                                  \
	"count=$(root nft list counter inet ringstorm_$id dropped 2>&1 |\n"    \
	"	sed -n \"s/.*packets \\([0-9]*\\).*/\\1/p\")\n"                      \
	"[ \"${count:-0}\" -gt 0 ] || { why=\"no packet was dropped: nobody "  \
	"speaks with the server\"; return 1; }\n"                              \
	"saw=\"packets dropped so far: $count\"\n"

#define STOP_FILTER "! has_table || root nft delete table inet ringstorm_$id\n"

#define UNFILTERED                                                             \
	"! has_table || { why=${why:-the table is there}; return 1; }\n"       \
	"is_up && saw=\"its packets pass, $saw\"\n"

const struct fault fault_partition = {
	.name = "partition",
	.act = "cut off",
	.done = "cut off",
	.down = "CUT OFF",
	.mend = "reconnect",
	.mending = "reconnecting",
	.mended = "reconnected",
	.is_network = true,
	.prepare = prepare_partition,
	.functions = table,
	.possible = "[ -z \"$near\" ] || { why=\"another server has an address "
	            "of the same host\"; return 1; }\n"
	            "[ -n \"$peers\" ] || [ $from != peers ] || { why=\"no "
	            "peer's address is known\"; return 1; }\n" CAN_FILTER,
	.apply = FILTER,
	.confirm = DROPS,
	.heal = STOP_FILTER,
	.healed = UNFILTERED,
};

const struct fault fault_loss = {
	.name = "loss",
	.act = "drop packets of",
	.done = "made lossy",
	.down = "LOSSY",
	.mend = "mend",
	.mending = "mending",
	.mended = "mended",
	.is_network = true,
	.prepare = prepare_loss,
	.functions = table,
	.possible = CAN_FILTER,
	.apply = FILTER,
	.confirm = DROPS,
	.heal = STOP_FILTER,
	.healed = UNFILTERED,
};

const struct fault fault_reset = {
	.name = "reset",
	.act = "disconnect",
	.done = "disconnected",
	.down = "RESET",
	.mend = "check",
	.mending = "checking",
	.mended = "checked",
	.no_length = true,
	.is_network = true,
	.functions =
	    "cut() { root ss -K -H -t -n state established \"$@\" 2>&1; }\n",
	.possible =
	    "command -v ss >/dev/null || { why=\"ss is missing there\"; return "
	    "1; }\n"
	    "case $(zcat /proc/config.gz 2>/dev/null; cat \"/boot/config-"
	    "$(uname -r)\" 2>/dev/null) in\n"
	    "*\"# CONFIG_INET_DIAG_DESTROY is not set\"*)\n"
	    "	why=\"this kernel cannot destroy connections\"; return 1 ;;\n"
	    "esac\n",
	.apply =
	    "cutoff=$(cut \"sport = :$port\"\n"
	    "	for peer in $peers; do\n"
	    "		cut dst \"${peer%,*}\" dport = \":${peer##*,}\"\n"
	    "	done)\n"
	    "case $cutoff in *\"not supported\"*)\n"
	    "	why=\"this kernel cannot destroy connections\"; return 1 "
	    ";;\n"
	    "esac\n",
	/* Where nobody was connected, the next one is. */
	.confirm =
	    "[ -n \"$cutoff\" ] || { apply; why=\"nobody is connected "
	    "to the server\"; }\n"
	    "[ -n \"$cutoff\" ] || return 1\n"
	    "saw=\"connections destroyed: $(echo \"$cutoff\" | wc -l)\"\n",
	.heal = NULL,
	.healed = "is_up\n",
};
