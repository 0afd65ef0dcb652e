#include "stress_client/self_watch.h"

#include "lib/mem.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t files_limit(void)
{
	struct rlimit limit;
	return getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	               limit.rlim_cur != RLIM_INFINITY
	           ? (uint64_t)limit.rlim_cur
	           : 0;
}

/* From Linux 6.2 on the folder's size is their number. Before, the lowest
 * number that is free: all below it are taken, and at the limit none is left.
 * To list the folder would take long where there are many. */
static uint64_t open_files(uint64_t limit)
{
	struct stat folder;
	if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0)
		return (uint64_t)folder.st_size;
	int lowest = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	if (lowest < 0)
		return limit;
	close(lowest);
	return (uint64_t)lowest;
}

static void look_at_threads(struct load_thread *threads, uint64_t count,
    int64_t elapsed_ns, struct record_interval *interval)
{
	struct record_generator *seen = &interval->generator;
	seen->threads = count;
	seen->thread_cpu_percent =
	    mem_new(count + 1, sizeof *seen->thread_cpu_percent);
	for (uint64_t i = 0; i < count; i++) {
		double cpu = 100 * load_thread_cpu(&threads[i], elapsed_ns);
		double busy = 100 * load_thread_busy(&threads[i], elapsed_ns);
		seen->thread_cpu_percent[i] = cpu;
		if (cpu > interval->cpu_percent)
			interval->cpu_percent = cpu;
		if (busy > seen->busy_percent)
			seen->busy_percent = busy;
	}
}

void self_watch_look(struct self_watch *watch, struct load_thread *threads,
    uint64_t count, int64_t elapsed_ns, struct measured *measured,
    struct record_interval *interval)
{
	struct record_generator *seen = &interval->generator;
	struct procstat now;
	look_at_threads(threads, count, elapsed_ns, interval);
	if (procstat_read(&now) == 0) {
		seen->steal_percent =
		    procstat_steal_percent(&watch->machine, &now);
		watch->machine = now;
	}
	seen->open_files_limit = files_limit();
	seen->open_files = open_files(seen->open_files_limit);
	seen->receive_delay = measured->receive_delay;
	measured->receive_delay = (struct histogram){ 0 };
	interval->lag = measured->lag;
	interval->lag_p99_us = histogram_percentile(&interval->lag, 99);
	measured->lag = (struct histogram){ 0 };
}
