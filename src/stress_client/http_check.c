#include "stress_client/http_check.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"
#include "stress_client/http_exchange.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct check {
	struct http_load *http;
	uint8_t *scratch;
	size_t wrong;
};

void http_check_print(const char *url, const struct request *request,
    unsigned status, int64_t took_ns)
{
	const struct outcome *outcome = &request->outcome;
	char duration[UNIT_TEXT], bytes[UNIT_TEXT];

	printf("%s  ", url);
	if (status)
		printf("status %u, %s in %s from %s: ", status,
		    unit_bytes(bytes, outcome->bytes_received),
		    unit_duration(duration, took_ns), outcome->server);
	printf("%s", outcome->reason ? outcome->reason : "right");
	if (request->detail[0] != '\0')
		printf(" (%s)", request->detail);
	printf("\n");
}

static void ask_all(void *arg)
{
	struct check *check = arg;
	struct http_load *http = check->http;
	struct http_client *client = http_client_new(http, 0);

	for (size_t i = 0; i < http->mix.count; i++) {
		struct http_target *target = &http->targets[i];
		struct request request = { .number = i + 1,
			.begin_ns = clock_now_ns() };
		unsigned status = http_exchange(http, client, target,
		    check->scratch, &request);
		check->wrong += request.outcome.reason != NULL;
		http_check_print(target->url, &request, status,
		    clock_now_ns() - request.begin_ns);
	}
	http_client_free(client, http);
}

int http_check(struct http_load *http)
{
	struct check check = { .http = http };
	int code = EXIT_CANNOT;
	struct err err = { "" };
	struct loop *loop = loop_new(&err);

	check.scratch = mem_new(DRIVER_SCRATCH, 1);
	if (!loop || !fiber_spawn(loop, ask_all, &check) ||
	    loop_run(loop, &err) < 0)
		err_fail(&err, EXIT_CANNOT);
	else if (check.wrong == 0)
		code = EXIT_PASSED;
	free(check.scratch);
	loop_free(loop);
	return code;
}
