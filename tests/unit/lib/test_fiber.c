#define _GNU_SOURCE
#include "lib/fiber.h"

#include "lib/clock.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SOON_NS (5 * NS_PER_MS)
#define LATE_NS (10 * NS_PER_SECOND) /* only reached when a test fails */

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

/* What the fibers of a test write down; judged when the loop has ended. */
struct notes {
	char text[64];
	struct fiber *other;
	struct watch watch, second;
	int fds[2];
	int result[4], error[4];
	size_t count;
	int64_t moment_ns;
	uintptr_t place;
};

static void note(struct notes *notes, char letter)
{
	size_t length = strlen(notes->text);

	if (length + 1 < sizeof notes->text)
		notes->text[length] = letter;
}

static void keep(struct notes *notes, int i, int result)
{
	notes->error[i] = errno;
	notes->result[i] = result;
}

static int64_t in(int64_t ns)
{
	return clock_now_ns() + ns;
}

/* Runs one or two fibers on a loop of their own until they have ended. */
static void run(struct notes *notes, void (*first)(void *),
    void (*second)(void *))
{
	struct loop *loop = loop_new(NULL);

	assert_non_null(loop);
	notes->other = fiber_spawn(loop, first, notes);
	assert_non_null(notes->other);
	if (second)
		assert_non_null(fiber_spawn(loop, second, notes));
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
}

static void assert_failed(const struct notes *notes, int i, int error)
{
	assert_int_equal(notes->result[i], -1);
	assert_int_equal(notes->error[i], error);
}

/* Turns */

static void a_yields(void *arg)
{
	note(arg, 'a');
	fiber_yield();
	note(arg, 'A');
}

static void b_yields(void *arg)
{
	note(arg, 'b');
	fiber_yield();
	note(arg, 'B');
}

static void fibers_take_turns_in_the_order_of_their_start(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	run(&notes, a_yields, b_yields);
	assert_string_equal(notes.text, "abAB");
}

static void spawns_another(void *arg)
{
	note(arg, '1');
	fiber_spawn(loop_current(), a_yields, arg);
	note(arg, '2');
	fiber_yield();
	note(arg, '3');
}

static void a_new_fiber_begins_at_the_next_turn(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	run(&notes, spawns_another, NULL);
	assert_string_equal(notes.text, "12a3A");
	assert_null(loop_current());
	assert_null(fiber_self());
}

static void never_waits(void *arg)
{
	struct notes *notes = arg;

	while (!notes->text[0] && notes->count < 1000000) {
		notes->count++;
		fiber_share();
	}
}

static void what_never_waits_lets_the_others_run(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	run(&notes, never_waits, a_yields);
	assert_in_range(notes.count, 1, 100);
}

static void keeps_its_own_state(void *arg)
{
	struct notes *notes = arg;
	double locals[8];

	for (int i = 0; i < 8; i++)
		locals[i] = i * 1.5;
	for (int round = 0; round < 100; round++) {
		fiber_yield();
		for (int i = 0; i < 8; i++)
			notes->count += locals[i] != i * 1.5;
	}
	note(notes, '.');
}

static void locals_survive_the_switches(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	run(&notes, keeps_its_own_state, keeps_its_own_state);
	assert_int_equal(notes.count, 0);
	assert_string_equal(notes.text, "..");
}

/* Moments */

static void three_moments(void *arg)
{
	static const int64_t order_ns[] = { 3, 1, 2 };
	struct notes *notes = arg;
	size_t i = notes->count++;

	if (i < 2)
		fiber_spawn(loop_current(), three_moments, notes);
	fiber_sleep_until(notes->moment_ns + order_ns[i] * SOON_NS);
	note(notes, (char)('0' + order_ns[i]));
}

static void sleepers_wake_in_the_order_of_their_moments(void **state)
{
	struct notes notes = { .moment_ns = clock_now_ns() };

	(void)state;
	run(&notes, three_moments, NULL);
	assert_string_equal(notes.text, "123");
}

