#include "stress_client/ws_check.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"
#include "stress_client/driver.h"

#include <stdio.h>
#include <stdlib.h>

struct check {
	struct ws_link link; /* first */
	const struct ws_targets *targets;
	const struct ws_settings *settings;
	struct rng rng;
	struct fiber *fiber;
	struct ws_failure failure;
	int64_t pong_ns;
	size_t wrong;
};

static void take_message(struct ws_link *link,
    const struct websocket_message *message)
{
	struct check *check = (struct check *)link;
	if (message->type != WEBSOCKET_PONG)
		return;
	check->pong_ns = clock_now_ns();
	fiber_unpark(check->fiber);
}

static void take_loss(struct ws_link *link, const struct ws_failure *failure)
{
	struct check *check = (struct check *)link;
	check->failure = *failure;
	fiber_unpark(check->fiber);
}

static const struct ws_handlers handlers = { .message = take_message,
	.down = take_loss };

static int ping(struct check *check, int64_t deadline_ns)
{
	check->pong_ns = 0;
	ws_link_send(&check->link, WEBSOCKET_PING, "?", 1);
	while (check->link.up && check->pong_ns == 0)
		if (fiber_park(deadline_ns) < 0)
			break;
	if (check->pong_ns > 0)
		return 0;
	if (!check->failure.reason)
		check->failure.reason = "no pong came";
	return -1;
}

static void ask(struct check *check, const struct ws_target *target)
{
	char connected[UNIT_TEXT], ponged[UNIT_TEXT];
	int64_t begin_ns = clock_now_ns();

	printf("%s://%s%s  ", target->secure ? "wss" : "ws",
	    target->host_header, target->path);
	check->failure = (struct ws_failure){ 0 };
	check->link.target = target;
	int result = ws_link_open(&check->link,
	    begin_ns + check->settings->connect_timeout_ns, &check->failure);
	int64_t up_ns = clock_now_ns();
	if (result == 0)
		result = ping(check, up_ns + check->settings->reply_timeout_ns);
	if (result == 0) {
		printf("connected in %s, pong after %s\n",
		    unit_duration(connected, up_ns - begin_ns),
		    unit_duration(ponged, check->pong_ns - up_ns));
	} else {
		check->wrong++;
		printf("%s%s%s\n", check->failure.reason,
		    check->failure.detail[0] ? ": " : "",
		    check->failure.detail);
	}
	ws_link_close(&check->link, WEBSOCKET_NORMAL);
}

static void ask_all(void *arg)
{
	struct check *check = arg;
	check->fiber = fiber_self();
	for (size_t i = 0; i < check->targets->count; i++)
		ask(check, &check->targets->all[i]);
}

int ws_check(const struct ws_targets *targets,
    const struct ws_settings *settings)
{
	struct check check = { .targets = targets, .settings = settings };
	int code = EXIT_CANNOT;
	struct err err = { "" };
	struct loop *loop = loop_new(&err);

	rng_init(&check.rng, rng_system_seed(), 0);
	check.link.conn = (struct conn)CONN_CLOSED;
	check.link.handlers = &handlers;
	check.link.rng = &check.rng;
	check.link.scratch = mem_new(DRIVER_SCRATCH, 1);
	if (!loop || !fiber_spawn(loop, ask_all, &check) ||
	    loop_run(loop, &err) < 0)
		err_fail(&err, EXIT_CANNOT);
	else if (check.wrong == 0)
		code = EXIT_PASSED;
	free(check.link.scratch);
	loop_free(loop);
	return code;
}
