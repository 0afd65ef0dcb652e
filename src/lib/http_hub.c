#include "lib/http_hub.h"

#include "lib/clock.h"
#include "lib/mem.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>

struct http_hub {
	CURLM *multi;
	size_t users;
	size_t under_way; /* transfers */
	int64_t due_ns;   /* when libcurl wants to be called */
	int64_t waits_ns; /* its timer's fiber until then; 0: it is awake */
	struct fiber *timer;
};

/* What libcurl wants to know of a socket. Its fiber waits for that, and ends
 * when libcurl wants no more. */
struct interest {
	struct http_hub *hub;
	struct watch watch;
	uint32_t events; /* 0: no more */
	bool changed;    /* since its fiber began to wait */
	bool has_fiber;
};

static _Thread_local struct http_hub *here;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode started;

static void tick(void *arg);

static void start_libcurl(void)
{
	started = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* Its timer */

static int on_timer(CURLM *multi, long timeout_ms, void *user)
{
	(void)multi;
	struct http_hub *hub = user;
	hub->due_ns = timeout_ms < 0 ? CLOCK_NEVER
	                             : clock_now_ns() + timeout_ms * NS_PER_MS;
	return 0;
}

static void follow_timer(void *arg)
{
	struct http_hub *hub = arg;
	while (hub->under_way > 0 && hub->due_ns != CLOCK_NEVER) {
		hub->waits_ns = hub->due_ns;
		int result = fiber_park(hub->due_ns);
		hub->waits_ns = 0;
		if (result < 0 && errno != ETIME)
			break;
		if (hub->due_ns <= clock_now_ns())
			fiber_call(tick, hub);
	}
	hub->timer = NULL;
	http_hub_leave(hub);
}

/* Without memory for it, what depends on a moment waits for the next event. */
static void start_timer(struct http_hub *hub)
{
	hub->timer = fiber_spawn(loop_current(), follow_timer, hub);
	if (hub->timer)
		hub->users++;
}

/* On the thread's own stack */

static void take_finished(struct http_hub *hub)
{
	const CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(hub->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		struct transfer *transfer = NULL;
		CURL *easy = message->easy_handle;
		CURLcode result = message->data.result;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
		curl_multi_remove_handle(hub->multi, easy);
		hub->under_way--;
		transfer->result = result;
		transfer->done = true;
		if (transfer->waiting)
			fiber_unpark(transfer->waiting);
	}
}

/* Its fiber ends when there is nothing to wait for, and so lets a loop end. A
 * later moment than the one that it waits for needs no waking. */
static void care_for_timer(struct http_hub *hub)
{
	bool wanted = hub->under_way > 0 && hub->due_ns != CLOCK_NEVER;
	if (!hub->timer) {
		if (wanted)
			start_timer(hub);
	} else if (hub->waits_ns > 0 &&
	           (!wanted || hub->due_ns < hub->waits_ns)) {
		hub->waits_ns = 0;
		fiber_unpark(hub->timer);
	}
}

static void look_after(struct http_hub *hub)
{
	take_finished(hub);
	care_for_timer(hub);
}

static void tick(void *arg)
{
	struct http_hub *hub = arg;
	int running;
	hub->due_ns = CLOCK_NEVER;
	curl_multi_socket_action(hub->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	look_after(hub);
}

static void act(void *arg)
{
	struct interest *interest = arg;
	struct http_hub *hub = interest->hub;
	int running;
	/* With 0 libcurl finds out itself which it is. */
	int ready = interest->events == EPOLLIN    ? CURL_CSELECT_IN
	            : interest->events == EPOLLOUT ? CURL_CSELECT_OUT
	                                           : 0;
	curl_multi_socket_action(hub->multi, interest->watch.fd, ready,
	    &running);
	look_after(hub);
}

/* Sockets */

static void release_if_unused(struct interest *interest)
{
	if (interest->events == 0 && !interest->has_fiber)
		free(interest);
}

static void follow_socket(void *arg)
{
	struct interest *interest = arg;
	while (interest->events != 0) {
		interest->changed = false;
		int result =
		    watch_wait(&interest->watch, interest->events, CLOCK_NEVER);
		if (interest->changed)
			continue;
		if (result < 0)
			break;
		fiber_call(act, interest);
	}
	interest->has_fiber = false;
	release_if_unused(interest);
}

static struct interest *new_interest(struct http_hub *hub, curl_socket_t fd)
{
	struct interest *interest = calloc(1, sizeof *interest);
	if (!interest)
		return NULL;
	interest->hub = hub;
	watch_add(&interest->watch, fd);
	interest->has_fiber =
	    fiber_spawn(loop_current(), follow_socket, interest);
	if (!interest->has_fiber) {
		free(interest);
		return NULL;
	}
	curl_multi_assign(hub->multi, fd, interest);
	return interest;
}

static uint32_t events_of(int what)
{
	switch (what) {
	case CURL_POLL_IN:
		return EPOLLIN;
	case CURL_POLL_OUT:
		return EPOLLOUT;
	case CURL_POLL_INOUT:
		return EPOLLIN | EPOLLOUT;
	default:
		return 0;
	}
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user,
    void *assigned)
{
	(void)easy;
	struct http_hub *hub = user;
	struct interest *interest = assigned;
	uint32_t events = events_of(what);
	if (!interest) {
		if (events == 0)
			return 0;
		interest = new_interest(hub, fd);
		if (!interest)
			return -1;
	}
	if (events == interest->events)
		return 0;
	interest->events = events;
	interest->changed = true;
	/* Also calls off the wait for what was wanted so far. */
	watch_remove(&interest->watch);
	if (events == 0)
		curl_multi_assign(hub->multi, fd, NULL);
	release_if_unused(interest);
	return 0;
}

/* Transfers */

struct step {
	struct http_hub *hub;
	struct transfer *transfer;
};

static void start(void *arg)
{
	const struct step *step = arg;
	struct http_hub *hub = step->hub;
	struct transfer *transfer = step->transfer;
	curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
	if (curl_multi_add_handle(hub->multi, transfer->easy) != CURLM_OK) {
		transfer->result = CURLE_OUT_OF_MEMORY;
		transfer->done = true;
		return;
	}
	hub->under_way++;
	tick(hub);
}

static void take_back(void *arg)
{
	const struct step *step = arg;
	curl_multi_remove_handle(step->hub->multi, step->transfer->easy);
	step->hub->under_way--;
	look_after(step->hub);
}

void http_hub_start(struct http_hub *hub, struct transfer *transfer)
{
	fiber_call(start, &(struct step){ hub, transfer });
}

void http_hub_abort(struct http_hub *hub, struct transfer *transfer)
{
	fiber_call(take_back, &(struct step){ hub, transfer });
}

/* The hub */

static bool set_up(struct http_hub *hub)
{
	CURLM *multi = hub->multi = curl_multi_init();
	return multi &&
	       !curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket) &&
	       !curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, hub) &&
	       !curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer) &&
	       !curl_multi_setopt(multi, CURLMOPT_TIMERDATA, hub);
}

/* OpenSSL may write to a connection that is closed. */
static void block_sigpipe(void)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

struct http_hub *http_hub_join(struct err *err)
{
	if (!here) {
		pthread_once(&once, start_libcurl);
		struct http_hub *hub = mem_new(1, sizeof *hub);
		hub->due_ns = CLOCK_NEVER;
		if (started != CURLE_OK || !set_up(hub)) {
			err_set(err, "libcurl does not start: %s",
			    curl_easy_strerror(
			        started ? started : CURLE_OUT_OF_MEMORY));
			curl_multi_cleanup(hub->multi);
			free(hub);
			return NULL;
		}
		block_sigpipe();
		here = hub;
	}
	here->users++;
	return here;
}

static void clean_up(void *arg)
{
	struct http_hub *hub = arg;
	curl_multi_cleanup(hub->multi);
	free(hub);
}

void http_hub_leave(struct http_hub *hub)
{
	if (--hub->users > 0)
		return;
	here = NULL;
	if (fiber_self())
		fiber_call(clean_up, hub);
	else
		clean_up(hub);
}
