/* ring_server - a node of a CloudP2P ring: the target that the others load. */
#include "ring_server/ping.h"
#include "ring_server/server.h"
#include "ring_server/settings.h"

#include <stdio.h>

static int ask(const struct settings *settings)
{
	struct err err = { "" };
	uint32_t leader = 0;

	if (ping(settings->address, &leader, &err) != 0)
		return err_fail(&err, EXIT_CANNOT);
	printf("server %u at %s answers; ", settings->members[0].id,
	    settings->address);
	if (leader)
		printf("leader %u\n", leader);
	else
		printf("no leader yet\n");
	return EXIT_PASSED;
}

static int serve(const struct settings *settings)
{
	struct server server;
	struct err err = { "" };
	int result = server_open(&server, settings, &err);

	if (result == 0)
		result = server_run(&server, &err);
	server_close(&server);
	return result == 0 ? EXIT_PASSED : err_fail(&err, EXIT_CANNOT);
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct option_set set;
	struct options options = settings_options(&settings, &set);
	struct err err = { "" };
	int operand, code;

	if (options_start(&options, argc, argv, &operand, &code)) {
		if (settings_check(&settings, &err) != 0)
			code = err_fail(&err, EXIT_USAGE);
		else
			code =
			    settings.ping ? ask(&settings) : serve(&settings);
	}
	settings_release(&settings);
	options_release(&options);
	return err_end(code);
}
