/* remote_bench HOST... - what lib/remote.h costs over open sessions and new
 * ones: for tests/bench/ssh.sh. */
#include "lib/clock.h"
#include "lib/fiber.h"
#include "lib/remote.h"

#include <stdio.h>
#include <stdlib.h>

#define COMMANDS 200
#define LIMIT_NS (20 * NS_PER_SECOND)

struct host {
	struct remote *remote;
	double error_ms;
};

static void check(int result, const struct err *err)
{
	if (result == 0)
		return;
	fprintf(stderr, "%s\n", err->text);
	exit(1);
}

/* What a preflight does: connect, a command, the clock. */
static void meet(struct host *host)
{
	struct remote_result result = { 0 };
	struct remote_clock clock;
	struct err err;
	int64_t deadline_ns = clock_now_ns() + LIMIT_NS;
	check(remote_run(host->remote, "id", NULL, deadline_ns, &result, &err),
	    &err);
	check(remote_measure_clock(host->remote, deadline_ns, &clock, &err),
	    &err);
	host->error_ms = clock.error_ms;
	remote_result_release(&result);
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

/* From the call until the shell acted, by the clock that both share here, and
 * until the answer is back. */
static void command(struct host *host)
{
	static double there_ms[COMMANDS], back_ms[COMMANDS];
	struct remote_result result = { 0 };
	struct err err;
	for (int i = 0; i < COMMANDS; i++) {
		int64_t began_ns = clock_unix_ns();
		check(remote_run(host->remote, "date +%s%N", NULL,
		          clock_now_ns() + LIMIT_NS, &result, &err),
		    &err);
		int64_t acted_ns = strtoll((char *)result.out.data, NULL, 10);
		there_ms[i] = (double)(acted_ns - began_ns) / NS_PER_MS;
		back_ms[i] = (double)(clock_unix_ns() - began_ns) / NS_PER_MS;
	}
	remote_result_release(&result);
	qsort(there_ms, COMMANDS, sizeof *there_ms, compare);
	qsort(back_ms, COMMANDS, sizeof *back_ms, compare);
	printf("a command acts after     %6.2f ms (median), %6.2f ms (p90), "
	       "%6.2f ms (p99)\n",
	    there_ms[COMMANDS / 2], there_ms[COMMANDS * 9 / 10],
	    there_ms[COMMANDS * 99 / 100]);
	printf("its answer is back after %6.2f ms (median), %6.2f ms (p90), "
	       "%6.2f ms (p99)\n",
	    back_ms[COMMANDS / 2], back_ms[COMMANDS * 9 / 10],
	    back_ms[COMMANDS * 99 / 100]);
}

static double run(void (*work)(void *), struct host *hosts, int count)
{
	struct err err;
	struct loop *loop = loop_new(&err);
	int64_t began_ns = clock_now_ns();
	check(loop ? 0 : -1, &err);
	for (int i = 0; i < count; i++)
		if (!fiber_spawn(loop, work, &hosts[i]))
			exit(1);
	check(loop_run(loop, &err), &err);
	loop_free(loop);
	return (double)(clock_now_ns() - began_ns) / NS_PER_MS;
}

static void meet_once(void *arg)
{
	struct host *host = arg;
	meet(host);
	remote_disconnect(host->remote);
}

static void meet_and_command(void *arg)
{
	struct host *host = arg;
	meet(host);
	command(host);
	remote_disconnect(host->remote);
}

int main(int argc, char **argv)
{
	struct host hosts[64] = { 0 };
	struct err err;
	int count = argc - 1 < 64 ? argc - 1 : 64;
	for (int i = 0; i < count; i++) {
		hosts[i].remote = remote_new(argv[1 + i], NULL, &err);
		check(hosts[i].remote ? 0 : -1, &err);
	}
	double ms = run(meet_once, hosts, count);
	printf("%d hosts met at once:       %6.0f ms\n", count, ms);
	run(meet_and_command, hosts, 1);
	printf("error of its clock:      %6.2f ms\n", hosts[0].error_ms);
	for (int i = 0; i < count; i++)
		remote_free(hosts[i].remote);
	return 0;
}
