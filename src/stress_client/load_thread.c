#define _GNU_SOURCE /* PR_SET_TIMERSLACK */
#include "stress_client/load_thread.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/printable.h"
#include "stress_client/plan.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/* How soon sleeping clients learn that the run is being stopped. */
#define WARDEN_NS (50 * NS_PER_MS)

static bool is_open(const struct load_thread *thread)
{
	return thread->plan->open_loop;
}

/* Wakes the clients that rest, so that only requests in flight keep the thread.
 */
static void end_all(struct load_thread *thread)
{
	if (is_open(thread)) {
		load_thread_skip(thread,
		    pool_stop(&thread->pool, clock_now_ns()));
		pool_end(&thread->pool);
	}
	for (uint64_t j = 0; j < thread->made; j++)
		client_wake(thread->clients[j]);
}

static void warden(void *arg)
{
	struct load_thread *thread = arg;
	struct pool *pool = &thread->pool;

	while (fiber_sleep_until(clock_now_ns() + WARDEN_NS) == 0) {
		if (atomic_load(thread->stopping))
			end_all(thread);
		else if (is_open(thread) && !pool->leader)
			load_thread_skip(thread,
			    pool_skip_late(pool, clock_now_ns()));
	}
}

struct client *load_thread_grow(struct load_thread *thread)
{
	if (thread->made == thread->most)
		return NULL;
	struct client *client = client_new(thread, thread->plan,
	    thread->number + thread->made * thread->threads);
	client->free_ns = clock_now_ns();
	if (client_start(client, thread->loop) == -1) {
		err_system(&thread->err, "cannot start client %s",
		    client->user.name);
		client_free(client);
		thread->most = thread->made;
		return NULL;
	}
	thread->clients[thread->made++] = client;
	thread->living++;
	return client;
}

static int set_up(struct load_thread *thread)
{
	struct loop *loop = loop_new(&thread->err);

	if (loop == NULL)
		return -1;
	loop_sample_delays(loop);
	pthread_mutex_lock(&thread->lock);
	thread->loop = loop;
	pthread_mutex_unlock(&thread->lock);

	thread->warden = fiber_spawn(loop, warden, thread);
	if (thread->warden == NULL)
		return err_system(&thread->err, "cannot start a fiber");
	if (is_open(thread)) {
		pool_init(&thread->pool, thread->plan, thread->number,
		    thread->threads);
		thread->pool.leader = load_thread_grow(thread);
		return thread->pool.leader ? 0 : -1;
	}
	while (thread->made < thread->most) {
		if (!load_thread_grow(thread))
			return -1;
	}
	return 0;
}

static void *run(void *arg)
{
	struct load_thread *thread = arg;
	struct loop *loop;

	(void)prctl(PR_SET_TIMERSLACK, 1);
	if (set_up(thread) == -1 && thread->loop != NULL)
		loop_stop(thread->loop);
	loop = thread->loop;
	if (loop != NULL && loop_run(loop, &thread->err) == 0 && thread->halted)
		thread->err.text[0] = '\0';

	pthread_mutex_lock(&thread->lock);
	if (loop != NULL) {
		loop_take_delays(loop, &thread->measured.receive_delay);
		thread->idle_at_end_ns = loop_idle_ns(loop);
	}
	thread->ended_ns = clock_now_ns();
	thread->loop = NULL;
	pthread_mutex_unlock(&thread->lock);
	loop_free(loop);
	thread->cpu_at_end_ns = clock_thread_cpu_ns();
	atomic_store(&thread->ended, true);
	pthread_kill(thread->parent, SIGUSR1);
	return NULL;
}

