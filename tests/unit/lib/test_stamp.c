#include "lib/stamp.h"

#include "lib/clock.h"
#include "lib/fiber.h"
#include "lib/histogram.h"
#include "lib/net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define NOTING_NS   (100 * NS_PER_MS)
#define CONNECTIONS 33 /* two in sixteen are sampled, and the next */
#define UNREAD_NS   (30 * NS_PER_MS)
#define LATE_NS     (20 * NS_PER_SECOND) /* only reached when a test fails */

struct scene {
	struct loop *loop;
	struct conn listener;
	struct address address;
	int connections, answers;
	bool is_unwanted; /* the loop asked for no delays */
	bool is_busy;     /* the thread is, while answers arrive */
	bool is_early;    /* answers are there before they are waited for */
	struct histogram delays;
};

static void work_until(int64_t moment_ns)
{
	while (clock_now_ns() < moment_ns)
		;
}

static void serve(void *arg)
{
	struct scene *scene = arg;
	for (int i = 0; i < scene->connections; i++) {
		struct conn conn;
		if (net_accept(&scene->listener, &conn) < 0)
			return;
		if (!scene->is_early) /* the client is to wait for it */
			fiber_sleep_until(clock_now_ns() + NS_PER_MS);
		for (int k = 0; k < scene->answers; k++) {
			char letter = 'a';
			struct iovec part = { &letter, 1 };
			conn_send(&conn, &part, 1, CLOCK_NEVER);
			if (scene->is_busy)
				work_until(clock_now_ns() + UNREAD_NS);
			if (conn_receive_all(&conn, &letter, 1,
			        clock_now_ns() + LATE_NS) < 0)
				return;
			fiber_sleep_until(clock_now_ns() + NS_PER_MS / 10);
		}
		conn_close(&conn);
	}
}

static void ask(struct scene *scene)
{
	struct conn conn;
	int64_t deadline_ns = clock_now_ns() + LATE_NS;
	char letter = 0;
	struct iovec part = { &letter, 1 };
	assert_int_equal(conn_connect(&conn, &scene->address, deadline_ns), 0);
	if (scene->is_early)
		fiber_sleep_until(clock_now_ns() + UNREAD_NS);
	for (int i = 0; i < scene->answers; i++) {
		assert_int_equal(conn_receive(&conn, &letter, 1, deadline_ns),
		    1);
		part = (struct iovec){ &letter, 1 };
		assert_int_equal(conn_send(&conn, &part, 1, deadline_ns), 0);
	}
	conn_close(&conn);
}

static void ask_all(void *arg)
{
	struct scene *scene = arg;
	for (int i = 0; i < scene->connections; i++)
		ask(scene);
}

static void play(struct scene *scene)
{
	scene->loop = loop_new(NULL);
	if (!scene->is_unwanted)
		loop_sample_delays(scene->loop);
	assert_int_equal(address_resolve(&scene->address, "127.0.0.1:0", NULL),
	    0);
	assert_int_equal(net_listen(&scene->listener, &scene->address), 0);
	fiber_spawn(scene->loop, serve, scene);
	fiber_spawn(scene->loop, ask_all, scene);
	assert_int_equal(loop_run(scene->loop, NULL), 0);
	loop_take_delays(scene->loop, &scene->delays);
	conn_close(&scene->listener);
}

static void end(struct scene *scene)
{
	loop_free(scene->loop);
	histogram_clear(&scene->delays);
}

static void one_connection_in_sixteen_is_sampled(void **state)
{
	struct scene scene = { .connections = CONNECTIONS, .answers = 1 };
	(void)state;
	play(&scene);
	/* Fewer only where an answer was there before it was waited for, or the
	 * kernel was asked too late to note the time of the very first. */
	assert_in_range(scene.delays.count, 1, 3);
	end(&scene);
}

static void one_read_in_four_is_sampled(void **state)
{
	struct scene scene = { .connections = 1, .answers = 40 };
	(void)state;
	play(&scene);
	assert_in_range(scene.delays.count, 1, 10);
	end(&scene);
}

static void an_answer_that_a_busy_thread_leaves_unread_is_seen(void **state)
{
	struct scene scene = { .connections = 1,
		.answers = 5,
		.is_busy = true };
	(void)state;
	play(&scene);
	assert_in_range(scene.delays.count, 1, 2);
	assert_true(
	    histogram_min(&scene.delays) * NS_PER_US >= UNREAD_NS - NS_PER_MS);
	end(&scene);
}

static void what_nobody_waited_for_is_no_delay(void **state)
{
	struct scene scene = { .connections = 1,
		.answers = 1,
		.is_early = true };
	(void)state;
	play(&scene);
	assert_int_equal(scene.delays.count, 0);
	end(&scene);
}

static void who_does_not_ask_for_delays_has_none(void **state)
{
	struct scene scene = { .connections = 20,
		.answers = 1,
		.is_unwanted = true };
	(void)state;
	play(&scene);
	assert_int_equal(scene.delays.count, 0);
	end(&scene);
}

static void what_was_taken_is_not_there_any_more(void **state)
{
	struct scene scene = { .connections = 1, .answers = 5 };
	struct histogram again = { 0 };
	(void)state;
	play(&scene);
	assert_true(scene.delays.count > 0);
	loop_take_delays(scene.loop, &again);
	assert_int_equal(again.count, 0);
	end(&scene);
}

/* The kernel notes times for all as long as one socket wants them, and begins a
 * moment after it was asked. */
static int begin_noting(void **state)
{
	static int fd;
	*state = &fd;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &(int){ 1 },
	                  sizeof(int)) < 0)
		return -1;
	return nanosleep(&(struct timespec){ .tv_nsec = NOTING_NS }, NULL);
}

static int end_noting(void **state)
{
	int *fd = *state;
	return close(*fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_connection_in_sixteen_is_sampled),
		cmocka_unit_test(one_read_in_four_is_sampled),
		cmocka_unit_test(
		    an_answer_that_a_busy_thread_leaves_unread_is_seen),
		cmocka_unit_test(what_nobody_waited_for_is_no_delay),
		cmocka_unit_test(who_does_not_ask_for_delays_has_none),
		cmocka_unit_test(what_was_taken_is_not_there_any_more),
	};
	return cmocka_run_group_tests_name("stamp", tests, begin_noting,
	    end_noting);
}