static void sleeps_often(void *arg)
{
	struct notes *notes = arg;

	for (int i = 0; i < 20; i++) {
		int64_t moment_ns = in(NS_PER_MS);
		keep(notes, 0, fiber_sleep_until(moment_ns));
		int64_t late_ns = clock_now_ns() - moment_ns;
		notes->count += late_ns >= 0 && late_ns < 100 * NS_PER_MS;
	}
}

static void a_sleep_ends_at_its_moment_and_never_before(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	run(&notes, sleeps_often, NULL);
	assert_int_equal(notes.count, 20);
	assert_int_equal(notes.result[0], 0);
}

static void sleeps_into_the_past(void *arg)
{
	struct notes *notes = arg;

	note(arg, 'p');
	keep(notes, 0, fiber_sleep_until(clock_now_ns() - NS_PER_SECOND));
	note(arg, 'P');
}

static void a_moment_that_is_past_still_lets_the_others_run(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	run(&notes, sleeps_into_the_past, a_yields);
	assert_int_equal(notes.result[0], 0);
	assert_memory_equal(notes.text, "pa", 2);
}

static void parks_briefly(void *arg)
{
	keep(arg, 0, fiber_park(in(SOON_NS)));
}

static void a_park_that_nobody_ends_is_ETIME(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	run(&notes, parks_briefly, NULL);
	assert_failed(&notes, 0, ETIME);
}

static void unparks(void *arg)
{
	struct notes *notes = arg;

	fiber_unpark(notes->other);
}

static void parks(void *arg)
{
	keep(arg, 0, fiber_park(in(LATE_NS)));
}

static void a_parked_fiber_is_woken(void **state)
{
	struct notes notes = { .result = { -1 } };

	(void)state;
	run(&notes, parks, unparks);
	assert_int_equal(notes.result[0], 0);
}

static void parks_later(void *arg)
{
	fiber_yield();
	keep(arg, 0, fiber_park(in(LATE_NS)));
	keep(arg, 1, fiber_park(in(SOON_NS)));
}

static void a_permit_is_remembered_and_used_once(void **state)
{
	struct notes notes = { .result = { -1 } };

	(void)state;
	run(&notes, parks_later, unparks);
	assert_int_equal(notes.result[0], 0);
	assert_failed(&notes, 1, ETIME);
}

/* Cancellation */

static void waits_in_every_way(void *arg)
{
	struct notes *notes = arg;

	keep(notes, 0, fiber_park(CLOCK_NEVER));
	keep(notes, 1, fiber_sleep_until(in(LATE_NS)));
	keep(notes, 2, watch_wait(&notes->watch, EPOLLIN, CLOCK_NEVER));
	keep(notes, 3, fiber_yield());
}

static void cancels(void *arg)
{
	struct notes *notes = arg;

	fiber_cancel(notes->other);
}

static void cancelling_ends_this_wait_and_every_later_one(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	watch_add(&notes.watch, STDIN_FILENO);
	run(&notes, waits_in_every_way, cancels);
	for (int i = 0; i < 4; i++)
		assert_failed(&notes, i, ECANCELED);
}

static void ends_after_a_turn(void *arg)
{
	fiber_yield();
	note(arg, '.');
}

static void yields_until_the_other_ends(void *arg)
{
	struct notes *notes = arg;

	fiber_cancel(fiber_self());
	while (notes->text[0] == '\0' && notes->count++ < 100)
		keep(notes, 0, fiber_yield());
}

static void a_cancelled_fiber_can_still_let_the_others_run(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	run(&notes, yields_until_the_other_ends, ends_after_a_turn);
	assert_in_range(notes.count, 1, 10);
	assert_failed(&notes, 0, ECANCELED);
}

static void watches_for_ever(void *arg)
{
	struct notes *notes = arg;

	keep(notes, 0, watch_wait(&notes->watch, EPOLLIN, CLOCK_NEVER));
	watch_remove(&notes->watch);
}

static void cancelling_ends_a_wait_for_a_descriptor(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	assert_int_equal(pipe(notes.fds), 0);
	watch_add(&notes.watch, notes.fds[0]);
	run(&notes, watches_for_ever, cancels);
	assert_failed(&notes, 0, ECANCELED);
	assert_null(notes.watch.reader);
	close(notes.fds[0]);
	close(notes.fds[1]);
}

