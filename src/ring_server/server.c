#include "ring_server/server.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "ring_server/connection.h"
#include "ring_server/link.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Descriptors that are not connections: log, epoll, listener, links, ... */
#define OTHER_DESCRIPTORS 64

/* A flood of connections does not flood the log. */
#define WARN_PAUSE_NS (60 * NS_PER_SECOND)

static struct node_time now(void)
{
	return (struct node_time){ clock_now_ns(),
		(uint64_t)clock_unix_ms() / 1000 };
}

void server_flush(struct server *server)
{
	struct outbox *out = &server->node.ring.out;
	size_t links = server->settings->member_count - 1;

	for (size_t i = 0; i < out->count; i++) {
		const struct post *post = &out->posts[i];

		for (size_t j = 0; j < links; j++) {
			struct link *link = &server->links[j];

			if (post->to == OUTBOX_ALL || post->to == link->peer)
				link_post(link, &post->message);
		}
	}
	outbox_clear(out);
}

enum node_answer server_deliver(struct server *server, uint32_t link,
    const struct cloudp2p_message *message, struct cloudp2p_message *reply)
{
	enum ring_state before = server->node.ring.state;
	enum node_answer answer;

	/* It does not lead, or assign, any more. */
	if (server->stopping && message->type != CLOUDP2P_TASK_ACK)
		return NODE_CLOSE;
	answer = node_receive(&server->node, link, message, reply, now());
	server_flush(server);
	/* A new state has a new deadline. */
	if (server->ticker &&
	    (server->node.ring.state != before || server->node.ring.orphans))
		fiber_unpark(server->ticker);
	return answer;
}

static void tick(void *arg)
{
	struct server *server = arg;
	int64_t due_ns, heartbeat_ns = 0;

	do {
		int64_t now_ns = clock_now_ns();

		if (now_ns >= heartbeat_ns) {
			node_load(&server->node, load_measure(&server->meter,
			                             (unsigned)server->active));
			heartbeat_ns = now_ns + server->settings->heartbeat_ns;
		}
		due_ns = node_tick(&server->node, now());
		server_flush(server);
	} while (fiber_park(due_ns) == 0 || errno == ETIME);
	server->ticker = NULL;
}

static void await_place(struct server *server)
{
	while (server->connection_count >= server->settings->max_connections &&
	       (connection_evict(server) || true)) {
		if (fiber_park(CLOCK_NEVER) != 0)
			return;
	}
}

static void accept_all(void *arg)
{
	struct server *server = arg;
	int64_t warn_ns = 0;

	for (;;) {
		struct conn accepted = CONN_CLOSED;

		await_place(server);
		if (net_accept(&server->listener, &accepted) == 0) {
			connection_start(server, &accepted);
			continue;
		}
		if (errno == ECANCELED)
			break;
		if (clock_now_ns() >= warn_ns) {
			log_write(&server->log, LOG_WARN, "cannot accept: %s",
			    strerror(errno));
			warn_ns = clock_now_ns() + WARN_PAUSE_NS;
		}
		connection_evict(server);
	}
	conn_close(&server->listener);
	server->acceptor = NULL;
}

/* What was queued for the peers goes out before the end. */
static void drain(const struct server *server)
{
	int64_t deadline_ns = clock_now_ns() + NS_PER_SECOND;
	size_t links = server->settings->member_count - 1;

	for (size_t i = 0; i < links;) {
		if (server->links[i].count == 0)
			i++;
		else if (fiber_sleep_until(clock_now_ns() + NS_PER_MS) != 0 ||
		         clock_now_ns() > deadline_ns)
			return;
	}
}

/* Takes no more, names a successor, lets the tasks in hand come to an end. */
static void stop(struct server *server)
{
	int64_t deadline_ns = clock_now_ns() + server->settings->stop_ns;

	server->stopping = true;
	server->stopper = fiber_self();
	if (server->acceptor)
		fiber_cancel(server->acceptor);
	fiber_cancel(server->ticker);
	node_leave(&server->node, now());
	server_flush(server);
	log_write(&server->log, LOG_INFO, "Server %u stops after %zu tasks",
	    server->node.ring.id, connection_close_idle(server));
	while (
	    connection_close_idle(server) > 0 && fiber_park(deadline_ns) == 0)
		;
	drain(server);
	log_write(&server->log, LOG_INFO, "Server %u stopped",
	    server->node.ring.id);
	loop_stop(server->loop);
}

