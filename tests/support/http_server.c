/* http_server [OPTION]... - a web server of whose every answer the tests know
 * what it holds, when it comes and how many of them come in a second. Prints
 * its port; at SIGTERM how many requests and connections there were, and how
 * long answers were kept back: what others are measured by is measured itself.
 */
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/histogram.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/options.h"
#include "serving/serving.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <unistd.h>

#define HEAD_BYTES_MAX 16384
#define AWAKE_NS       (200 * NS_PER_US)

struct settings {
	char *listen, *body;
	struct text_list server_header;
	uint64_t body_bytes, status;
	int64_t delay_ns, freeze_at_ns, freeze_for_ns;
	double limit, fail_percent;
	bool close, chunked;
};

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

static const struct option rows[] = {
	ROW("listen", OPTION_TEXT, listen, .fallback = "127.0.0.1:0",
	    .words = "HOST:PORT", .help = "port 0: the kernel chooses"),
	ROW("body-bytes", OPTION_BYTES, body_bytes, .fallback = "15",
	    .to = "1G", .help = "length of every answer: a, b, c, ..."),
	ROW("body", OPTION_TEXT, body, .words = "TEXT",
	    .help = "what every answer holds instead"),
	ROW("status", OPTION_COUNT, status, .fallback = "200", .from = "200",
	    .to = "599", .help = "of every answer"),
	ROW("server-header", OPTION_LIST, server_header, .words = "NAME: VALUE",
	    .help = "further lines of every answer"),
	ROW("close", OPTION_FLAG, close, .help = "after every answer"),
	ROW("chunked", OPTION_FLAG, chunked,
	    .help = "answers in chunks of at most 1,000 bytes"),
	ROW("delay", OPTION_TIME, delay_ns, .fallback = "0s",
	    .help = "from the end of a request to its answer, to some 10 us"),
	ROW("freeze-at", OPTION_TIME, freeze_at_ns,
	    .help =
	        "so long after the first request no answer leaves any more"),
	ROW("freeze-for", OPTION_TIME, freeze_for_ns, .fallback = "2s",
	    .help = "until after this time; connections are accepted"),
	ROW("limit", OPTION_RATE, limit,
	    .help = "answers in a second at most; who comes faster waits"),
	ROW("fail-percent", OPTION_SHARE, fail_percent, .fallback = "0%",
	    .to = "100%", .help = "so many of the answers are 503, evenly"),
};

struct answer {
	struct buf head, body;
};

struct server {
	struct settings settings;
	struct conn listener;
	struct loop *loop;
	struct answer good, bad;
	int64_t first_ns; /* of the first request; 0: none yet */
	int64_t free_ns;  /* no answer may leave earlier, for the limit */
	double failing;   /* of the next answer, carried over */
	uint64_t requests, connections;
	struct histogram kept; /* how long answers were */
};

struct connection {
	struct server *server;
	struct conn conn;
	char *text; /* HEAD_BYTES_MAX + 1 */
	size_t length;
};

/* Answers */

static void add_chunked(struct buf *to, const uint8_t *bytes, size_t length)
{
	for (size_t at = 0; at < length; at += 1000) {
		size_t part = length - at < 1000 ? length - at : 1000;
		buf_add_format(to, "%zx\r\n", part);
		buf_add(to, bytes + at, part);
		buf_add_text(to, "\r\n");
	}
	buf_add_text(to, "0\r\n\r\n");
}

static bool has_body(uint64_t status)
{
	return status != 204 && status != 304;
}

static void write_answer(struct answer *answer, const struct settings *settings,
    uint64_t status, const struct buf *body)
{
	buf_add_format(&answer->head, "HTTP/1.1 %u %s\r\n", (unsigned)status,
	    status < 400 ? "OK" : "Not so");
	for (size_t i = 0; i < settings->server_header.count; i++)
		buf_add_format(&answer->head, "%s\r\n",
		    settings->server_header.items[i]);
	if (settings->close)
		buf_add_text(&answer->head, "Connection: close\r\n");
	if (status >= 300 && status < 400 && status != 304)
		buf_add_text(&answer->head, "Location: /elsewhere\r\n");
	if (has_body(status) && settings->chunked) {
		buf_add_text(&answer->head, "Transfer-Encoding: chunked\r\n");
		add_chunked(&answer->body, body->data, body->length);
	} else if (has_body(status)) {
		buf_add_format(&answer->head, "Content-Length: %zu\r\n",
		    body->length);
		buf_add(&answer->body, body->data, body->length);
	}
	buf_add_text(&answer->head, "\r\n");
}