static struct loop *to_stop;

static void stop_on_signal(int number)
{
	(void)number;
	loop_stop(to_stop);
}

static void raises(void *arg)
{
	(void)arg;
	kill(getpid(), SIGUSR1);
	keep(arg, 1, fiber_park(in(LATE_NS)));
	fiber_spawn(loop_current(), parks, arg);
}

static void a_signal_handler_stops_all_fibers_and_those_to_come(void **state)
{
	struct notes notes = { 0 };
	struct sigaction action = { .sa_handler = stop_on_signal }, before;

	(void)state;
	to_stop = loop_new(NULL);
	sigaction(SIGUSR1, &action, &before);
	fiber_spawn(to_stop, raises, &notes);
	assert_int_equal(loop_run(to_stop, NULL), 0);
	sigaction(SIGUSR1, &before, NULL);
	loop_free(to_stop);
	assert_failed(&notes, 0, ECANCELED);
	assert_failed(&notes, 1, ECANCELED);
}

static void *stop_soon(void *arg)
{
	usleep(5000);
	loop_stop(arg);
	return NULL;
}

static void another_thread_stops_a_loop_that_waits(void **state)
{
	struct notes notes = { 0 };
	struct loop *loop = loop_new(NULL);
	pthread_t thread;

	(void)state;
	fiber_spawn(loop, parks, &notes);
	pthread_create(&thread, NULL, stop_soon, loop);
	assert_int_equal(loop_run(loop, NULL), 0);
	pthread_join(thread, NULL);
	loop_free(loop);
	assert_failed(&notes, 0, ECANCELED);
}

/* Descriptors */

static void watches_a_pipe(void *arg)
{
	struct notes *notes = arg;

	watch_add(&notes->watch, notes->fds[0]);
	keep(notes, 0, watch_wait(&notes->watch, EPOLLIN, in(SOON_NS)));
	note(notes, 't');
	keep(notes, 1, watch_wait(&notes->watch, EPOLLIN, in(LATE_NS)));
	watch_remove(&notes->watch);
}

static void writes_a_pipe(void *arg)
{
	struct notes *notes = arg;

	while (notes->text[0] != 't')
		fiber_sleep_until(in(SOON_NS));
	notes->count = (size_t)write(notes->fds[1], "x", 1);
}

static void a_descriptor_wakes_its_reader_and_silence_is_ETIME(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	assert_int_equal(pipe(notes.fds), 0);
	run(&notes, watches_a_pipe, writes_a_pipe);
	assert_failed(&notes, 0, ETIME);
	assert_int_equal(notes.result[1], 0);
	close(notes.fds[0]);
	close(notes.fds[1]);
}

static void watches_then_sleeps(void *arg)
{
	struct notes *notes = arg;

	watch_add(&notes->watch, notes->fds[0]);
	keep(notes, 0, watch_wait(&notes->watch, EPOLLIN, in(LATE_NS)));
	int64_t before_ns = clock_thread_cpu_ns();
	fiber_sleep_until(in(200 * NS_PER_MS));
	notes->moment_ns = clock_thread_cpu_ns() - before_ns;
	keep(notes, 1, watch_wait(&notes->watch, EPOLLIN, in(LATE_NS)));
	watch_remove(&notes->watch);
}

static void a_loop_does_not_spin_on_what_nobody_reads(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	assert_int_equal(pipe(notes.fds), 0);
	assert_int_equal(write(notes.fds[1], "x", 1), 1);
	run(&notes, watches_then_sleeps, NULL);
	assert_int_equal(notes.result[0], 0);
	assert_int_equal(notes.result[1], 0);
	assert_true(notes.moment_ns < 50 * NS_PER_MS);
	close(notes.fds[0]);
	close(notes.fds[1]);
}

