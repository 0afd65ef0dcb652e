#include "host_probe/host.h"

#include "lib/outfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/near.h"

/* A machine of files, which the kernel's would be read like. */
static char root[] = "/tmp/test_host.XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[256], folder[256];
	struct err err;
	snprintf(path, sizeof path, "%s%s", root, name);
	snprintf(folder, sizeof folder, "%s", path);
	*strrchr(folder, '/') = '\0';
	assert_int_equal(outfile_folder(folder, &err), 0);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static double value(const struct readings *readings, const char *name)
{
	double found = -1;
	readings_get(readings, name, &found);
	return found;
}

static void nap(void)
{
	const struct timespec tenth = { 0, 100000000 };
	nanosleep(&tenth, NULL);
}

static void counters_are_told_of_the_time_since_the_last_sample(void **state)
{
	struct host host;
	struct readings readings = { 0 };
	(void)state;
	write_file("/proc/net/netstat", "TcpExt: ListenDrops\nTcpExt: 5\n");
	write_file("/proc/diskstats", "8 0 sda 1 0 2 0 3 0 4 0 0 5 0\n");
	write_file("/proc/sys/net/netfilter/nf_conntrack_count", "50\n");
	write_file("/proc/sys/net/netfilter/nf_conntrack_max", "200\n");
	host_init(&host, root, NULL);
	write_file("/proc/net/netstat", "TcpExt: ListenDrops\nTcpExt: 8\n");
	write_file("/proc/diskstats", "8 0 sda 1001 0 2 0 3 0 4 0 0 5 0\n");
	nap();
	host_sample(&host, &readings);
	assert_double_equal(value(&readings, "tcp.listen_drops"), 3, 0);
	assert_true(value(&readings, "disk.sda.reads_per_second") > 1000 / 10.);
	assert_true(value(&readings, "disk.sda.reads_per_second") <= 1000 / .1);
	assert_double_equal(value(&readings, "conntrack.fill_percent"), 25, 0);
	assert_true(value(&readings, "interval_ms") >= 100);
	/* Nothing has happened since. */
	readings_clear(&readings);
	nap();
	host_sample(&host, &readings);
	assert_double_equal(value(&readings, "tcp.listen_drops"), 0, 0);
	readings_release(&readings);
	host_release(&host);
}

static void what_is_not_there_is_left_out(void **state)
{
	struct host host;
	struct readings readings = { 0 };
	(void)state;
	host_init(&host, "/nowhere", NULL);
	host_sample(&host, &readings);
	assert_int_equal(readings.count, 2); /* the clocks' own */
	readings_release(&readings);
	host_release(&host);
}

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	static const char *const names[] = { "/proc/net/netstat",
		"/proc/diskstats", "/proc/sys/net/netfilter/nf_conntrack_count",
		"/proc/sys/net/netfilter/nf_conntrack_max", "/proc/net",
		"/proc/sys/net/netfilter", "/proc/sys/net", "/proc/sys",
		"/proc", "" };
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[256];
		snprintf(path, sizeof path, "%s%s", root, names[i]);
		remove(path);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    counters_are_told_of_the_time_since_the_last_sample),
		cmocka_unit_test(what_is_not_there_is_left_out),
	};
	return cmocka_run_group_tests(tests, make_root, remove_root);
}
