/* remote [-t MS] [-c] [-n TIMES] HOST SCRIPT [WORD...] - runs a command by
 * lib/remote.h, whose output and status become ours; 255: it could not, and
 * stderr says why. -c tells the host's clock instead: offset and error in ms.
 * -n runs it so often over one session, -w waits for a line on stdin between.
 */
#include "lib/remote.h"
#include "lib/clock.h"
#include "lib/fiber.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct trial {
	char **words;
	int64_t limit_ns;
	long times;
	bool clock, waits;
	int code;
};

static int fail(const struct err *err)
{
	fflush(stdout);
	fprintf(stderr, "%s\n", err->text);
	return 255;
}

static int tell_clock(struct remote *remote, int64_t deadline_ns)
{
	struct remote_clock clock;
	struct err err;
	if (remote_measure_clock(remote, deadline_ns, &clock, &err) != 0)
		return fail(&err);
	printf("%.3f %.3f\n", clock.offset_ms, clock.error_ms);
	return 0;
}

static int run_once(struct remote *remote, const struct trial *trial,
    struct remote_result *result)
{
	const char *words[64] = { 0 };
	struct err err;
	int64_t deadline_ns = clock_now_ns() + trial->limit_ns;
	for (int i = 0; i < 63 && trial->words[2 + i]; i++)
		words[i] = trial->words[2 + i];
	if (trial->clock)
		return tell_clock(remote, deadline_ns);
	int outcome = remote_run(remote, trial->words[1], words, deadline_ns,
	    result, &err);
	fwrite(result->out.data, 1, result->out.length, stdout);
	fwrite(result->err.data, 1, result->err.length, stderr);
	if (outcome != 0)
		return fail(&err);
	if (result->signal_name[0])
		printf("signal %s\n", result->signal_name);
	fflush(stdout);
	return result->status >= 0 ? result->status : 254;
}

static void run(void *arg)
{
	struct trial *trial = arg;
	struct remote_result result = { 0 };
	struct err err;
	struct remote *remote = remote_new(trial->words[0], NULL, &err);
	if (!remote) {
		trial->code = fail(&err);
		return;
	}
	for (long i = 0; i < trial->times; i++) {
		char line[16];
		if (i > 0 && trial->waits && !fgets(line, sizeof line, stdin))
			break;
		trial->code = run_once(remote, trial, &result);
	}
	remote_result_release(&result);
	remote_free(remote);
}

int main(int argc, char **argv)
{
	struct trial trial = { .limit_ns = 20 * NS_PER_SECOND, .times = 1 };
	for (int flag; (flag = getopt(argc, argv, "+t:n:cw")) != -1;) {
		if (flag == 't')
			trial.limit_ns = strtol(optarg, NULL, 10) * NS_PER_MS;
		else if (flag == 'n')
			trial.times = strtol(optarg, NULL, 10);
		else if (flag == 'c')
			trial.clock = true;
		else if (flag == 'w')
			trial.waits = true;
		else
			return 255;
	}
	trial.words = argv + optind;
	if (argc - optind < (trial.clock ? 1 : 2))
		return 255;
	struct loop *loop = loop_new(NULL);
	if (!loop || !fiber_spawn(loop, run, &trial) ||
	    loop_run(loop, NULL) != 0)
		return 255;
	loop_free(loop);
	return trial.code;
}