static void a_loop_does_not_spin_on_a_failure_that_nobody_awaits(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	assert_int_equal(pipe(notes.fds), 0);
	close(notes.fds[1]);
	run(&notes, watches_then_sleeps, NULL);
	assert_int_equal(notes.result[0], 0);
	assert_int_equal(notes.result[1], 0);
	assert_true(notes.moment_ns < 50 * NS_PER_MS);
	close(notes.fds[0]);
}

static void sleeps_and_then_watches_sharply(void *arg)
{
	struct notes *notes = arg;

	watch_add(&notes->watch, notes->fds[0]);
	watch_sharpen(&notes->watch);
	keep(notes, 0, watch_wait(&notes->watch, EPOLLIN, in(SOON_NS)));
	note(notes, 't');
	while (notes->count == 0)
		fiber_sleep_until(in(SOON_NS));
	fiber_sleep_until(in(SOON_NS));
	keep(notes, 1, watch_wait(&notes->watch, EPOLLIN, in(LATE_NS)));
	keep(notes, 2, watch_wait(&notes->watch, EPOLLIN, in(SOON_NS)));
	close(notes->fds[1]);
	for (int i = 0; i < 3; i++)
		keep(notes, 3, watch_wait(&notes->watch, EPOLLIN, in(LATE_NS)));
	watch_remove(&notes->watch);
}

/* What came before it waited is told once; the end is told again and again. */
static void a_sharp_watch_tells_what_came_while_nobody_waited(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	assert_int_equal(pipe(notes.fds), 0);
	run(&notes, sleeps_and_then_watches_sharply, writes_a_pipe);
	assert_failed(&notes, 0, ETIME);
	assert_int_equal(notes.result[1], 0);
	assert_failed(&notes, 2, ETIME);
	assert_int_equal(notes.result[3], 0);
	close(notes.fds[0]);
}

static void waits_to_read(void *arg)
{
	struct notes *notes = arg;

	keep(notes, 0, watch_wait(&notes->watch, EPOLLIN, in(LATE_NS)));
	note(notes, 'r');
}

static void waits_to_write(void *arg)
{
	struct notes *notes = arg;

	keep(notes, 1, watch_wait(&notes->watch, EPOLLOUT, in(LATE_NS)));
	note(notes, 'w');
	notes->count = (size_t)write(notes->fds[1], "x", 1);
}

static void one_may_read_and_another_write_the_same_descriptor(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, notes.fds), 0);
	watch_add(&notes.watch, notes.fds[0]);
	run(&notes, waits_to_read, waits_to_write);
	assert_string_equal(notes.text, "wr");
	assert_int_equal(notes.result[0], 0);
	assert_int_equal(notes.result[1], 0);
	close(notes.fds[0]);
	close(notes.fds[1]);
}

static void waits_for_both(void *arg)
{
	struct notes *notes = arg;
	struct watch *watches[] = { &notes->watch, &notes->second };
	const uint32_t events[] = { EPOLLIN, EPOLLIN };
	const uint32_t first_only[] = { EPOLLIN, 0 };

	keep(notes, 0, watch_wait_any(watches, events, 2, in(LATE_NS)));
	keep(notes, 1, watch_wait_any(watches, first_only, 2, in(SOON_NS)));
	note(notes, notes->watch.reader || notes->second.reader ? '!' : '.');
	watch_remove(&notes->watch);
	watch_remove(&notes->second);
}

static void waiting_for_any_names_the_one_that_is_ready(void **state)
{
	struct notes notes = { 0 };
	int quiet[2];

	(void)state;
	assert_int_equal(pipe(notes.fds), 0);
	assert_int_equal(pipe(quiet), 0);
	assert_int_equal(write(notes.fds[1], "x", 1), 1);
	watch_add(&notes.watch, quiet[0]);
	watch_add(&notes.second, notes.fds[0]);
	run(&notes, waits_for_both, NULL);
	assert_int_equal(notes.result[0], 1);
	assert_failed(&notes, 1, ETIME);
	assert_string_equal(notes.text, ".");
	for (int i = 0; i < 2; i++) {
		close(notes.fds[i]);
		close(quiet[i]);
	}
}

