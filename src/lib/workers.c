#include "lib/workers.h"

#include "lib/fiber.h"
#include "lib/mem.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

/* Lives on the stack of the fiber that waits for it. */
struct job {
	void (*work)(void *);
	void *arg;
	struct fiber *fiber;
	struct job *next;
};

struct workers {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct job *first, **last;
	bool closing;
	unsigned count;
	pthread_t threads[];
};

static struct job *take(struct workers *workers)
{
	pthread_mutex_lock(&workers->lock);
	while (!workers->first && !workers->closing)
		pthread_cond_wait(&workers->filled, &workers->lock);
	struct job *job = workers->first;
	if (job) {
		workers->first = job->next;
		if (!workers->first)
			workers->last = &workers->first;
	}
	pthread_mutex_unlock(&workers->lock);
	return job;
}

static void *labour(void *arg)
{
	struct job *job;
	while ((job = take(arg))) {
		job->work(job->arg);
		fiber_resume(job->fiber);
	}
	return NULL;
}

/* Signals are for the threads that run loops. */
static int start_quietly(struct workers *workers, unsigned threads)
{
	sigset_t all, before;
	int error = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (workers->count < threads && error == 0) {
		error = pthread_create(&workers->threads[workers->count], NULL,
		    labour, workers);
		workers->count += error == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

struct workers *workers_new(unsigned threads, struct err *err)
{
	assert(threads > 0);
	struct workers *workers =
	    mem_new(1, sizeof *workers + threads * sizeof workers->threads[0]);
	pthread_mutex_init(&workers->lock, NULL);
	pthread_cond_init(&workers->filled, NULL);
	workers->last = &workers->first;

	int error = start_quietly(workers, threads);
	if (error) {
		errno = error;
		err_system(err, "cannot start %u worker threads", threads);
		workers_free(workers);
		return NULL;
	}
	return workers;
}

void workers_free(struct workers *workers)
{
	if (!workers)
		return;
	pthread_mutex_lock(&workers->lock);
	assert(!workers->first);
	workers->closing = true;
	pthread_cond_broadcast(&workers->filled);
	pthread_mutex_unlock(&workers->lock);
	for (unsigned i = 0; i < workers->count; i++)
		pthread_join(workers->threads[i], NULL);
	pthread_cond_destroy(&workers->filled);
	pthread_mutex_destroy(&workers->lock);
	free(workers);
}

void workers_run(struct workers *workers, void (*work)(void *), void *arg)
{
	struct job job = { .work = work, .arg = arg, .fiber = fiber_self() };
	pthread_mutex_lock(&workers->lock);
	*workers->last = &job;
	workers->last = &job.next;
	pthread_cond_signal(&workers->filled);
	pthread_mutex_unlock(&workers->lock);
	fiber_suspend();
}
