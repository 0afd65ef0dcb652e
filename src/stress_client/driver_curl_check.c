/* driver_curl_check.c - --check of driver curl. */
#include "stress_client/driver_curl.h"

#include "lib/clock.h"
#include "lib/fiber.h"
#include "stress_client/http_check.h"
#include "stress_client/plan.h"

struct inquiry {
	struct curl_plan *plan;
	size_t right;
};

static void ask_one(struct inquiry *inquiry, const struct curl_target *target,
    struct http *http)
{
	struct http_answer answer = { 0 };
	struct request request = { .number = 1 };
	int64_t begin_ns = clock_now_ns();
	curl_ask(inquiry->plan, target, http, &answer, &request);
	http_check_print(target->request.url, &request, answer.status,
	    clock_now_ns() - begin_ns);
	inquiry->right += !request.outcome.reason;
	http_answer_release(&answer);
}

static void ask_all(void *arg)
{
	struct inquiry *inquiry = arg;
	struct err err;
	struct http *http = http_new(&inquiry->plan->access, &err);
	if (!http) {
		err_fail(&err, EXIT_CANNOT);
		return;
	}
	for (size_t i = 0; i < inquiry->plan->mix.count; i++)
		ask_one(inquiry, &inquiry->plan->targets[i], http);
	http_free(http);
}

int curl_check(struct plan *plan)
{
	struct inquiry inquiry = { .plan = plan->driver_state };
	struct err err = { "" };
	struct loop *loop = loop_new(&err);
	int result = loop ? 0 : -1;
	if (loop && !fiber_spawn(loop, ask_all, &inquiry))
		result = err_set(&err, "out of memory");
	if (result == 0)
		result = loop_run(loop, &err);
	loop_free(loop);
	if (result < 0)
		return err_fail(&err, EXIT_CANNOT);
	return inquiry.right == inquiry.plan->mix.count ? EXIT_PASSED
	                                                : EXIT_CANNOT;
}