int load_thread_start(struct load_thread *thread, struct err *err)
{
	int failed;

	thread->most =
	    (thread->plan->clients - thread->number - 1) / thread->threads + 1;
	thread->clients = mem_new(thread->most, sizeof *thread->clients);
	thread->parent = pthread_self();
	thread->scratch = mem_new(DRIVER_SCRATCH, 1);
	atomic_store(&thread->active, is_open(thread) ? 0 : thread->most);
	pthread_mutex_init(&thread->lock, NULL);
	failed = pthread_create(&thread->thread, NULL, run, thread);
	if (failed != 0) {
		pthread_mutex_destroy(&thread->lock);
		free(thread->scratch);
		free(thread->clients);
		return err_set(err, "cannot start a thread: %s",
		    strerror(failed));
	}
	if (pthread_getcpuclockid(thread->thread, &thread->cpu_clock) != 0)
		thread->cpu_clock = CLOCK_PROCESS_CPUTIME_ID;
	return 0;
}

/* Adds and clears `from`. Its log lines, the newer ones, go first. */
static void move(struct measured *into, struct measured *from)
{
	struct log_line **oldest = &from->newest_line;

	stats_merge(&into->stats, &from->stats);
	histogram_merge(&into->lag, &from->lag);
	record_connections_merge(&into->connections, &from->connections);
	histogram_merge(&into->receive_delay, &from->receive_delay);
	while (*oldest != NULL)
		oldest = &(*oldest)->next;
	*oldest = into->newest_line;
	into->newest_line = from->newest_line;
	from->newest_line = NULL;
	measured_clear(from);
}

void load_thread_take(struct load_thread *thread, struct measured *into)
{
	struct measured taken;

	pthread_mutex_lock(&thread->lock);
	if (thread->loop != NULL)
		loop_take_delays(thread->loop, &thread->measured.receive_delay);
	tally_settle(&thread->tally);
	taken = thread->measured;
	taken.stats = thread->tally.stats;
	thread->tally = (struct tally){ 0 };
	/* What is open stays so. */
	thread->measured = (struct measured){
		.connections = { .held = taken.connections.held,
		    .open = taken.connections.open,
		    .joined = taken.connections.joined },
	};
	pthread_mutex_unlock(&thread->lock);
	move(into, &taken);
}

uint64_t load_thread_ended(struct load_thread *thread)
{
	pthread_mutex_lock(&thread->lock);
	uint64_t ended = thread->tally.stats.sent + thread->tally.noted;
	pthread_mutex_unlock(&thread->lock);
	return ended;
}

void measured_clear(struct measured *measured)
{
	struct log_line *line = measured->newest_line;

	while (line != NULL) {
		struct log_line *next = line->next;

		free(line);
		line = next;
	}
	stats_clear(&measured->stats);
	histogram_clear(&measured->lag);
	histogram_clear(&measured->receive_delay);
	record_connections_release(&measured->connections);
	*measured = (struct measured){ 0 };
}

double load_thread_cpu(struct load_thread *thread, int64_t elapsed_ns)
{
	struct timespec time;
	int64_t before_ns = thread->cpu_ns;

	/* The clock of a thread that has ended cannot be read any more; it may
	 * have been read last after the thread itself read it. */
	if (atomic_load(&thread->ended)) {
		if (thread->cpu_ns < thread->cpu_at_end_ns)
			thread->cpu_ns = thread->cpu_at_end_ns;
	} else if (clock_gettime(thread->cpu_clock, &time) == 0) {
		thread->cpu_ns = time.tv_sec * NS_PER_SECOND + time.tv_nsec;
	}
	if (elapsed_ns <= 0)
		return 0;
	return (double)(thread->cpu_ns - before_ns) / (double)elapsed_ns;
}

double load_thread_busy(struct load_thread *thread, int64_t elapsed_ns)
{
	int64_t before_ns = thread->idle_ns, now_ns = clock_now_ns();

	pthread_mutex_lock(&thread->lock);
	if (thread->loop != NULL)
		thread->idle_ns = loop_idle_ns(thread->loop);
	else if (thread->ended_ns != 0)
		thread->idle_ns =
		    thread->idle_at_end_ns + (now_ns - thread->ended_ns);
	pthread_mutex_unlock(&thread->lock);
	if (elapsed_ns <= 0)
		return 0;
	return fmax(0,
	    1 - (double)(thread->idle_ns - before_ns) / (double)elapsed_ns);
}

