#define _GNU_SOURCE
#include "lib/net.h"

#include "lib/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define SOON_NS     (20 * NS_PER_MS)
#define LATE_NS     (20 * NS_PER_SECOND) /* only reached when a test fails */
#define LARGE_BYTES ((size_t)50 << 20)
#define MANY        1000

/* A listener, and what client and server write down. */
struct notes {
	struct conn listener;
	struct address address;
	struct fiber *other;
	int result[4], error[4];
	size_t count, bad;
	uint64_t sent, received;
	bool held;
};

static int64_t in(int64_t ns)
{
	return clock_now_ns() + ns;
}

static void keep(struct notes *notes, int i, ssize_t result)
{
	notes->error[i] = errno;
	notes->result[i] = (int)result;
}

static void assert_failed(const struct notes *notes, int i, int error)
{
	assert_int_equal(notes->result[i], -1);
	assert_int_equal(notes->error[i], error);
}

static void listen_locally(struct notes *notes)
{
	struct err err = { "" };

	assert_int_equal(address_resolve(&notes->address, "127.0.0.1:0", &err),
	    0);
	assert_int_equal(net_listen(&notes->listener, &notes->address), 0);
}

static void run(struct notes *notes, void (*client)(void *),
    void (*server)(void *))
{
	struct loop *loop = loop_new(NULL);

	assert_non_null(loop);
	notes->other = fiber_spawn(loop, client, notes);
	if (server)
		fiber_spawn(loop, server, notes);
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
	conn_close(&notes->listener);
}

static void run_locally(struct notes *notes, void (*client)(void *),
    void (*server)(void *))
{
	listen_locally(notes);
	run(notes, client, server);
}

/* Addresses */

static void assert_refused(const char *text, const char *words)
{
	struct address address;
	struct err err = { "" };

	assert_int_equal(address_resolve(&address, text, &err), -1);
	assert_string_equal(err.text, words);
}

static void an_address_is_host_and_port(void **state)
{
	static const char *const bad[] = { "127.0.0.1", "", ":", ":80",
		"host:", "host:http", "host:65536", "host:-1", "host:80 ",
		"::1:80", "[]:80", "[::1]", "[::1:80" };
	char words[128];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(words, sizeof words,
		    "%s: a server address is host:port", bad[i]);
		assert_refused(bad[i], words);
	}
}

/* Where there is no name server, that is what the message says. */
static void an_unknown_host_is_named(void **state)
{
	struct address address;
	struct err err = { "" };

	(void)state;
	assert_int_equal(
	    address_resolve(&address, "no-such-host.invalid:8003", &err), -1);
	assert_memory_equal(err.text, "no-such-host.invalid:8003: ", 27);
	assert_true(strstr(err.text, "unknown host") ||
	            strstr(err.text, "cannot look up the host: "));
}

static void an_address_that_is_too_long_is_refused(void **state)
{
	char text[261];
	struct address address;
	struct err err = { "" };

	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text + sizeof text - 4, ":80", 4);
	assert_int_equal(address_resolve(&address, text, &err), -1);
	assert_non_null(strstr(err.text, "at most 255 bytes"));
}

/* A load balancer's name may have 80 bytes; zeros make a number as long. */
static void a_long_host_is_taken(void **state)
{
	char text[256];
	struct address address;
	struct err err = { "" };

	(void)state;
	memset(text, '0', sizeof text);
	memcpy(text + 255 - 12, "177.0.0.1:80", 13);
	assert_int_equal(address_resolve(&address, text, &err), 0);
	const struct sockaddr_in *in = (const void *)&address.socket;
	assert_int_equal(ntohl(in->sin_addr.s_addr), INADDR_LOOPBACK);
	assert_string_equal(address.text, text);
}

static void names_and_numbers_of_both_families_resolve(void **state)
{
	struct address address;
	struct err err = { "" };

	(void)state;
	assert_int_equal(address_resolve(&address, "127.0.0.1:80", &err), 0);
	assert_int_equal(address.socket.ss_family, AF_INET);
	assert_string_equal(address.text, "127.0.0.1:80");
	assert_int_equal(address_resolve(&address, "[::1]:80", &err), 0);
	assert_int_equal(address.socket.ss_family, AF_INET6);
	assert_int_equal(address_resolve(&address, "localhost:80", &err), 0);
	assert_int_equal(address.socket.ss_family, AF_INET);
}

