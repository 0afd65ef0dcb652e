/* bench_fiber.c - what fibers cost: a switch, a timer, an idle fiber, a message
 * there and back. Prints a line for each. */
#define _GNU_SOURCE
#include "lib/clock.h"
#include "lib/fiber.h"
#include "lib/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YIELDS 2000000
#define SLEEPS 4000
#define IDLE   10000
#define PINGS  50000

static double us(int64_t ns)
{
	return (double)ns / (double)NS_PER_US;
}

static void yield_often(void *arg)
{
	size_t *left = arg;

	while (*left > 0) {
		--*left;
		fiber_yield();
	}
}

static void bench_switch(unsigned fibers)
{
	struct loop *loop = loop_new(NULL);
	size_t left = YIELDS;

	for (unsigned i = 0; i < fibers; i++)
		fiber_spawn(loop, yield_often, &left);
	int64_t began_ns = clock_now_ns();
	loop_run(loop, NULL);
	printf("switch among %u fibers: %.1f ns\n", fibers,
	    (double)(clock_now_ns() - began_ns) / YIELDS);
	loop_free(loop);
}

/* Planned moments at random, `gap_ns` apart on average for each fiber. */
struct thinkers {
	int64_t gap_ns, late_ns[SLEEPS];
	size_t count;
	unsigned seed;
};

static void think_often(void *arg)
{
	struct thinkers *all = arg;

	while (all->count < SLEEPS) {
		all->seed = all->seed * 1664525u + 1013904223u;
		int64_t moment_ns = clock_now_ns() + (int64_t)(all->seed >> 8) *
		                                         all->gap_ns /
		                                         (1 << 23);
		fiber_sleep_until(moment_ns);
		if (all->count < SLEEPS)
			all->late_ns[all->count++] = clock_now_ns() - moment_ns;
	}
}

static int by_size(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void bench_timers(unsigned fibers, int64_t gap_ns)
{
	struct loop *loop = loop_new(NULL);
	static struct thinkers all;

	all = (struct thinkers){ .gap_ns = gap_ns, .seed = 1 };
	for (unsigned i = 0; i < fibers; i++)
		fiber_spawn(loop, think_often, &all);
	int64_t began_ns = clock_now_ns(), cpu_ns = clock_thread_cpu_ns();
	loop_run(loop, NULL);
	double took_ns = (double)(clock_now_ns() - began_ns);
	cpu_ns = clock_thread_cpu_ns() - cpu_ns;
	qsort(all.late_ns, SLEEPS, sizeof all.late_ns[0], by_size);
	printf("%u sleepers, %.0f moments/s: late p50 %.1f us, p99 %.1f us; "
	       "processor %.1f %%\n",
	    fibers, SLEEPS * (double)NS_PER_SECOND / took_ns,
	    us(all.late_ns[SLEEPS / 2]), us(all.late_ns[SLEEPS / 100 * 99]),
	    100 * (double)cpu_ns / took_ns);
	loop_free(loop);
}

static void idle(void *arg)
{
	struct fiber **all = arg;

	all[0] = fiber_self();
	fiber_park(CLOCK_NEVER);
}

/* Of this process, from the kernel. */
static double kilobytes(const char *key)
{
	char line[256];
	double value = 0;
	FILE *file = fopen("/proc/self/status", "r");

	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, key, strlen(key)) == 0)
			value = strtod(line + strlen(key), NULL);
	if (file)
		fclose(file);
	return value;
}

static void measure_idle(void *arg)
{
	double *before = arg;

	printf("idle fiber: %.0f bytes resident, %.0f of page tables\n",
	    (kilobytes("VmRSS:") - before[0]) * 1024 / IDLE,
	    (kilobytes("VmPTE:") - before[1]) * 1024 / IDLE);
	loop_stop(loop_current());
}

static void bench_idle(void)
{
	struct loop *loop = loop_new(NULL);
	static struct fiber *all[IDLE];
	double before[] = { kilobytes("VmRSS:"), kilobytes("VmPTE:") };

	int64_t began_ns = clock_now_ns();
	for (size_t i = 0; i < IDLE; i++)
		if (!fiber_spawn(loop, idle, &all[i]))
			fprintf(stderr, "no memory for fiber %zu\n", i);
	double made_ns = (double)(clock_now_ns() - began_ns);
	fiber_spawn(loop, measure_idle, before);
	loop_run(loop, NULL);
	printf("new stack: %.2f us\n", us((int64_t)made_ns) / IDLE);
	loop_free(loop);
}

struct pings {
	struct conn listener;
	struct address address;
};

static void answer(void *arg)
{
	struct pings *pings = arg;
	struct conn conn;
	char bytes[64];

	if (net_accept(&pings->listener, &conn) == 0)
		while (conn_receive_all(&conn, bytes, 64, CLOCK_NEVER) == 0) {
			struct iovec part = { bytes, 64 };
			if (conn_send(&conn, &part, 1, CLOCK_NEVER) < 0)
				break;
		}
	conn_close(&conn);
}

static void ask(void *arg)
{
	struct pings *pings = arg;
	struct conn conn;
	char bytes[64] = "";

	if (conn_connect(&conn, &pings->address, CLOCK_NEVER) < 0)
		return;
	int64_t began_ns = clock_now_ns();
	for (int i = 0; i < PINGS; i++) {
		struct iovec part = { bytes, 64 };
		int64_t deadline_ns = clock_now_ns() + NS_PER_SECOND;
		if (conn_send(&conn, &part, 1, deadline_ns) < 0 ||
		    conn_receive_all(&conn, bytes, 64, deadline_ns) < 0)
			perror("ping");
	}
	printf("64 bytes there and back on loopback, both ends on one "
	       "thread: %.2f us\n",
	    us(clock_now_ns() - began_ns) / PINGS);
	conn_close(&conn);
}

static void bench_ping(void)
{
	struct loop *loop = loop_new(NULL);
	struct pings pings;

	if (address_resolve(&pings.address, "127.0.0.1:0", NULL) == 0 &&
	    net_listen(&pings.listener, &pings.address) == 0) {
		fiber_spawn(loop, answer, &pings);
		fiber_spawn(loop, ask, &pings);
		loop_run(loop, NULL);
		conn_close(&pings.listener);
	}
	loop_free(loop);
}

int main(void)
{
	bench_switch(2);
	bench_switch(1000);
	bench_idle();
	bench_timers(1, NS_PER_MS);
	bench_timers(1000, 50 * NS_PER_MS);
	bench_ping();
	return 0;
}
