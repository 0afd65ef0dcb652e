#include "host_probe/host.h"

#include "lib/clock.h"
#include "lib/procfs.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define TEXT_BYTES_MAX ((size_t)4 << 20)
#define READ_BYTES     16384

static void parse_stat(struct readings *to, const char *text)
{
	procfs_stat(to, text, (double)sysconf(_SC_CLK_TCK));
}

static void parse_cpu_pressure(struct readings *to, const char *text)
{
	procfs_pressure(to, text, "cpu");
}

static void parse_memory_pressure(struct readings *to, const char *text)
{
	procfs_pressure(to, text, "memory");
}

static void parse_io_pressure(struct readings *to, const char *text)
{
	procfs_pressure(to, text, "io");
}

static void parse_conntrack(struct readings *to, const char *text)
{
	procfs_number(to, text, "conntrack.count");
}

static void parse_conntrack_limit(struct readings *to, const char *text)
{
	procfs_number(to, text, "conntrack.limit");
}

static const struct source {
	const char *path;
	void (*parse)(struct readings *to, const char *text);
} sources[] = {
	{ "/proc/stat", parse_stat },
	{ "/proc/loadavg", procfs_loadavg },
	{ "/proc/meminfo", procfs_meminfo },
	{ "/proc/net/dev", procfs_net_dev },
	{ "/proc/net/snmp", procfs_net_table },
	{ "/proc/net/netstat", procfs_net_table },
	{ "/proc/net/sockstat", procfs_sockstat },
	{ "/proc/net/sockstat6", procfs_sockstat },
	{ "/proc/sys/net/netfilter/nf_conntrack_count", parse_conntrack },
	{ "/proc/sys/net/netfilter/nf_conntrack_max", parse_conntrack_limit },
	{ "/proc/sys/fs/file-nr", procfs_file_nr },
	{ "/proc/diskstats", procfs_diskstats },
	{ "/proc/pressure/cpu", parse_cpu_pressure },
	{ "/proc/pressure/memory", parse_memory_pressure },
	{ "/proc/pressure/io", parse_io_pressure },
};

#define SOURCES (sizeof sources / sizeof *sources)

/* The whole file from its beginning, with a NUL behind it. A file of /proc is
 * made anew by a read at its beginning. */
static const char *read_again(struct buf *text, int fd)
{
	ssize_t got = 0;
	text->length = 0;
	do {
		uint8_t *to = buf_room(text, READ_BYTES);
		if (!to)
			return NULL;
		got = pread(fd, to, READ_BYTES - 1, (off_t)text->length);
		if (got > 0)
			text->length += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (got < 0)
		return NULL;
	text->data[text->length] = '\0';
	return (const char *)text->data;
}

static void add_fill(struct readings *readings)
{
	double count, limit;
	if (readings_get(readings, "conntrack.count", &count) &&
	    readings_get(readings, "conntrack.limit", &limit) && limit > 0)
		readings_add_format(readings, READING_NOW,
		    round(count / limit * 1e4) / 100, "conntrack.fill_percent");
}

static void read_all(struct host *host)
{
	readings_clear(&host->now);
	for (size_t i = 0; i < SOURCES; i++) {
		const char *text = host->files[i] < 0 ? NULL
		                                      : read_again(&host->text,
		                                            host->files[i]);
		if (text)
			sources[i].parse(&host->now, text);
	}
	add_fill(&host->now);
}

static void add_process(struct host *host, struct readings *to, double seconds)
{
	struct procfs_process before = host->found;
	if (!host->process.name)
		return;
	process_here_look(&host->process, &host->found);
	procfs_process_figures(to, &host->found, &before, seconds);
}

void host_init(struct host *host, const char *root, const char *process)
{
	static_assert(SOURCES <= HOST_FILES, "room for each file");
	*host = (struct host){ .text.ceiling = TEXT_BYTES_MAX };
	for (size_t i = 0; i < SOURCES; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s%s", root, sources[i].path);
		host->files[i] = open(path, O_RDONLY | O_CLOEXEC);
	}
	process_here_init(&host->process, 0, process);
	host->process.no_files = true;
	struct readings first = { 0 };
	host_sample(host, &first);
	readings_release(&first);
}

void host_sample(struct host *host, struct readings *to)
{
	int64_t now_ns = clock_now_ns(), unix_ns = clock_unix_ns();
	int64_t passed_ns = now_ns - host->before_ns;
	double seconds = (double)passed_ns / (double)NS_PER_SECOND;
	int64_t step_ns = unix_ns - host->before_unix_ns - passed_ns;

	read_all(host);
	readings_add_format(to, READING_NOW,
	    (double)(passed_ns / NS_PER_US) / 1e3, "interval_ms");
	readings_add_format(to, READING_NOW,
	    (double)(step_ns / NS_PER_US) / 1e3, "clock.step_ms");
	readings_change(to, &host->before, &host->now, seconds);
	add_process(host, to, seconds);

	struct readings swapped = host->before;
	host->before = host->now;
	host->now = swapped;
	host->before_ns = now_ns;
	host->before_unix_ns = unix_ns;
}

void host_release(struct host *host)
{
	for (size_t i = 0; i < SOURCES; i++)
		if (host->files[i] >= 0)
			close(host->files[i]);
	buf_release(&host->text);
	process_here_release(&host->process);
	readings_release(&host->before);
	readings_release(&host->now);
}
