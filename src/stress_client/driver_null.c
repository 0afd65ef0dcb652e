/* driver_null.c - requests that do nothing: they measure the engine itself. */
#include "stress_client/driver.h"

static void null_request(struct user *user, struct request *request)
{
	(void)user;
	request->outcome.operation = "nothing";
}

extern const struct driver driver_null;
const struct driver driver_null = {
	.name = "null",
	.help = "does nothing; measures the engine",
	.request = null_request,
};