static int write_answers(struct server *server, struct err *err)
{
	const struct settings *settings = &server->settings;
	struct buf body = { 0 };
	if (settings->body) {
		buf_add_text(&body, settings->body);
	} else {
		uint8_t *to = buf_room(&body, settings->body_bytes + 1);
		if (!to)
			return err_system(err, "cannot make the answer");
		for (size_t i = 0; i < settings->body_bytes; i++)
			to[i] = (uint8_t)('a' + i % 26);
		body.length = settings->body_bytes;
	}
	write_answer(&server->good, settings, settings->status, &body);
	write_answer(&server->bad, settings, 503, &body);
	buf_release(&body);
	return 0;
}

/* The moment at which an answer to what arrived now may leave. */
static int64_t leave_at(struct server *server, int64_t now_ns)
{
	const struct settings *settings = &server->settings;
	int64_t moment_ns = now_ns + settings->delay_ns;
	if (settings->limit > 0) {
		if (moment_ns < server->free_ns)
			moment_ns = server->free_ns;
		server->free_ns = moment_ns + (int64_t)((double)NS_PER_SECOND /
		                                        settings->limit);
	}
	int64_t frozen_ns = server->first_ns + settings->freeze_at_ns;
	if (settings->freeze_at_ns > 0 && moment_ns >= frozen_ns &&
	    moment_ns < frozen_ns + settings->freeze_for_ns)
		moment_ns = frozen_ns + settings->freeze_for_ns;
	return moment_ns;
}

static bool is_to_fail(struct server *server)
{
	server->failing += server->settings.fail_percent;
	if (server->failing < 1 - 1e-9)
		return false;
	server->failing -= 1;
	return true;
}

/* A processor that has nothing to do wakes late: for a delay that others are
 * measured by, it is kept awake. */
static int sleep_exactly(const struct server *server, int64_t moment_ns)
{
	int64_t early_ns = server->settings.delay_ns > 0 ? AWAKE_NS : 0;
	if (fiber_sleep_until(moment_ns - early_ns) < 0)
		return -1;
	while (clock_now_ns() < moment_ns)
		if (fiber_yield() < 0)
			return -1;
	return 0;
}

static int send_answer(struct connection *connection, bool head_only)
{
	struct server *server = connection->server;
	int64_t now_ns = clock_now_ns();
	if (server->first_ns == 0)
		server->first_ns = now_ns;
	server->requests++;
	int64_t moment_ns = leave_at(server, now_ns);
	if (moment_ns > now_ns && sleep_exactly(server, moment_ns) < 0)
		return -1;
	histogram_record(&server->kept, (clock_now_ns() - now_ns) / NS_PER_US);
	struct answer *answer =
	    is_to_fail(server) ? &server->bad : &server->good;
	struct iovec parts[] = {
		{ answer->head.data, answer->head.length },
		{ answer->body.data, answer->body.length },
	};
	return conn_send(&connection->conn, parts, head_only ? 1 : 2,
	    CLOCK_NEVER);
}

/* Requests */

static int receive_more(struct connection *connection)
{
	size_t room = HEAD_BYTES_MAX - connection->length;
	if (room == 0)
		return -1;
	ssize_t got = conn_receive(&connection->conn,
	    connection->text + connection->length, room, CLOCK_NEVER);
	if (got <= 0)
		return -1;
	connection->length += (size_t)got;
	connection->text[connection->length] = '\0';
	return 0;
}

static void drop(struct connection *connection, size_t length)
{
	connection->length -= length;
	memmove(connection->text, connection->text + length,
	    connection->length + 1);
}