static void removes_the_watch(void *arg)
{
	struct notes *notes = arg;

	watch_remove(&notes->watch);
}

static void removing_a_watch_ends_the_wait_for_it(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	assert_int_equal(pipe(notes.fds), 0);
	watch_add(&notes.watch, notes.fds[0]);
	run(&notes, watches_for_ever, removes_the_watch);
	assert_failed(&notes, 0, ECANCELED);
	close(notes.fds[0]);
	close(notes.fds[1]);
}

static void a_plain_file_cannot_be_waited_for(void **state)
{
	struct notes notes = { 0 };
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	watch_add(&notes.watch, fileno(file));
	run(&notes, watches_for_ever, NULL);
	assert_failed(&notes, 0, EPERM);
	fclose(file);
}

/* Stacks */

static void notes_its_place(void *arg)
{
	struct notes *notes = arg;
	char local;
	uintptr_t place = (uintptr_t)&local;

	if (notes->place && notes->place != place)
		note(notes, '!');
	notes->place = place;
}

static void spawns_a_hundred_thousand(void *arg)
{
	struct notes *notes = arg;

	for (; notes->count < 100000; notes->count++) {
		fiber_spawn(loop_current(), notes_its_place, notes);
		fiber_yield();
	}
}

/* Pages mapped (0) or resident (1). */
static size_t pages(int which)
{
	unsigned long all[2] = { 0 };
	FILE *file = fopen("/proc/self/statm", "r");

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lu %lu", &all[0], &all[1]), 2);
	fclose(file);
	return all[which];
}

static void a_hundred_thousand_fibers_one_after_another_use_one_stack(
    void **state)
{
	struct notes notes = { 0 };
	size_t before = pages(1);

	(void)state;
	run(&notes, spawns_a_hundred_thousand, NULL);
	assert_int_equal(notes.count, 100000);
	assert_string_equal(notes.text, "");
	/* A stack of each would be 400 MB; 32 MB covers the sanitizers. */
	assert_true(pages(1) < before + 8192);
}

static void counts_and_parks(void *arg)
{
	struct notes *notes = arg;

	notes->count++;
	fiber_park(in(LATE_NS));
}

static void stops_when_all_wait(void *arg)
{
	(void)arg;
	loop_stop(loop_current());
}

static void many_fibers_wait_at_once(void **state)
{
	struct notes notes = { 0 };
	struct loop *loop = loop_new(NULL);

	(void)state;
	for (int i = 0; i < 2000; i++)
		assert_non_null(fiber_spawn(loop, counts_and_parks, &notes));
	fiber_spawn(loop, stops_when_all_wait, NULL);
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);
	assert_int_equal(notes.count, 2000);
}

static void uses_much_stack(void *arg)
{
	volatile char large[1 << 20];
	struct notes *notes = arg;

	for (size_t i = 0; i < sizeof large; i += 4096)
		large[i] = 1;
	notes->count = (size_t)large[4096];
	note(notes, fiber_self() ? '!' : 'd');
}

static void calls(void *arg)
{
	note(arg, 'c');
	fiber_call(uses_much_stack, arg);
	note(arg, 'C');
}

static void a_call_has_the_stack_of_the_thread(void **state)
{
	struct notes notes = { 0 };

	(void)state;
	run(&notes, calls, b_yields);
	assert_int_equal(notes.count, 1);
	assert_string_equal(notes.text, "cdCbB");
}

static void *run_a_loop(void *arg)
{
	run(arg, sleeps_often, b_yields);
	return NULL;
}

static void loops_in_several_threads_share_nothing(void **state)
{
	struct notes notes[4] = { 0 };
	pthread_t threads[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, run_a_loop, &notes[i]);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(notes[i].count, 20);
	}
}

/* In a child, which ends with the status of `body` or by a signal. */
static int status_of(int (*body)(void))
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(body());
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* Recurses until something stops it; the argument keeps the frames alive. */
static int overflow(volatile char *above)
{
	volatile char frame[1024];

	frame[0] = above ? above[0] : 1;
	return frame[0] == 1 ? overflow(frame) + frame[0] : 0;
}