static void a_listener_tells_the_port_that_the_kernel_chose(void **state)
{
	struct notes notes = { .count = 0 };
	struct conn second;

	(void)state;
	listen_locally(&notes);
	assert_memory_equal(notes.address.text, "127.0.0.1:", 10);
	assert_true(strtol(notes.address.text + 10, NULL, 10) > 0);
	assert_int_equal(net_listen(&second, &notes.address), -1);
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(second.watch.fd, -1);
	conn_close(&notes.listener);
}

/* Connecting */

static void connects(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;

	keep(notes, 0, conn_connect(&conn, &notes->address, in(LATE_NS)));
	conn_close(&conn);
	conn_close(&conn);
}

static void where_nobody_listens_the_connection_is_refused(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	listen_locally(&notes);
	conn_close(&notes.listener);
	run(&notes, connects, NULL);
	assert_failed(&notes, 0, ECONNREFUSED);
	assert_string_equal(net_reason(ECONNREFUSED), "connection refused");
}

/* Binds the port it then connects to, as the kernel may by chance. */
static void connects_to_itself(void *arg)
{
	struct notes *notes = arg;
	struct conn conn = CONN_CLOSED;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	const struct sockaddr *own = (const void *)&notes->address.socket;

	if (bind(fd, own, notes->address.length) == 0)
		notes->count = connect(fd, own, notes->address.length) == 0;
	watch_add(&conn.watch, fd);
	keep(notes, 0, conn_finish(&conn));
	conn_close(&conn);
}

static void a_socket_connected_to_itself_counts_as_refused(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	listen_locally(&notes);
	conn_close(&notes.listener);
	run(&notes, connects_to_itself, NULL);
	assert_int_equal(notes.count, 1);
	assert_failed(&notes, 0, ECONNREFUSED);
}

/* Fills the queue of a listener that nobody serves, until one hangs. */
static void connects_until_one_hangs(void *arg)
{
	struct notes *notes = arg;
	struct conn conns[16];
	int made = 0;

	do
		keep(notes, 0,
		    conn_connect(&conns[made++], &notes->address, in(SOON_NS)));
	while (notes->result[0] == 0 && made < 16);
	while (made > 0)
		conn_close(&conns[--made]);
}

static void a_connection_that_is_not_made_in_time_is_ETIMEDOUT(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	listen_locally(&notes);
	assert_int_equal(listen(notes.listener.watch.fd, 1), 0);
	run(&notes, connects_until_one_hangs, NULL);
	assert_failed(&notes, 0, ETIMEDOUT);
	assert_string_equal(net_reason(ETIMEDOUT), "connection timed out");
}

static void cancels(void *arg)
{
	struct notes *notes = arg;

	fiber_sleep_until(in(SOON_NS));
	fiber_cancel(notes->other);
}

static void connects_until_cancelled(void *arg)
{
	struct notes *notes = arg;
	struct conn conns[16];
	int made = 0;

	do
		keep(notes, 0,
		    conn_connect(&conns[made++], &notes->address, CLOCK_NEVER));
	while (notes->result[0] == 0 && made < 16);
	while (made > 0)
		conn_close(&conns[--made]);
}

static void a_connection_in_progress_can_be_cancelled(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	listen_locally(&notes);
	assert_int_equal(listen(notes.listener.watch.fd, 1), 0);
	run(&notes, connects_until_cancelled, cancels);
	assert_failed(&notes, 0, ECANCELED);
}

static void begins_two(void *arg)
{
	struct notes *notes = arg;
	struct address nobody = notes->address;
	struct conn silent, refused, closed;
	struct watch *watches[] = { &silent.watch, &refused.watch };
	const uint32_t events[] = { EPOLLIN, EPOLLOUT };

	address_resolve(&nobody, "127.0.0.1:0", NULL);
	net_listen(&closed, &nobody);
	conn_close(&closed);
	conn_begin(&silent, &notes->address);
	conn_begin(&refused, &nobody);
	keep(notes, 0, watch_wait_any(watches, events, 2, in(LATE_NS)));
	keep(notes, 1, conn_finish(&refused));
	keep(notes, 2, conn_finish(&silent));
	conn_close(&silent);
	conn_close(&refused);
}

static void several_connections_may_be_awaited_at_once(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	run_locally(&notes, begins_two, NULL);
	assert_int_equal(notes.result[0], 1);
	assert_failed(&notes, 1, ECONNREFUSED);
	assert_int_equal(notes.result[2], 0);
}

/* Sending and receiving */