static const char *header_value(const char *head, const char *name)
{
	size_t length = strlen(name);
	for (const char *line = strstr(head, "\r\n"); line && line[2] != '\r';
	     line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, length) == 0 &&
		    line[2 + length] == ':')
			return line + 2 + length + 1;
	}
	return NULL;
}

static int skip_body(struct connection *connection, size_t length)
{
	while (length > connection->length) {
		length -= connection->length;
		connection->length = 0;
		if (receive_more(connection) < 0)
			return -1;
	}
	drop(connection, length);
	return 0;
}

/* Returns 0 when there was one, -1 to close. */
static int serve_request(struct connection *connection)
{
	char *end;
	while (!(end = strstr(connection->text, "\r\n\r\n")))
		if (receive_more(connection) < 0)
			return -1;
	bool head_only = strncmp(connection->text, "HEAD ", 5) == 0;
	const char *announced =
	    header_value(connection->text, "Content-Length");
	const char *wish = header_value(connection->text, "Connection");
	bool last = connection->server->settings.close ||
	            (wish && strncasecmp(wish, " close", 6) == 0);
	size_t length = announced ? strtoul(announced, NULL, 10) : 0;
	drop(connection, (size_t)(end + 4 - connection->text));
	if (skip_body(connection, length) < 0 ||
	    send_answer(connection, head_only) < 0 || last)
		return -1;
	return 0;
}

static void serve(void *arg)
{
	struct connection *connection = arg;
	connection->text = mem_new(HEAD_BYTES_MAX + 1, 1);
	while (serve_request(connection) == 0)
		continue;
	conn_close(&connection->conn);
	free(connection->text);
	free(connection);
}

static void accept_all(void *arg)
{
	struct server *server = arg;
	struct conn accepted;
	for (;;) {
		if (net_accept(&server->listener, &accepted) < 0) {
			if (errno == ECANCELED)
				return;
			continue;
		}
		struct connection *connection = mem_new(1, sizeof *connection);
		connection->server = server;
		connection->conn = accepted;
		server->connections++;
		if (!fiber_spawn(server->loop, serve, connection)) {
			conn_close(&connection->conn);
			free(connection);
		}
	}
}

/* The program */

static void await_signal(void *arg)
{
	struct server *server = arg;
	serving_await_signal();
	printf("%llu requests, %llu connections, kept %lld us, p99 %lld us\n",
	    (unsigned long long)server->requests,
	    (unsigned long long)server->connections,
	    (long long)histogram_percentile(&server->kept, 50),
	    (long long)histogram_percentile(&server->kept, 99));
	fflush(stdout);
	loop_stop(server->loop);
}

static int run(struct server *server, struct err *err)
{
	struct address address;
	if (address_resolve(&address, server->settings.listen, err) < 0)
		return -1;
	if (net_listen(&server->listener, &address) < 0)
		return err_system(err, "cannot listen on %s",
		    server->settings.listen);
	server->loop = loop_new(err);
	if (!server->loop)
		return -1;
	serving_prepare();
	if (!fiber_spawn(server->loop, accept_all, server) ||
	    !fiber_spawn(server->loop, await_signal, server))
		return err_set(err, "out of memory");
	printf("%s\n", strrchr(address.text, ':') + 1);
	fflush(stdout);
	return loop_run(server->loop, err);
}

int main(int argc, char **argv)
{
	struct server server = { .listener = CONN_CLOSED };
	const struct option_set set = { .title = "Server",
		.rows = rows,
		.count = sizeof rows / sizeof *rows,
		.values = &server.settings };
	struct options options = { .program = "http_server",
		.about = "A web server for tests.",
		.sets = &set,
		.set_count = 1 };
	struct err err = { "" };
	int operand, code;
	if (options_start(&options, argc, argv, &operand, &code) &&
	    (write_answers(&server, &err) < 0 || run(&server, &err) < 0))
		code = err_fail(&err, EXIT_CANNOT);
	conn_close(&server.listener);
	loop_free(server.loop);
	histogram_clear(&server.kept);
	buf_release(&server.good.head);
	buf_release(&server.good.body);
	buf_release(&server.bad.head);
	buf_release(&server.bad.body);
	options_release(&options);
	return code;
}