static void overflows(void *arg)
{
	(void)arg;
	overflow(NULL);
}

static int run_an_overflow(void)
{
	struct loop *loop = loop_new(NULL);
	struct sigaction action = { .sa_handler = SIG_DFL };

	sigaction(SIGSEGV, &action, NULL); /* cmocka catches it */
	close(STDERR_FILENO); /* a sanitizer's report is not of interest */
	fiber_spawn(loop, overflows, NULL);
	loop_run(loop, NULL);
	return 0;
}

static void a_stack_that_overflows_ends_the_program(void **state)
{
	(void)state;
	assert_int_not_equal(status_of(run_an_overflow), 0);
}

#ifndef SANITIZED
static int run_out_of_memory(void)
{
	struct notes notes = { 0 };
	struct loop *loop = loop_new(NULL);
	rlim_t bytes = (pages(0) << 12) + (64 << 20);
	struct rlimit limit = { bytes, bytes };
	size_t made = 0;

	setrlimit(RLIMIT_AS, &limit);
	errno = 0;
	while (made < 100000 && fiber_spawn(loop, counts_and_parks, &notes))
		made++;
	int error = errno;
	loop_stop(loop);
	if (loop_run(loop, NULL) < 0 || notes.count != made)
		return 1;
	return made > 100 && made < 100000 && error == ENOMEM ? 0 : 2;
}

static void without_memory_a_fiber_is_refused_and_the_others_run(void **state)
{
	(void)state;
	assert_int_equal(status_of(run_out_of_memory), 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fibers_take_turns_in_the_order_of_their_start),
		cmocka_unit_test(a_new_fiber_begins_at_the_next_turn),
		cmocka_unit_test(what_never_waits_lets_the_others_run),
		cmocka_unit_test(locals_survive_the_switches),
		cmocka_unit_test(sleepers_wake_in_the_order_of_their_moments),
		cmocka_unit_test(a_sleep_ends_at_its_moment_and_never_before),
		cmocka_unit_test(
		    a_moment_that_is_past_still_lets_the_others_run),
		cmocka_unit_test(a_park_that_nobody_ends_is_ETIME),
		cmocka_unit_test(a_parked_fiber_is_woken),
		cmocka_unit_test(a_permit_is_remembered_and_used_once),
		cmocka_unit_test(cancelling_ends_this_wait_and_every_later_one),
		cmocka_unit_test(
		    a_cancelled_fiber_can_still_let_the_others_run),
		cmocka_unit_test(cancelling_ends_a_wait_for_a_descriptor),
		cmocka_unit_test(
		    a_signal_handler_stops_all_fibers_and_those_to_come),
		cmocka_unit_test(another_thread_stops_a_loop_that_waits),
		cmocka_unit_test(
		    a_descriptor_wakes_its_reader_and_silence_is_ETIME),
		cmocka_unit_test(a_loop_does_not_spin_on_what_nobody_reads),
		cmocka_unit_test(
		    a_sharp_watch_tells_what_came_while_nobody_waited),
		cmocka_unit_test(
		    a_loop_does_not_spin_on_a_failure_that_nobody_awaits),
		cmocka_unit_test(
		    one_may_read_and_another_write_the_same_descriptor),
		cmocka_unit_test(waiting_for_any_names_the_one_that_is_ready),
		cmocka_unit_test(removing_a_watch_ends_the_wait_for_it),
		cmocka_unit_test(a_plain_file_cannot_be_waited_for),
		cmocka_unit_test(
		    a_hundred_thousand_fibers_one_after_another_use_one_stack),
		cmocka_unit_test(many_fibers_wait_at_once),
		cmocka_unit_test(a_call_has_the_stack_of_the_thread),
		cmocka_unit_test(loops_in_several_threads_share_nothing),
		cmocka_unit_test(a_stack_that_overflows_ends_the_program),
#ifndef SANITIZED
		cmocka_unit_test(
		    without_memory_a_fiber_is_refused_and_the_others_run),
#endif
	};

	return cmocka_run_group_tests_name("fiber", tests, NULL, NULL);
}