static int send_bytes(struct conn *conn, const void *bytes, size_t size)
{
	char copy[64];
	struct iovec part = { copy, size };

	memcpy(copy, bytes, size);
	return conn_send(conn, &part, 1, in(LATE_NS));
}

static void asks_and_waits(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;
	char answer[8] = "";

	keep(notes, 0, conn_connect(&conn, &notes->address, in(LATE_NS)));
	keep(notes, 1, send_bytes(&conn, "ask", 3));
	keep(notes, 2, conn_receive_all(&conn, answer, 4, in(10 * SOON_NS)));
	notes->sent = conn.bytes_sent;
	notes->received = conn.bytes_received;
	conn_close(&conn);
	notes->held = false;
}

static void says_nothing(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;

	notes->held = true;
	keep(notes, 3, net_accept(&notes->listener, &conn));
	while (notes->held && fiber_sleep_until(in(NS_PER_MS)) == 0)
		;
	conn_close(&conn);
}

static void a_silent_peer_is_ETIME(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	run_locally(&notes, asks_and_waits, says_nothing);
	assert_int_equal(notes.result[1], 0);
	assert_failed(&notes, 2, ETIME);
	assert_string_equal(net_reason(ETIME), "request timed out");
}

static void answers_half_and_closes(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;
	char question[3];

	keep(notes, 3, net_accept(&notes->listener, &conn));
	conn_receive_all(&conn, question, 3, in(LATE_NS));
	send_bytes(&conn, "an", 2);
	conn_close(&conn);
}

static void a_peer_that_closes_in_the_middle_is_ENODATA(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	run_locally(&notes, asks_and_waits, answers_half_and_closes);
	assert_failed(&notes, 2, ENODATA);
	assert_int_equal(notes.sent, 3);
	assert_int_equal(notes.received, 2);
	assert_string_equal(net_reason(ENODATA), "closed by peer");
}

/* Closing with bytes unread makes the kernel reset the connection. */
static void resets(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;
	char question[1];

	keep(notes, 3, net_accept(&notes->listener, &conn));
	conn_receive_all(&conn, question, 1, in(LATE_NS));
	conn_close(&conn);
}

static void a_peer_that_resets_is_ECONNRESET(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	run_locally(&notes, asks_and_waits, resets);
	assert_failed(&notes, 2, ECONNRESET);
	assert_string_equal(net_reason(ECONNRESET), "connection reset");
}

static void asks_for_ever(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;
	char answer[1];

	keep(notes, 0, conn_connect(&conn, &notes->address, CLOCK_NEVER));
	keep(notes, 1, conn_receive(&conn, answer, 1, CLOCK_NEVER));
	conn_close(&conn);
	notes->held = false;
}

static void a_silent_peer_can_be_given_up(void **state)
{
	struct notes notes = { .count = 0 };
	struct loop *loop = loop_new(NULL);

	(void)state;
	listen_locally(&notes);
	notes.other = fiber_spawn(loop, asks_for_ever, &notes);
	fiber_spawn(loop, says_nothing, &notes);
	fiber_spawn(loop, cancels, &notes);
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
	conn_close(&notes.listener);
	assert_failed(&notes, 1, ECANCELED);
}

static uint8_t pattern(size_t i)
{
	return (uint8_t)(i * 31 + (i >> 12));
}

static void sends_much(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;
	uint8_t *bytes = malloc(LARGE_BYTES);

	for (size_t i = 0; i < LARGE_BYTES; i++)
		bytes[i] = pattern(i);
	struct iovec parts[] = { { bytes, 0 }, { bytes, 1 },
		{ bytes + 1, 99999 }, { bytes, 0 },
		{ bytes + 100000, LARGE_BYTES - 100000 } };
	keep(notes, 0, conn_connect(&conn, &notes->address, in(LATE_NS)));
	keep(notes, 1, conn_send(&conn, parts, 5, in(LATE_NS)));
	notes->sent = conn.bytes_sent;
	conn_close(&conn);
	free(bytes);
}

static void reads_slowly(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;
	static uint8_t bytes[1 << 20];
	ssize_t got;

	keep(notes, 3, net_accept(&notes->listener, &conn));
	setsockopt(conn.watch.fd, SOL_SOCKET, SO_RCVBUF, &(int){ 65536 },
	    sizeof(int));
	while (
	    (got = conn_receive(&conn, bytes, sizeof bytes, in(LATE_NS))) > 0) {
		for (size_t i = 0; i < (size_t)got; i++)
			notes->bad += bytes[i] != pattern(notes->count++);
		if (notes->count % 8 == 0)
			fiber_sleep_until(in(NS_PER_MS / 10));
	}
	conn_close(&conn);
}

