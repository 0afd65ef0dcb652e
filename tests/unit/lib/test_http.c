#include "lib/http.h"

#include "lib/clock.h"
#include "lib/fiber.h"
#include "lib/net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LATE_NS (10 * NS_PER_SECOND) /* only reached when a test fails */
#define CROWD   100

/* A server of one answer, and those who fetch it: fibers of one loop. */
struct scene {
	struct conn listener;
	char url[300];
	const char *answer; /* NULL: silence */
	char heard[4096];   /* the latest request */
	int connections;

	struct http_request request;
	struct http_answer answers[2];
	int results[2];
	size_t times, left;
	struct fiber *fetcher;
	int64_t took_ns;
};

struct visit {
	struct scene *scene;
	struct conn conn;
};

static int hear(struct visit *visit)
{
	char *heard = visit->scene->heard;
	size_t length = 0, size = sizeof visit->scene->heard - 1;
	const char *end, *announced;
	do {
		ssize_t got = conn_receive(&visit->conn, heard + length,
		    size - length, CLOCK_NEVER);
		if (got <= 0)
			return -1;
		length += (size_t)got;
		heard[length] = '\0';
		end = strstr(heard, "\r\n\r\n");
		announced = strstr(heard, "Content-Length: ");
	} while (!end ||
	         (announced && length < (size_t)(end + 4 - heard) +
	                                    strtoul(announced + 16, NULL, 10)));
	return 0;
}

static void attend(void *arg)
{
	struct visit *visit = arg;
	const char *answer = visit->scene->answer;
	while (hear(visit) == 0) {
		if (!answer)
			continue;
		struct iovec part = { (void *)(uintptr_t)answer,
			strlen(answer) };
		if (conn_send(&visit->conn, &part, 1, CLOCK_NEVER) < 0)
			break;
	}
	conn_close(&visit->conn);
	free(visit);
}

static void serve(void *arg)
{
	struct scene *scene = arg;
	struct conn accepted;
	while (net_accept(&scene->listener, &accepted) == 0) {
		struct visit *visit = malloc(sizeof *visit);
		*visit = (struct visit){ scene, accepted };
		scene->connections++;
		fiber_spawn(loop_current(), attend, visit);
	}
	conn_close(&scene->listener);
}

static struct http *session(void)
{
	struct err err = { "" };
	struct http *http = http_new(&(struct http_access){ 0 }, &err);
	assert_non_null(http);
	return http;
}

/* What is judged when the loop has ended. */
static void fetch(void *arg)
{
	struct scene *scene = arg;
	struct http *http = session();
	int64_t begin_ns = clock_now_ns();
	for (size_t i = 0; i < scene->times; i++)
		scene->results[i] =
		    http_fetch(http, &scene->request, &scene->answers[i]);
	scene->took_ns = clock_now_ns() - begin_ns;
	http_free(http);
	if (--scene->left == 0)
		loop_stop(loop_current());
}

static void open_scene(struct scene *scene, const char *answer)
{
	struct address address;
	*scene = (struct scene){ .answer = answer, .times = 1, .left = 1 };
	assert_int_equal(address_resolve(&address, "127.0.0.1:0", NULL), 0);
	assert_int_equal(net_listen(&scene->listener, &address), 0);
	snprintf(scene->url, sizeof scene->url, "http://%s/path", address.text);
	scene->request = (struct http_request){ .url = scene->url,
		.timeout_ns = LATE_NS,
		.keep_bytes = 100 };
}

static void play(struct scene *scene, void (*run)(void *))
{
	struct loop *loop = loop_new(NULL);
	assert_non_null(loop);
	if (scene->listener.watch.fd >= 0)
		assert_non_null(fiber_spawn(loop, serve, scene));
	scene->fetcher = fiber_spawn(loop, run, scene);
	assert_non_null(scene->fetcher);
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
}

static void close_scene(struct scene *scene)
{
	http_answer_release(&scene->answers[0]);
	http_answer_release(&scene->answers[1]);
}

static void an_answer_comes_with_status_body_header_and_server(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, "HTTP/1.1 404 No\r\nX-Name:  a b \r\n"
	                   "Content-Length: 5\r\n\r\nhello");
	scene.request.wanted_header = "x-name";
	play(&scene, fetch);
	const struct http_answer *answer = &scene.answers[0];
	assert_int_equal(scene.results[0], 0);
	assert_null(answer->reason);
	assert_int_equal(answer->status, 404);
	assert_int_equal(answer->body.length, 5);
	assert_memory_equal(answer->body.data, "hello", 5);
	assert_string_equal(answer->header, "a b");
	assert_non_null(strstr(scene.url, answer->server));
	assert_int_equal(answer->bytes_sent, strlen(scene.heard));
	assert_int_equal(answer->bytes_received, strlen(scene.answer));
	assert_ptr_equal(strstr(scene.heard, "GET /path HTTP/1.1\r\n"),
	    scene.heard);
	close_scene(&scene);
}