static void await_signal(void *arg)
{
	struct server *server = arg;
	struct watch watch;
	sigset_t signals;
	int fd;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	watch_add(&watch, fd);
	if (watch_wait(&watch, EPOLLIN, CLOCK_NEVER) == 0) {
		/* A second signal ends the process at once. */
		struct signalfd_siginfo info;
		ssize_t got = read(fd, &info, sizeof info);

		(void)got;
		sigprocmask(SIG_UNBLOCK, &signals, NULL);
		stop(server);
	}
	watch_remove(&watch);
	close(fd);
}

static int raise_descriptors(const struct settings *settings, struct err *err)
{
	struct rlimit limit;
	rlim_t need = settings->max_connections + settings->member_count +
	              OTHER_DESCRIPTORS;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return err_system(err, "cannot read the limit of open files");
	if (limit.rlim_cur < need) {
		limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur < need)
		return err_set(err,
		    "MAX_CONNECTIONS=%llu needs %llu open files and the limit "
		    "is %llu; lower it, or raise the limit with ulimit -n",
		    (unsigned long long)settings->max_connections,
		    (unsigned long long)need,
		    (unsigned long long)limit.rlim_cur);
	return 0;
}

static int listen_at(struct server *server, struct err *err)
{
	const struct settings *settings = server->settings;
	const char *where =
	    settings->listen ? settings->listen : settings->address;
	struct address address;
	struct err why = { "" };

	if (address_resolve(&address, where, &why) != 0)
		return err_set(err, "%s: %s",
		    settings->listen ? "LISTEN" : "ADDRESS", why.text);
	if (net_listen(&server->listener, &address) != 0)
		return err_system(err, "cannot listen on %s", where);
	return 0;
}

static int start_fibers(struct server *server, struct err *err)
{
	const struct settings *settings = server->settings;
	size_t links = settings->member_count - 1;

	server->links = mem_new(links + 1, sizeof *server->links);
	server->acceptor = fiber_spawn(server->loop, accept_all, server);
	server->ticker = fiber_spawn(server->loop, tick, server);
	if (!server->acceptor || !server->ticker ||
	    !fiber_spawn(server->loop, await_signal, server))
		return err_set(err, "out of memory");
	for (size_t i = 0; i < links; i++) {
		const struct node_member *peer = &settings->members[i + 1];

		if (link_start(&server->links[i], server, peer->id,
		        peer->address, err) != 0)
			return -1;
	}
	return 0;
}

static void block_signals(void)
{
	sigset_t signals;

	/* Before there are threads: they inherit it. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
}

int server_open(struct server *server, const struct settings *settings,
    struct err *err)
{
	const struct ring_timing timing = { settings->heartbeat_ns,
		settings->monitor_ns, settings->failure_ns,
		settings->election_ns };

	*server =
	    (struct server){ .settings = settings, .listener = CONN_CLOSED };
	budget_init(&server->budget, settings->max_task_bytes);
	if (log_open(&server->log, settings->log_file, err) != 0)
		return -1;
	server->log.least = (enum log_level)settings->log_level;
	if (carrier_open(&server->carrier, settings->cover_image, err) != 0 ||
	    raise_descriptors(settings, err) != 0 ||
	    listen_at(server, err) != 0)
		return -1;
	block_signals();
	server->workers = workers_new((unsigned)settings->workers, err);
	server->loop = server->workers ? loop_new(err) : NULL;
	if (!server->loop)
		return -1;
	node_init(&server->node, settings->members, settings->member_count,
	    &timing, rng_system_seed(), &server->log, clock_now_ns());
	return start_fibers(server, err);
}

int server_run(struct server *server, struct err *err)
{
	log_write(&server->log, LOG_INFO, "Server %u listens on %s",
	    server->node.ring.id, server->settings->address);
	return loop_run(server->loop, err);
}

void server_close(struct server *server)
{
	for (size_t i = 0;
	     server->links && i + 1 < server->settings->member_count; i++)
		link_release(&server->links[i]);
	if (server->workers)
		workers_free(server->workers);
	if (server->loop) {
		node_release(&server->node);
		loop_free(server->loop);
	}
	free(server->links);
	conn_close(&server->listener);
	carrier_release(&server->carrier);
	log_close(&server->log);
}