static void fifty_megabytes_reach_a_slow_reader_unharmed(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	run_locally(&notes, sends_much, reads_slowly);
	assert_int_equal(notes.result[1], 0);
	assert_int_equal(notes.count, LARGE_BYTES);
	assert_int_equal(notes.sent, LARGE_BYTES);
	assert_int_equal(notes.bad, 0);
}

static void sends_to_the_silent(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;
	char *bytes = calloc(1, LARGE_BYTES);
	struct iovec part = { bytes, LARGE_BYTES };

	keep(notes, 0, conn_connect(&conn, &notes->address, in(LATE_NS)));
	keep(notes, 1, conn_send(&conn, &part, 1, in(10 * SOON_NS)));
	conn_close(&conn);
	free(bytes);
	notes->held = false;
}

static void a_peer_that_does_not_read_is_ETIME(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	run_locally(&notes, sends_to_the_silent, says_nothing);
	assert_failed(&notes, 1, ETIME);
}

static void sends_after_the_end(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;

	keep(notes, 0, conn_connect(&conn, &notes->address, in(LATE_NS)));
	for (int i = 0; i < 100 && notes->result[1] == 0; i++) {
		keep(notes, 1, send_bytes(&conn, "x", 1));
		fiber_sleep_until(in(NS_PER_MS));
	}
	conn_close(&conn);
}

static void accepts_and_closes(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;

	keep(notes, 3, net_accept(&notes->listener, &conn));
	conn_close(&conn);
}

static void sending_to_a_closed_peer_fails_without_a_signal(void **state)
{
	struct notes notes = { .count = 0 };

	(void)state;
	run_locally(&notes, sends_after_the_end, accepts_and_closes);
	assert_int_equal(notes.result[1], -1);
	assert_string_equal(net_reason(notes.error[1]), "connection reset");
}

/* Many */

struct peer {
	struct conn conn;
	struct notes *notes;
};

static void echoes(void *arg)
{
	struct peer *peer = arg;
	char byte;

	while (conn_receive(&peer->conn, &byte, 1, in(LATE_NS)) == 1)
		if (send_bytes(&peer->conn, &byte, 1) < 0)
			break;
	conn_close(&peer->conn);
	free(peer);
}

static void accepts_many(void *arg)
{
	struct notes *notes = arg;

	for (int i = 0; i < MANY; i++) {
		struct peer *peer = calloc(1, sizeof *peer);
		if (net_accept(&notes->listener, &peer->conn) < 0) {
			free(peer);
			break;
		}
		fiber_spawn(loop_current(), echoes, peer);
	}
}

static void asks_for_an_echo(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;
	char byte = (char)notes->count, echo = 0;

	if (conn_connect(&conn, &notes->address, in(LATE_NS)) == 0)
		for (int i = 0; i < 3; i++)
			if (send_bytes(&conn, &byte, 1) < 0 ||
			    conn_receive_all(&conn, &echo, 1, in(LATE_NS)) <
			        0 ||
			    echo != byte)
				notes->bad++;
	notes->count++;
	conn_close(&conn);
}

static void a_thousand_connections_live_at_once(void **state)
{
	struct notes notes = { .count = 0 };
	struct loop *loop = loop_new(NULL);

	(void)state;
	listen_locally(&notes);
	fiber_spawn(loop, accepts_many, &notes);
	for (int i = 0; i < MANY; i++)
		fiber_spawn(loop, asks_for_an_echo, &notes);
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
	conn_close(&notes.listener);
	assert_int_equal(notes.count, MANY);
	assert_int_equal(notes.bad, 0);
}

static void accepts_without_descriptors(void *arg)
{
	struct notes *notes = arg;
	struct rlimit before, none;
	struct conn conn;
	int64_t began_ns = clock_now_ns();

	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	keep(notes, 0, net_accept(&notes->listener, &conn));
	setrlimit(RLIMIT_NOFILE, &before);
	notes->count = (size_t)((clock_now_ns() - began_ns) / NS_PER_MS);
	keep(notes, 1, net_accept(&notes->listener, &conn));
	conn_close(&conn);
}