static void a_session_uses_its_connection_again(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	scene.times = 2;
	play(&scene, fetch);
	assert_int_equal(scene.results[1], 0);
	assert_int_equal(scene.answers[0].connects, 1);
	assert_int_equal(scene.answers[1].connects, 0);
	assert_int_equal(scene.connections, 1);
	close_scene(&scene);
}

static void put_then_head(void *arg)
{
	struct scene *scene = arg;
	struct http *http = session();
	static char header[] = "X-Mine: 1";
	char *const headers[] = { header };
	struct http_request put = scene->request, head = scene->request;
	put.method = "PUT";
	put.body = "some\0thing";
	put.body_length = 10;
	put.headers = headers;
	put.header_count = 1;
	head.method = "HEAD";
	scene->results[0] = http_fetch(http, &put, &scene->answers[0]);
	assert_int_equal(strncmp(scene->heard, "PUT /path", 9), 0);
	assert_non_null(strstr(scene->heard, "\r\nX-Mine: 1\r\n"));
	assert_null(strstr(scene->heard, "Expect"));
	assert_null(strstr(scene->heard, "Content-Type"));
	assert_memory_equal(strstr(scene->heard, "\r\n\r\n") + 4, "some\0thing",
	    10);
	scene->results[1] = http_fetch(http, &head, &scene->answers[1]);
	assert_int_equal(strncmp(scene->heard, "HEAD /path", 10), 0);
	assert_null(strstr(scene->heard, "X-Mine"));
	http_free(http);
	loop_stop(loop_current());
}

static void a_body_goes_out_as_it_is_and_nothing_is_left_of_it(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, "HTTP/1.1 204 No Content\r\n\r\n");
	play(&scene, put_then_head);
	assert_int_equal(scene.results[0], 0);
	assert_int_equal(scene.results[1], 0);
	close_scene(&scene);
}

static void nobody_who_listens_is_connection_refused(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, NULL);
	conn_close(&scene.listener);
	play(&scene, fetch);
	assert_int_equal(scene.results[0], -1);
	assert_string_equal(scene.answers[0].reason, "connection refused");
	close_scene(&scene);
}

static void silence_ends_at_the_deadline(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, NULL);
	scene.request.timeout_ns = 30 * NS_PER_MS;
	play(&scene, fetch);
	assert_int_equal(scene.results[0], -1);
	assert_string_equal(scene.answers[0].reason, "request timed out");
	assert_true(scene.took_ns >= 30 * NS_PER_MS);
	assert_true(scene.took_ns < LATE_NS / 2);
	close_scene(&scene);
}

static void cancel(void *arg)
{
	struct scene *scene = arg;
	fiber_sleep_until(clock_now_ns() + 20 * NS_PER_MS);
	fiber_cancel(scene->fetcher);
}

static void fetch_to_be_cancelled(void *arg)
{
	fiber_spawn(loop_current(), cancel, arg);
	fetch(arg);
}

static void who_is_cancelled_is_interrupted(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, NULL);
	play(&scene, fetch_to_be_cancelled);
	assert_string_equal(scene.answers[0].reason, "interrupted");
	assert_true(scene.took_ns < LATE_NS / 2);
	close_scene(&scene);
}

static void count(void *context, const uint8_t *bytes, size_t length)
{
	(void)bytes;
	*(size_t *)context += length;
}