void load_thread_halt(struct load_thread *thread)
{
	pthread_mutex_lock(&thread->lock);
	thread->halted = true;
	if (thread->loop != NULL)
		loop_stop(thread->loop);
	pthread_mutex_unlock(&thread->lock);
}

void load_thread_join(struct load_thread *thread)
{
	pthread_join(thread->thread, NULL);
}

void load_thread_release(struct load_thread *thread)
{
	for (uint64_t j = 0; j < thread->made; j++)
		client_free(thread->clients[j]);
	free(thread->clients);
	tally_clear(&thread->tally);
	measured_clear(&thread->measured);
	pthread_mutex_destroy(&thread->lock);
	free(thread->scratch);
}

void load_thread_count(struct load_thread *thread,
    const struct outcome *outcome, bool lasting)
{
	pthread_mutex_lock(&thread->lock);
	tally_record(&thread->tally, outcome, lasting);
	pthread_mutex_unlock(&thread->lock);
}

void load_thread_connections(struct load_thread *thread,
    const struct connections_change *change)
{
	pthread_mutex_lock(&thread->lock);
	struct record_connections *all = &thread->measured.connections;
	all->held = true;
	all->open = (uint64_t)((int64_t)all->open + change->open);
	all->joined = (uint64_t)((int64_t)all->joined + change->joined);
	all->made += change->open > 0;
	all->dropped += change->dropped;
	all->missed += change->missed;
	all->doubled += change->doubled;
	if (change->restored) {
		all->restored++;
		histogram_record(&all->restore, change->restore_us);
	}
	pthread_mutex_unlock(&thread->lock);
}

void load_thread_skip(struct load_thread *thread, uint64_t requests)
{
	thread->unserved += requests;
	pthread_mutex_lock(&thread->lock);
	stats_skip(&thread->tally.stats, requests);
	pthread_mutex_unlock(&thread->lock);
}

void load_thread_lag(struct load_thread *thread, int64_t late_ns)
{
	pthread_mutex_lock(&thread->lock);
	histogram_record(&thread->measured.lag, late_ns / NS_PER_US);
	pthread_mutex_unlock(&thread->lock);
}

void load_thread_begun(struct load_thread *thread, int64_t planned_ns,
    int64_t free_ns, int64_t now_ns)
{
	bool has_rested = loop_busy_since_ns() > planned_ns;
	bool was_free = !has_rested || free_ns < planned_ns;
	load_thread_lag(thread, now_ns - (was_free ? planned_ns : free_ns));
}

void load_thread_log(struct load_thread *thread, uint64_t client,
    const char *level, const char *text)
{
	char stamp[CLOCK_STAMP];
	size_t size = strlen(text) + strlen(level) + CLOCK_STAMP + 8;
	struct log_line *line = mem_new(1, sizeof(*line) + size);
	int length;

	clock_stamp(stamp, clock_unix_ms());
	line->client = client;
	length =
	    snprintf(line->text, size, "[%s] [%s] %s", stamp + 11, level, text);
	printable(line->text);
	memcpy(line->text + length, "\n", 2);
	pthread_mutex_lock(&thread->lock);
	line->next = thread->measured.newest_line;
	thread->measured.newest_line = line;
	pthread_mutex_unlock(&thread->lock);
}

void load_thread_joined(struct load_thread *thread)
{
	atomic_fetch_add(&thread->active, 1);
}

void load_thread_client_ended(struct load_thread *thread,
    const struct client *client)
{
	if (client->begun || !is_open(thread))
		atomic_fetch_sub(&thread->active, 1);
	if (--thread->living == 0)
		fiber_cancel(thread->warden);
}
