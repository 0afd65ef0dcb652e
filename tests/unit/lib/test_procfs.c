#include "lib/procfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/near.h"

/* Recorded on a machine of two cores. */
static const char stat_text[] =
    "cpu  38422 10 19701 111587 607 3 858 34 0 0\n"
    "cpu0 18207 10 9356 57710 72 3 343 14 0 0\n"
    "cpu1 20214 0 10345 53877 535 0 514 19 0 0\n"
    "intr 950872 0 0 0 137104 0 1128 863\n"
    "ctxt 1860249\nbtime 1795270197\nprocesses 88158\n"
    "procs_running 4\nprocs_blocked 1\n"
    "softirq 1 2 3\n";

static const char net_dev_text[] =
    "Inter-|   Receive                          |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes "
    "packets errs drop fifo colls carrier compressed\n"
    "    lo: 6053517712  738457    0    0    0     0          0         0 "
    "6053517712  738457    0    0    0     0       0          0\n"
    "  ifb0:       0       0    0    0    0     0          0         0        "
    "0       0    0    0    0     0       0          0\n"
    "  eth0: 56666295    1448    1    2    0     0          0         0    "
    "91197     968    3    4    0     0       0          0\n";

static const char netstat_text[] =
    "TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPTimeouts\n"
    "TcpExt: 0 7 8 9\n"
    "IpExt: InNoRoutes InOctets\nIpExt: 0 6154334665\n";

static const char snmp_text[] =
    "Ip: Forwarding DefaultTTL\nIp: 2 64\n"
    "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens "
    "AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs "
    "OutRsts InCsumErrors\n"
    "Tcp: 1 200 120000 -1 23857 20858 2246 191 14 759726 805450 558 0 2337 0\n"
    "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors\n"
    "Udp: 70 0 0 71 5\n";

static double value(const struct readings *figures, const char *name)
{
	double found = -1;
	readings_get(figures, name, &found);
	return found;
}

static enum reading_kind kind(const struct readings *figures, const char *name)
{
	const struct reading *figure = readings_find(figures, name, 0);
	assert_non_null(figure);
	return figure->kind;
}

static void the_cores_add_up_to_the_machine(void **state)
{
	struct readings found = { 0 };
	(void)state;
	procfs_stat(&found, stat_text, 100);
	/* 18207 + 10 + 9356 + 3 + 343 ticks of 10 ms */
	assert_double_equal(value(&found, "cpu.0.busy"), 279.19, 1e-9);
	assert_double_equal(value(&found, "cpu.busy"),
	    (value(&found, "cpu.0.busy") + value(&found, "cpu.1.busy")) / 2,
	    0.01);
	assert_double_equal(value(&found, "cpu.1.steal"), 0.19, 1e-9);
	assert_double_equal(value(&found, "cpu.1.softirq"), 5.14, 1e-9);
	assert_int_equal(kind(&found, "cpu.0.busy"), READING_SHARE);
	assert_double_equal(value(&found, "run_queue"), 4, 0);
	assert_double_equal(value(&found, "blocked"), 1, 0);
	assert_int_equal(kind(&found, "context_switches"), READING_RATE);
	readings_release(&found);
}

static void an_interface_that_never_carried_a_packet_is_left_out(void **state)
{
	struct readings found = { 0 };
	(void)state;
	procfs_net_dev(&found, net_dev_text);
	assert_int_equal(found.count, 16);
	assert_double_equal(value(&found, "net.lo.sent_bytes"), 6053517712.0,
	    0);
	assert_double_equal(value(&found, "net.eth0.received_errors"), 1, 0);
	assert_double_equal(value(&found, "net.eth0.received_drops"), 2, 0);
	assert_double_equal(value(&found, "net.eth0.sent_errors"), 3, 0);
	assert_double_equal(value(&found, "net.eth0.sent_drops"), 4, 0);
	assert_null(readings_find(&found, "net.ifb0.sent_bytes", 0));
	readings_release(&found);
}

static void columns_of_tcp_are_found_by_their_names(void **state)
{
	struct readings found = { 0 };
	(void)state;
	procfs_net_table(&found, snmp_text);
	procfs_net_table(&found, netstat_text);
	assert_double_equal(value(&found, "tcp.retransmits"), 558, 0);
	assert_double_equal(value(&found, "tcp.resets"), 191, 0);
	assert_double_equal(value(&found, "tcp.resets_sent"), 2337, 0);
	assert_double_equal(value(&found, "tcp.established"), 14, 0);
	assert_double_equal(value(&found, "tcp.listen_overflows"), 7, 0);
	assert_double_equal(value(&found, "udp.receive_drops"), 5, 0);
	assert_int_equal(kind(&found, "tcp.established"), READING_NOW);
	assert_int_equal(kind(&found, "tcp.retransmits"), READING_EVENTS);
	readings_release(&found);
}