static void a_body_is_kept_and_allowed_up_to_its_limits(void **state)
{
	struct scene scene;
	size_t seen = 0;
	(void)state;
	open_scene(&scene,
	    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789");
	scene.request.keep_bytes = 4;
	scene.request.see = count;
	scene.answers[0].context = &seen;
	play(&scene, fetch);
	assert_int_equal(scene.results[0], 0);
	assert_int_equal(scene.answers[0].body.length, 4);
	assert_int_equal(scene.answers[0].body_bytes, 10);
	assert_int_equal(seen, 10);
	close_scene(&scene);

	open_scene(&scene,
	    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789");
	scene.request.limit_bytes = 9;
	play(&scene, fetch);
	assert_int_equal(scene.results[0], -1);
	assert_string_equal(scene.answers[0].reason, "message too large");
	close_scene(&scene);
}

static void what_is_no_http_is_a_bad_reply(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, "220 ready\r\n\r\n");
	play(&scene, fetch);
	assert_string_equal(scene.answers[0].reason, "bad reply");
	assert_true(scene.answers[0].detail[0] != '\0');
	close_scene(&scene);
}

struct one_of_many {
	struct scene *scene;
	bool ok;
};

static void fetch_in_the_crowd(void *arg)
{
	struct one_of_many *one = arg;
	struct http *http = session();
	struct http_answer answer = { 0 };
	one->ok = true;
	for (int i = 0; i < 5; i++)
		one->ok &=
		    http_fetch(http, &one->scene->request, &answer) == 0 &&
		    answer.status == 200;
	http_answer_release(&answer);
	http_free(http);
	if (--one->scene->left == 0)
		loop_stop(loop_current());
}

static void each_of_many_sessions_has_its_own_connection(void **state)
{
	struct scene scene;
	struct one_of_many crowd[CROWD];
	struct loop *loop = loop_new(NULL);
	(void)state;
	open_scene(&scene, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	scene.left = CROWD;
	fiber_spawn(loop, serve, &scene);
	for (size_t i = 0; i < CROWD; i++) {
		crowd[i] = (struct one_of_many){ &scene, false };
		fiber_spawn(loop, fetch_in_the_crowd, &crowd[i]);
	}
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
	for (size_t i = 0; i < CROWD; i++)
		assert_true(crowd[i].ok);
	assert_int_equal(scene.connections, CROWD);
	close_scene(&scene);
}

static void fetch_and_leave(void *arg)
{
	struct scene *scene = arg;
	struct http *http = session();
	http_fetch(http, &scene->request, &scene->answers[0]);
	http_free(http);
}

/* No loop_stop: a fiber that was left behind would keep the loop. */
static void a_loop_ends_when_its_fetches_have_ended(void **state)
{
	struct scene scene;
	(void)state;
	open_scene(&scene, NULL);
	conn_close(&scene.listener);
	play(&scene, fetch_and_leave);
	assert_string_equal(scene.answers[0].reason, "connection refused");
	close_scene(&scene);
}

struct turns {
	char text[16];
	size_t next;
};

static void fetch_what_is_there_at_once(struct turns *turns, char letter)
{
	struct http *http = session();
	struct http_request request = { .url = "file:///dev/null" };
	struct http_answer answer = { 0 };
	for (int i = 0; i < 3; i++) {
		assert_int_equal(http_fetch(http, &request, &answer), 0);
		turns->text[turns->next++] = letter;
	}
	http_answer_release(&answer);
	http_free(http);
}

static void fetch_as_a(void *arg)
{
	fetch_what_is_there_at_once(arg, 'a');
}

static void fetch_as_b(void *arg)
{
	fetch_what_is_there_at_once(arg, 'b');
}

static void who_never_has_to_wait_lets_the_others_have_their_turn(void **state)
{
	struct turns turns = { 0 };
	struct loop *loop = loop_new(NULL);
	(void)state;
	fiber_spawn(loop, fetch_as_a, &turns);
	fiber_spawn(loop, fetch_as_b, &turns);
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
	assert_string_equal(turns.text, "ababab");
}

static void what_is_no_url_is_refused_with_the_reason(void **state)
{
	struct err err;
	(void)state;
	assert_int_equal(http_check_url("https://a:1/b?c=d", &err), 0);
	assert_int_equal(http_check_url("a.b/c", &err), -1);
	assert_non_null(strstr(err.text, "it names no protocol"));
	assert_int_equal(http_check_url("http://a:port/", &err), -1);
	assert_int_equal(http_check_url("", &err), -1);
	assert_int_equal(http_check_url("quic://a/", &err), -1);
	assert_non_null(strstr(err.text, "does not speak 'quic'"));
	assert_int_equal(http_check_url("http://me:word@a/", &err), -1);
	assert_null(strstr(err.text, "word@"));
}

static void assert_authority(const char *url, const char *authority)
{
	char *found = http_url_authority(url);
	if (authority)
		assert_string_equal(found, authority);
	else
		assert_null(found);
	free(found);
}

static void a_url_names_a_host_and_a_port(void **state)
{
	(void)state;
	assert_authority("https://a.b/c", "a.b:443");
	assert_authority("http://u:p@[::1]:81/", "[::1]:81");
	assert_authority("file:///etc/hosts", NULL);
	assert_true(http_url_is_http("HTTPS://a/"));
	assert_false(http_url_is_http("ftp://a/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_answer_comes_with_status_body_header_and_server),
		cmocka_unit_test(a_session_uses_its_connection_again),
		cmocka_unit_test(
		    a_body_goes_out_as_it_is_and_nothing_is_left_of_it),
		cmocka_unit_test(nobody_who_listens_is_connection_refused),
		cmocka_unit_test(silence_ends_at_the_deadline),
		cmocka_unit_test(who_is_cancelled_is_interrupted),
		cmocka_unit_test(a_body_is_kept_and_allowed_up_to_its_limits),
		cmocka_unit_test(what_is_no_http_is_a_bad_reply),
		cmocka_unit_test(each_of_many_sessions_has_its_own_connection),
		cmocka_unit_test(a_loop_ends_when_its_fetches_have_ended),
		cmocka_unit_test(
		    who_never_has_to_wait_lets_the_others_have_their_turn),
		cmocka_unit_test(what_is_no_url_is_refused_with_the_reason),
		cmocka_unit_test(a_url_names_a_host_and_a_port),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
