#include "lib/fiber.h"

#include "lib/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define SOON_NS (20 * NS_PER_MS)
#define LATE_NS (10 * NS_PER_SECOND) /* only reached when a test fails */

struct ear {
	struct watch watch; /* first: a listener gets nothing else */
	int fds[2];
	char heard[64];
	size_t length, calls;
	uint32_t events;
	struct fiber *fiber;
	int wait;
};

static void take(struct ear *ear)
{
	ssize_t got = read(ear->watch.fd, ear->heard + ear->length,
	    sizeof ear->heard - 1 - ear->length);
	if (got > 0)
		ear->length += (size_t)got;
}

static void listen_and_wake(struct watch *watch, uint32_t events)
{
	struct ear *ear = (struct ear *)watch;
	assert_null(fiber_self());
	ear->calls++;
	ear->events |= events;
	if (events & EPOLLIN)
		take(ear);
	fiber_unpark(ear->fiber);
}

static void listen_once(struct watch *watch, uint32_t events)
{
	listen_and_wake(watch, events);
	watch_remove(watch);
}

static void run(struct ear *ear, void (*first)(void *))
{
	struct loop *loop = loop_new(NULL);
	assert_non_null(loop);
	assert_int_equal(socketpair(AF_UNIX,
	                     SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
	                     ear->fds),
	    0);
	watch_add(&ear->watch, ear->fds[0]);
	assert_non_null(fiber_spawn(loop, first, ear));
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
	close(ear->fds[0]);
	if (ear->fds[1] >= 0)
		close(ear->fds[1]);
}

static int64_t in(int64_t ns)
{
	return clock_now_ns() + ns;
}

static void say(struct ear *ear, const char *text)
{
	assert_int_equal(write(ear->fds[1], text, strlen(text)), strlen(text));
}

static void parks_and_hears(void *arg)
{
	struct ear *ear = arg;
	ear->fiber = fiber_self();
	assert_int_equal(watch_listen(&ear->watch, EPOLLIN, listen_and_wake),
	    0);
	say(ear, "one");
	assert_int_equal(fiber_park(in(LATE_NS)), 0);
	say(ear, "two");
	assert_int_equal(fiber_park(in(LATE_NS)), 0);
	assert_int_equal(watch_listen(&ear->watch, 0, listen_and_wake), 0);
	say(ear, "three");
	assert_int_equal(fiber_park(in(SOON_NS)), -1);
	watch_remove(&ear->watch);
}

static void what_comes_is_heard_until_nobody_listens(void **state)
{
	struct ear ear = { 0 };
	(void)state;
	run(&ear, parks_and_hears);
	assert_string_equal(ear.heard, "onetwo");
	assert_int_equal(ear.calls, 2);
}

static void hears_one_thing(void *arg)
{
	struct ear *ear = arg;
	ear->fiber = fiber_self();
	assert_int_equal(watch_listen(&ear->watch, EPOLLIN, listen_once), 0);
	say(ear, "one");
	assert_int_equal(fiber_park(in(LATE_NS)), 0);
	say(ear, "two");
	assert_int_equal(fiber_park(in(SOON_NS)), -1);
}

static void a_listener_may_remove_its_own_watch(void **state)
{
	struct ear ear = { 0 };
	(void)state;
	run(&ear, hears_one_thing);
	assert_string_equal(ear.heard, "one");
	assert_int_equal(ear.calls, 1);
}

static void waits_to_write(void *arg)
{
	struct ear *ear = arg;
	ear->fiber = fiber_self();
	assert_int_equal(watch_listen(&ear->watch, EPOLLIN, listen_and_wake),
	    0);
	ear->wait = watch_wait(&ear->watch, EPOLLOUT, in(LATE_NS));
	say(ear, "still here");
	assert_int_equal(fiber_park(in(LATE_NS)), 0);
	watch_remove(&ear->watch);
}

static void who_listens_may_wait_to_write_as_well(void **state)
{
	struct ear ear = { 0 };
	(void)state;
	run(&ear, waits_to_write);
	assert_int_equal(ear.wait, 0);
	assert_string_equal(ear.heard, "still here");
}

static void hears_the_end(void *arg)
{
	struct ear *ear = arg;
	ear->fiber = fiber_self();
	assert_int_equal(watch_listen(&ear->watch, EPOLLIN, listen_once), 0);
	close(ear->fds[1]);
	ear->fds[1] = -1;
	ear->wait = fiber_park(in(LATE_NS));
}

static void the_end_of_the_peer_is_heard(void **state)
{
	struct ear ear = { 0 };
	(void)state;
	run(&ear, hears_the_end);
	assert_int_equal(ear.wait, 0);
	assert_int_equal(ear.events, EPOLLIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_is_heard_until_nobody_listens),
		cmocka_unit_test(a_listener_may_remove_its_own_watch),
		cmocka_unit_test(who_listens_may_wait_to_write_as_well),
		cmocka_unit_test(the_end_of_the_peer_is_heard),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