static void without_descriptors_accept_pauses_and_says_so(void **state)
{
	struct notes notes = { .count = 0 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	listen_locally(&notes);
	assert_int_equal(connect(fd, (struct sockaddr *)&notes.address.socket,
	                     notes.address.length),
	    0);
	run(&notes, accepts_without_descriptors, NULL);
	close(fd);
	assert_failed(&notes, 0, EMFILE);
	assert_in_range(notes.count, 40, 5000);
	assert_int_equal(notes.result[1], 0);
	assert_string_equal(net_reason(EMFILE), "out of file descriptors");
}

static void floods(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;
	static char bytes[4096];
	struct iovec part;

	keep(notes, 0, conn_connect(&conn, &notes->address, in(LATE_NS)));
	do
		part = (struct iovec){ bytes, sizeof bytes };
	while (notes->bad == 0 && conn_send(&conn, &part, 1, in(LATE_NS)) == 0);
	conn_close(&conn);
}

/* Its socket always has more than it takes. */
static void drinks(void *arg)
{
	struct notes *notes = arg;
	struct conn conn;
	char byte;

	keep(notes, 3, net_accept(&notes->listener, &conn));
	while (conn_receive(&conn, &byte, 1, in(LATE_NS)) > 0 &&
	       notes->bad == 0 && notes->sent < 10000000)
		notes->sent++;
	conn_close(&conn);
}

static void counts_turns(void *arg)
{
	struct notes *notes = arg;

	while (notes->sent < 1000 && fiber_yield() == 0)
		;
	while (notes->count < 1000 && fiber_yield() == 0)
		notes->count++;
	notes->bad = 1; /* the flood may end */
}

static void a_socket_that_is_always_ready_starves_nobody(void **state)
{
	struct notes notes = { .count = 0 };
	struct loop *loop = loop_new(NULL);

	(void)state;
	listen_locally(&notes);
	fiber_spawn(loop, floods, &notes);
	fiber_spawn(loop, drinks, &notes);
	fiber_spawn(loop, counts_turns, &notes);
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
	conn_close(&notes.listener);
	assert_int_equal(notes.count, 1000);
	assert_true(notes.sent < 200000);
}

static void every_reason_is_a_few_lower_case_words(void **state)
{
	(void)state;
	for (int error = 1; error < 140; error++) {
		const char *reason = net_reason(error);
		assert_true(strlen(reason) > 0 && strlen(reason) < 32);
		assert_int_equal(strspn(reason, "abcdefghijklmnopqrstuvwxyz "),
		    strlen(reason));
	}
	assert_string_equal(net_reason(EADDRNOTAVAIL), "out of local ports");
	assert_string_equal(net_reason(EHOSTUNREACH), "host unreachable");
	assert_string_equal(net_reason(EPIPE), "connection reset");
	assert_string_equal(net_reason(ECANCELED), "cancelled");
	assert_string_equal(net_reason(EXDEV), "network error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_host_and_port),
		cmocka_unit_test(an_unknown_host_is_named),
		cmocka_unit_test(a_long_host_is_taken),
		cmocka_unit_test(an_address_that_is_too_long_is_refused),
		cmocka_unit_test(names_and_numbers_of_both_families_resolve),
		cmocka_unit_test(
		    a_listener_tells_the_port_that_the_kernel_chose),
		cmocka_unit_test(
		    where_nobody_listens_the_connection_is_refused),
		cmocka_unit_test(
		    a_socket_connected_to_itself_counts_as_refused),
		cmocka_unit_test(
		    a_connection_that_is_not_made_in_time_is_ETIMEDOUT),
		cmocka_unit_test(a_connection_in_progress_can_be_cancelled),
		cmocka_unit_test(several_connections_may_be_awaited_at_once),
		cmocka_unit_test(a_silent_peer_is_ETIME),
		cmocka_unit_test(a_peer_that_closes_in_the_middle_is_ENODATA),
		cmocka_unit_test(a_peer_that_resets_is_ECONNRESET),
		cmocka_unit_test(a_silent_peer_can_be_given_up),
		cmocka_unit_test(fifty_megabytes_reach_a_slow_reader_unharmed),
		cmocka_unit_test(a_peer_that_does_not_read_is_ETIME),
		cmocka_unit_test(
		    sending_to_a_closed_peer_fails_without_a_signal),
		cmocka_unit_test(a_thousand_connections_live_at_once),
		cmocka_unit_test(without_descriptors_accept_pauses_and_says_so),
		cmocka_unit_test(a_socket_that_is_always_ready_starves_nobody),
		cmocka_unit_test(every_reason_is_a_few_lower_case_words),
	};

	return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
