#include "ring_server/connection.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "ring_server/server.h"
#include "ring_server/task.h"

#include <stdlib.h>

static bool from_a_peer(enum cloudp2p_type type)
{
	return type <= CLOUDP2P_HEARTBEAT || type >= CLOUDP2P_HISTORY_ADD;
}

static int send_reply(struct connection *connection,
    const struct cloudp2p_message *reply)
{
	struct buf frame = { 0 };
	int result = cloudp2p_encode(&frame, reply, NULL, 0);
	struct iovec part = { frame.data, frame.length };

	if (result == 0)
		result = conn_send(&connection->conn, &part, 1,
		    clock_now_ns() + FRAMES_STALL_NS);
	buf_release(&frame);
	return result;
}

/* Returns 0, or -1 to close. */
static int handle(struct connection *connection,
    const struct cloudp2p_message *message)
{
	struct cloudp2p_message reply = { 0 };
	int result;

	connection->peer |= from_a_peer(message->type);
	if (message->type == CLOUDP2P_TASK_REQUEST) {
		connection->owes = true;
		return task_serve(connection, message);
	}
	if (message->type == CLOUDP2P_TASK_ACK)
		connection->owes = false;
	switch (server_deliver(connection->server, 0, message, &reply)) {
	case NODE_SILENT:
		return 0;
	case NODE_CLOSE:
		return -1;
	case NODE_REPLIED:
		break;
	}
	result = send_reply(connection, &reply);
	free(reply.entries);
	return result;
}

static void serve(struct connection *connection)
{
	struct server *server = connection->server;
	struct cloudp2p_message message;
	int result;

	do {
		/* A stopping node takes no new work. */
		if (server->stopping && !connection->owes)
			return;
		connection->idle_ns = connection->owes ? 0 : clock_now_ns();
		result =
		    frames_next(&connection->frames, &message, CLOCK_NEVER);
		connection->idle_ns = 0;
		if (result <= 0)
			break;
		result = handle(connection, &message);
		cloudp2p_release(&message);
	} while (result == 0);
	if (connection->frames.error)
		log_write(&server->log, LOG_DEBUG, "connection closed: %s",
		    connection->frames.error);
}

static void enlist(struct connection *connection)
{
	struct server *server = connection->server;

	connection->next = server->connections;
	if (connection->next)
		connection->next->previous = connection;
	server->connections = connection;
	server->connection_count++;
}

static void delist(struct connection *connection)
{
	struct server *server = connection->server;

	if (connection->next)
		connection->next->previous = connection->previous;
	*(connection->previous ? &connection->previous->next
	                       : &server->connections) = connection->next;
	server->connection_count--;
	if (server->acceptor)
		fiber_unpark(server->acceptor);
	if (server->stopper)
		fiber_unpark(server->stopper);
}

static void run(void *arg)
{
	struct connection *connection = arg;

	if (frames_init(&connection->frames, &connection->conn,
	        &connection->server->budget) == 0)
		serve(connection);
	frames_release(&connection->frames);
	conn_close(&connection->conn);
	delist(connection);
	free(connection);
}

void connection_start(struct server *server, struct conn *accepted)
{
	struct connection *connection = mem_new(1, sizeof *connection);

	connection->server = server;
	connection->conn = *accepted;
	connection->idle_ns = clock_now_ns();
	connection->fiber = fiber_spawn(server->loop, run, connection);
	if (!connection->fiber) {
		conn_close(&connection->conn);
		free(connection);
		return;
	}
	enlist(connection);
}

bool connection_evict(struct server *server)
{
	struct connection *idlest = NULL;

	for (struct connection *c = server->connections; c; c = c->next) {
		if (c->idle_ns && !c->peer &&
		    (!idlest || c->idle_ns < idlest->idle_ns))
			idlest = c;
	}
	if (idlest) {
		idlest->idle_ns = 0;
		fiber_cancel(idlest->fiber);
	}
	return idlest;
}

size_t connection_close_idle(struct server *server)
{
	size_t busy = 0;

	for (struct connection *c = server->connections; c; c = c->next) {
		if (c->owes || c->frames.header_length > 0)
			busy++;
		else
			fiber_cancel(c->fiber);
	}
	return busy;
}
