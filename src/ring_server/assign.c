#include "ring_server/assign.h"

void assign_heard(struct assign_server *server, double load)
{
	server->load = load;
	server->since = 0;
}

static double expected(const struct assign_server *server)
{
	return server->load + ASSIGN_TASK_LOAD * server->since;
}

static const struct assign_server *least(const struct assign_server *servers,
    size_t count)
{
	const struct assign_server *best = NULL;

	for (size_t i = 0; i < count; i++) {
		if (servers[i].usable &&
		    (!best || expected(&servers[i]) < expected(best)))
			best = &servers[i];
	}
	return best;
}

struct assign_server *assign_pick(struct assign_server *servers, size_t count,
    uint64_t *turn)
{
	const struct assign_server *best = least(servers, count);
	struct assign_server *pick = NULL;

	for (size_t i = 0; best && i < count; i++) {
		struct assign_server *server = &servers[i];

		if (server->usable &&
		    expected(server) < expected(best) + ASSIGN_TASK_LOAD &&
		    (!pick || server->last_turn < pick->last_turn))
			pick = server;
	}
	if (pick) {
		pick->since++;
		pick->last_turn = ++*turn;
	}
	return pick;
}
