#include "lib/procfs.h"
#include "lib/procfs_text.h"

#include <string.h>

#define NAME_LENGTH 64 /* of an interface */

/* Columns of one direction in /proc/net/dev; there are eight of each. */
enum { BYTES, PACKETS, ERRORS, DROPS, COLUMNS = 8 };

static void add_direction(struct readings *to, const char *interface,
    const char *direction, const double *columns)
{
	readings_add_format(to, READING_RATE, columns[BYTES], "net.%s.%s_bytes",
	    interface, direction);
	readings_add_format(to, READING_RATE, columns[PACKETS],
	    "net.%s.%s_packets", interface, direction);
	readings_add_format(to, READING_EVENTS, columns[ERRORS],
	    "net.%s.%s_errors", interface, direction);
	readings_add_format(to, READING_EVENTS, columns[DROPS],
	    "net.%s.%s_drops", interface, direction);
}

void procfs_net_dev(struct readings *to, const char *text)
{
	for (; *text; text = procfs_next_line(text)) {
		const char *name = text + strspn(text, " \t");
		size_t length = strcspn(name, ":\n");
		char interface[NAME_LENGTH + 1];
		double columns[2 * COLUMNS];
		if (name[length] != ':' || length == 0 || length > NAME_LENGTH)
			continue;
		memcpy(interface, name, length);
		interface[length] = '\0';
		const char *at = name + length + 1;
		if (!procfs_numbers(&at, columns, 2 * COLUMNS) ||
		    columns[PACKETS] + columns[COLUMNS + PACKETS] <= 0)
			continue;
		add_direction(to, interface, "received", columns);
		add_direction(to, interface, "sent", columns + COLUMNS);
	}
}

static const struct wanted {
	const char *table, *column, *name;
	enum reading_kind kind;
} wanted[] = {
	{ "Tcp:", "CurrEstab", "tcp.established", READING_NOW },
	{ "Tcp:", "ActiveOpens", "tcp.opened", READING_RATE },
	{ "Tcp:", "PassiveOpens", "tcp.accepted", READING_RATE },
	{ "Tcp:", "AttemptFails", "tcp.failed_attempts", READING_EVENTS },
	{ "Tcp:", "EstabResets", "tcp.resets", READING_EVENTS },
	{ "Tcp:", "OutRsts", "tcp.resets_sent", READING_EVENTS },
	{ "Tcp:", "RetransSegs", "tcp.retransmits", READING_EVENTS },
	{ "Udp:", "RcvbufErrors", "udp.receive_drops", READING_EVENTS },
	{ "TcpExt:", "ListenOverflows", "tcp.listen_overflows",
	    READING_EVENTS },
	{ "TcpExt:", "ListenDrops", "tcp.listen_drops", READING_EVENTS },
	{ "TcpExt:", "TCPTimeouts", "tcp.timeouts", READING_EVENTS },
};

static void take_column(struct readings *to, struct word table,
    struct word column, double value)
{
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (procfs_word_is(table, wanted[i].table) &&
		    procfs_word_is(column, wanted[i].column))
			readings_add(to, wanted[i].kind, value, wanted[i].name,
			    strlen(wanted[i].name));
}

static bool is_wanted_table(struct word table)
{
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (procfs_word_is(table, wanted[i].table))
			return true;
	return false;
}

/* A line of names, and a line of as many values under it. */
void procfs_net_table(struct readings *to, const char *text)
{
	while (*text) {
		const char *names = text, *values = procfs_next_line(text);
		struct word table = procfs_word(&names);
		struct word again = procfs_word(&values);
		text = procfs_next_line(text);
		if (table.length != again.length ||
		    memcmp(table.text, again.text, table.length) != 0)
			continue;
		text = procfs_next_line(text);
		struct word column = is_wanted_table(table)
		                         ? procfs_word(&names)
		                         : (struct word){ 0 };
		while (column.length) {
			double value;
			if (procfs_word_number(procfs_word(&values), &value))
				take_column(to, table, column, value);
			column = procfs_word(&names);
		}
	}
}

/* "TCP: inuse 5 orphan 0 tw 3 alloc 8 mem 2" */
void procfs_sockstat(struct readings *to, const char *text)
{
	static const struct {
		const char *table, *key, *name;
	} rows[] = {
		{ "sockets:", "used", "sockets.used" },
		{ "TCP:", "inuse", "tcp.in_use" },
		{ "TCP:", "orphan", "tcp.orphans" },
		{ "TCP:", "tw", "tcp.time_wait" },
		{ "UDP:", "inuse", "udp.in_use" },
		{ "TCP6:", "inuse", "tcp6.in_use" },
		{ "UDP6:", "inuse", "udp6.in_use" },
	};
	for (; *text; text = procfs_next_line(text)) {
		const char *at = text;
		struct word table = procfs_word(&at), key = procfs_word(&at);
		double value;
		for (; key.length && procfs_numbers(&at, &value, 1);
		     key = procfs_word(&at))
			for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
				if (procfs_word_is(table, rows[i].table) &&
				    procfs_word_is(key, rows[i].key))
					readings_add_format(to, READING_NOW,
					    value, "%s", rows[i].name);
	}
}