static void sockets_files_and_memory_are_read(void **state)
{
	struct readings found = { 0 };
	(void)state;
	procfs_sockstat(&found,
	    "sockets: used 34\n"
	    "TCP: inuse 19 orphan 2 tw 7890 alloc 19 mem 93\n"
	    "UDP: inuse 3 mem 0\nRAW: inuse 0\n");
	procfs_sockstat(&found, "TCP6: inuse 4\nUDP6: inuse 5\n");
	procfs_file_nr(&found, "1117\t0\t2466183\n");
	procfs_meminfo(&found, "MemTotal:       24684096 kB\n"
	                       "MemFree:        23451436 kB\n"
	                       "MemAvailable:   24154116 kB\n"
	                       "SwapTotal: 1000 kB\nSwapFree: 400 kB\n");
	procfs_loadavg(&found, "1.30 1.24 0.72 5/150 23267\n");
	procfs_number(&found, "262144\n", "conntrack.limit");
	assert_double_equal(value(&found, "sockets.used"), 34, 0);
	assert_double_equal(value(&found, "tcp.time_wait"), 7890, 0);
	assert_double_equal(value(&found, "tcp6.in_use"), 4, 0);
	assert_double_equal(value(&found, "files.open"), 1117, 0);
	assert_double_equal(value(&found, "files.limit"), 2466183, 0);
	assert_double_equal(value(&found, "memory.used_bytes"), 529980 * 1024.0,
	    0);
	assert_double_equal(value(&found, "memory.swap_used_bytes"),
	    600 * 1024.0, 0);
	assert_double_equal(value(&found, "load.5m"), 1.24, 1e-9);
	assert_double_equal(value(&found, "tasks"), 150, 0);
	assert_double_equal(value(&found, "conntrack.limit"), 262144, 0);
	readings_release(&found);
}

static void disks_are_read_and_loop_devices_are_not(void **state)
{
	struct readings found = { 0 };
	(void)state;
	procfs_diskstats(&found,
	    "   7       0 loop0 9 0 9 9 9 9 9 9 9 9 9 0 0 0 0 0 0\n"
	    " 254       0 vda 133854 28203 4106266 62813 19403 52031 2831448 "
	    "17829 0 17196 82035 10736 27 1426200 1320 1596 71\n"
	    " 253       1 sdb 0 0 0 0 0 0 0 0 0 0 0\n");
	assert_int_equal(found.count, 5);
	assert_double_equal(value(&found, "disk.vda.reads"), 133854, 0);
	assert_double_equal(value(&found, "disk.vda.written_bytes"),
	    2831448 * 512.0, 0);
	assert_double_equal(value(&found, "disk.vda.busy"), 17.196, 1e-9);
	readings_release(&found);
}

static void pressure_is_the_time_that_tasks_stood_still(void **state)
{
	struct readings found = { 0 };
	(void)state;
	procfs_pressure(&found,
	    "some avg10=18.96 avg60=16.23 avg300=14.45 total=98748067\n"
	    "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
	    "cpu");
	assert_double_equal(value(&found, "pressure.cpu.some"), 98.748067,
	    1e-9);
	assert_double_equal(value(&found, "pressure.cpu.full"), 0, 0);
	readings_release(&found);
}

/* Every beginning of a file that is there may be all that there is. */
static void half_a_line_gives_no_figure(void **state)
{
	struct readings found = { 0 };
	(void)state;
	procfs_stat(&found, "cpu0 1 2 3\nctxt\nprocs_running x\ncpu 1 2", 100);
	procfs_loadavg(&found, "1.30 1.24");
	procfs_meminfo(&found, "MemTotal:\nMemAvailable: many kB\n");
	procfs_net_dev(&found, "eth0: 1 2 3\n: 1 2 3\nno colon\n");
	procfs_net_table(&found, "Tcp: CurrEstab\n");
	procfs_net_table(&found, "Tcp: CurrEstab\nUdp: 5\n");
	procfs_net_table(&found, "Tcp: CurrEstab\nTcp: -1\n");
	procfs_sockstat(&found, "TCP: inuse\nsockets: used -3\n");
	procfs_file_nr(&found, "17\n");
	procfs_diskstats(&found, "254 0 vda 1 2 3\n254 0\n");
	procfs_pressure(&found, "some avg10=0.00 total=\nhalf total=5\n",
	    "cpu");
	procfs_number(&found, "1e9\n", "x");
	procfs_number(&found, "", "x");
	assert_int_equal(found.count, 0);
	readings_release(&found);
}

static void a_cut_file_is_read_without_harm(void **state)
{
	static const struct {
		const char *text;
		void (*parse)(struct readings *to, const char *text);
	} rows[] = {
		{ net_dev_text, procfs_net_dev },
		{ snmp_text, procfs_net_table },
		{ netstat_text, procfs_net_table },
		{ stat_text, procfs_sockstat },
	};
	struct readings found = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t n = 0; n <= strlen(rows[i].text); n++) {
			/* Exactly as long, for the sanitizers. */
			char *cut = strndup(rows[i].text, n);
			readings_clear(&found);
			rows[i].parse(&found, cut);
			procfs_stat(&found, cut, 100);
			free(cut);
		}
	}
	readings_release(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cores_add_up_to_the_machine),
		cmocka_unit_test(
		    an_interface_that_never_carried_a_packet_is_left_out),
		cmocka_unit_test(columns_of_tcp_are_found_by_their_names),
		cmocka_unit_test(sockets_files_and_memory_are_read),
		cmocka_unit_test(disks_are_read_and_loop_devices_are_not),
		cmocka_unit_test(pressure_is_the_time_that_tasks_stood_still),
		cmocka_unit_test(half_a_line_gives_no_figure),
		cmocka_unit_test(a_cut_file_is_read_without_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
