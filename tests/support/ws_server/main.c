/* ws_server [OPTION]... - a WebSocket server of which the tests know what it
 * does, sound or not: an echo, or a relay for automerge's messages. Prints its
 * port; at SIGTERM what there was. */
#include "../serving/serving.h"
#include "peer.h"

#include "lib/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

static const struct option rows[] = {
	ROW("listen", OPTION_TEXT, listen, .fallback = "127.0.0.1:0",
	    .words = "HOST:PORT", .help = "port 0: the kernel chooses"),
	ROW("role", OPTION_CHOICE, role, .fallback = "echo",
	    .words = "echo|tonk", .help = "what it does with messages"),
	ROW("subprotocol", OPTION_TEXT, subprotocol, .words = "NAME",
	    .help = "chosen, offered or not"),
	ROW("status", OPTION_COUNT, status, .from = "200", .to = "599",
	    .help = "of the answer to every upgrade, instead of 101"),
	ROW("bad-accept", OPTION_FLAG, bad_accept,
	    .help = "upgrades with an answer to another key"),
	ROW("mute", OPTION_FLAG, mute, .help = "never answers an upgrade"),
	ROW("fault", OPTION_TEXT, fault, .fallback = "none", .words = "NAME",
	    .help = "done instead of an answer (see fault.c)"),
	ROW("fault-at", OPTION_COUNT, fault_at, .fallback = "1", .from = "1",
	    .help = "with every so manieth message of a connection"),
	ROW("close-code", OPTION_COUNT, close_code, .fallback = "1001",
	    .help = "of the fault close"),
	ROW("fragment", OPTION_BYTES, fragment,
	    .help = "messages go out in fragments of this length"),
	ROW("ping-every", OPTION_TIME, ping_every_ns,
	    .help = "pings all; who has not answered by the next is dropped"),
	ROW("store", OPTION_TEXT, store, .words = "FILE",
	    .help = "where a relay keeps documents; default: nowhere"),
	ROW("leak", OPTION_BYTES, leak_bytes, .help = "with every message"),
};

static void accept_all(void *arg)
{
	struct server *server = arg;
	struct conn accepted;
	for (;;) {
		if (net_accept(&server->listener, &accepted) == 0)
			peer_begin(server, &accepted);
		else if (errno == ECANCELED)
			return;
	}
}

static void reap(void *arg)
{
	struct server *server = arg;
	while (fiber_park(CLOCK_NEVER) == 0) {
		/* Whoever looks at one of them now has ended by then. */
		fiber_yield();
		peers_reap(server);
	}
}

static void ping(void *arg)
{
	struct server *server = arg;
	int64_t every_ns = server->settings.ping_every_ns;
	while (fiber_sleep_until(clock_now_ns() + every_ns) == 0) {
		struct peer *next;
		for (struct peer *peer = server->peers; peer; peer = next) {
			next = peer->next;
			if (!peer->upgraded)
				continue;
			if (peer->pinged) {
				peer_drop(peer);
				continue;
			}
			peer->pinged = true;
			peer_send(peer, WEBSOCKET_FIN | WEBSOCKET_PING,
			    "still there?", 12);
		}
	}
}

static void await_signal(void *arg)
{
	struct server *server = arg;
	serving_await_signal();
	printf("%" PRIu64 " connections, %" PRIu64 " open, %" PRIu64
	       " messages, %" PRIu64 " pongs, %" PRIu64
	       " refused, %.2f s CPU\n",
	    server->connections, server->open, server->messages, server->pongs,
	    server->refused, (double)clock_thread_cpu_ns() / 1e9);
	fflush(stdout);
	loop_stop(server->loop);
}

static int start_fibers(struct server *server)
{
	struct loop *loop = server->loop;
	server->reaper = fiber_spawn(loop, reap, server);
	if (!server->reaper || !fiber_spawn(loop, accept_all, server) ||
	    !fiber_spawn(loop, await_signal, server))
		return -1;
	return server->settings.ping_every_ns == 0 ||
	               fiber_spawn(loop, ping, server)
	           ? 0
	           : -1;
}

static int run(struct server *server, struct err *err)
{
	struct address address;
	if (fault_check(&server->settings, err) < 0 ||
	    address_resolve(&address, server->settings.listen, err) < 0)
		return -1;
	if (net_listen(&server->listener, &address) < 0)
		return err_system(err, "cannot listen on %s",
		    server->settings.listen);
	server->loop = loop_new(err);
	if (!server->loop)
		return -1;
	server->relay = relay_new(server);
	server->start_ns = clock_now_ns();
	serving_prepare();
	if (start_fibers(server) < 0)
		return err_set(err, "out of memory");
	printf("%s\n", strrchr(address.text, ':') + 1);
	fflush(stdout);
	return loop_run(server->loop, err);
}

int main(int argc, char **argv)
{
	static struct server server;
	const struct option_set set = { .title = "Server",
		.rows = rows,
		.count = sizeof rows / sizeof *rows,
		.values = &server.settings };
	struct options options = { .program = "ws_server",
		.about = "A WebSocket server for tests.",
		.sets = &set,
		.set_count = 1 };
	struct err err = { "" };
	int operand, code;
	server.listener = (struct conn)CONN_CLOSED;
	if (options_start(&options, argc, argv, &operand, &code) &&
	    run(&server, &err) < 0)
		code = err_fail(&err, EXIT_CANNOT);
	while (server.peers)
		peer_drop(server.peers);
	peers_reap(&server);
	relay_free(server.relay);
	conn_close(&server.listener);
	loop_free(server.loop);
	options_release(&options);
	return code;
}
