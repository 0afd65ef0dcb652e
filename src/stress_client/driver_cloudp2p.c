/* driver_cloudp2p.c - a CloudP2P client's request: find the leader, send the
 * picture to the server it names, check what comes back, acknowledge; when the
 * server fails, ask who has the task now (specification 2.2 to 2.5). */
#include "stress_client/cloudp2p.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "stress_client/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A request that is sent this often fails, however it fails. */
#define SENDS_MAX 20

#define ROW(...) OPTION_ROW(struct cloudp2p_settings, __VA_ARGS__)

static const struct option rows[] = {
	ROW("server-addresses", OPTION_LIST, server_addresses,
	    .words = "HOST:PORT", .help = "the ring's servers"),
	ROW("request-timeout-ms", OPTION_TIME, request_timeout_ns,
	    .fallback = "10s", .from = "1ms", .to = "1h",
	    .help = "for one exchange with the assigned server"),
	ROW("assignment", OPTION_CHOICE, assignment, .fallback = "first",
	    .words = "first|ordered",
	    .help = "which answer to the leader search counts: the first, or "
	            "as the original's in the order of the servers"),
	ROW("assignment-timeout-ms", OPTION_TIME, assignment_timeout_ns,
	    .fallback = "5s", .from = "1ms", .to = "1h",
	    .help = "for one question to all servers"),
	ROW("assignment-pause-ms", OPTION_TIME, assignment_pause_ns,
	    .fallback = "2s", .from = "10ms", .to = "1h",
	    .help = "between two searches for a leader, more or less by a "
	            "quarter"),
	ROW("leader-wait-ms", OPTION_TIME, leader_wait_ns, .fallback = "30s",
	    .from = "1ms", .to = "24h",
	    .help = "no search for a leader starts later; then the request "
	            "fails: no leader"),
	ROW("status-poll-ms", OPTION_TIME, status_poll_ns, .fallback = "2s",
	    .from = "10ms", .to = "1h",
	    .help = "between two questions who has the task now"),
	ROW("same-server-polls", OPTION_COUNT, same_server_polls,
	    .fallback = "10", .from = "1", .to = "1000",
	    .help = "answers that name the failed server before it is tried "
	            "again"),
	ROW("failed-polls", OPTION_COUNT, failed_polls, .fallback = "5",
	    .from = "1", .to = "1000",
	    .help = "questions without an answer before a task is lost"),
	ROW("resubmissions", OPTION_COUNT, resubmissions, .fallback = "5",
	    .from = "0", .to = "15",
	    .help = "times a lost task is submitted again, or a failed server "
	            "tried again"),
	ROW("verify", OPTION_CHOICE, verify, .fallback = "full",
	    .words = "full|extract|none",
	    .help = "compare the secret in the answer, only extract it, or "
	            "only count bytes"),
};

/* One request on its way. */
struct passage {
	struct user *user;
	struct request *request;
	struct cloudp2p *shared;
	const struct picture_file *picture;
	struct traffic traffic;
	uint64_t sends, resubmissions;
	/* The assignment in force. */
	char address[sizeof(((struct address *)NULL)->text)];
	uint32_t assigned_by; /* what the original sends as the leader's id */
};

enum step { STEP_ON, STEP_FAILED };

static enum step fail(struct passage *passage, const char *reason)
{
	passage->request->outcome.reason = reason;
	return STEP_FAILED;
}

static int64_t jittered(struct user *user, int64_t pause_ns)
{
	return (int64_t)((0.75 + rng_unit(&user->rng) / 2) * (double)pause_ns);
}

/* Takes over what an assignment or a status says. */
static void follow(struct passage *passage, const struct answer *answer)
{
	struct request *request = passage->request;

	snprintf(passage->address, sizeof(passage->address), "%s",
	    answer->message.address);
	snprintf(request->server, sizeof(request->server), "%" PRIu32,
	    answer->message.server_id);
	request->outcome.server = request->server;
}

static struct question question(const struct passage *passage,
    enum cloudp2p_type type, enum cloudp2p_type wanted)
{
	const struct cloudp2p_settings *settings = passage->shared->settings;

	return (struct question){
		.shared = passage->shared,
		.user = passage->user,
		.message = { .type = type,
		    .client_name = passage->user->name,
		    .request_id = passage->request->id },
		.wanted = wanted,
		.deadline_ns = clock_now_ns() + settings->assignment_timeout_ns,
		.order = settings->assignment,
	};
}

/* Asks for a leader until one answers. */
static enum step get_assigned(struct passage *passage)
{
	const struct cloudp2p_settings *settings = passage->shared->settings;
	int64_t give_up_ns = clock_now_ns() + settings->leader_wait_ns;

	for (;;) {
		struct question leader =
		    question(passage, CLOUDP2P_TASK_ASSIGNMENT_REQUEST,
		        CLOUDP2P_TASK_ASSIGNMENT_RESPONSE);
		struct answer answer;
		int64_t again_ns;

		if (cloudp2p_ask(&leader, &answer, &passage->traffic) == 0) {
			follow(passage, &answer);
			passage->assigned_by = (uint32_t)answer.server + 1;
			cloudp2p_release(&answer.message);
			return STEP_ON;
		}
		if (answer.error == ECANCELED)
			return fail(passage, "interrupted");
		again_ns = clock_now_ns() + jittered(passage->user,
		                                settings->assignment_pause_ns);
		if (again_ns >= give_up_ns)
			return fail(passage,
			    answer.error == 0 ? "no leader"
			                      : cloudp2p_reason(answer.error));
		if (fiber_sleep_until(again_ns) == -1)
			return fail(passage, "interrupted");
		passage->request->outcome.retries++;
	}
}

enum poll {
	POLL_MOVED, /* another server has the task, or the same one again */
	POLL_SAME,  /* the failed server is still named, for long enough */
	POLL_LOST,
	POLL_CUT,
};

/* Asks who has the task now, since its server has failed. */
static enum poll poll_status(struct passage *passage)
{
	const struct cloudp2p_settings *settings = passage->shared->settings;
	uint64_t same = 0, failed = 0;

	for (;;) {
		struct question status = question(passage,
		    CLOUDP2P_TASK_STATUS_QUERY, CLOUDP2P_TASK_STATUS_RESPONSE);
		struct answer answer;
		bool moved;

		if (cloudp2p_ask(&status, &answer, &passage->traffic) == 0) {
			failed = 0;
			moved = strcmp(answer.message.address,
			            passage->address) != 0;
			follow(passage, &answer);
			passage->assigned_by = answer.message.server_id;
			cloudp2p_release(&answer.message);
			if (moved)
				return POLL_MOVED;
			if (++same >= settings->same_server_polls)
				return POLL_SAME;
		} else if (answer.error == ECANCELED) {
			return POLL_CUT;
		} else if (++failed >= settings->failed_polls) {
			return POLL_LOST;
		}
		if (fiber_sleep_until(
		        clock_now_ns() + jittered(passage->user,
		                             settings->status_poll_ns)) == -1)
			return POLL_CUT;
	}
}

/* After a server has failed: finds out where to go on. */
static enum step fail_over(struct passage *passage, const char *reason)
{
	const struct cloudp2p_settings *settings = passage->shared->settings;
	char failed[sizeof(passage->address)];
	enum poll poll;

	memcpy(failed, passage->address, sizeof(failed));
	poll = poll_status(passage);
	if (poll == POLL_CUT)
		return fail(passage, "interrupted");
	if (poll != POLL_MOVED &&
	    ++passage->resubmissions > settings->resubmissions)
		return fail(passage, poll == POLL_LOST ? "task lost" : reason);
	if (passage->sends >= SENDS_MAX)
		return fail(passage, reason);
	if (poll == POLL_LOST) {
		user_log(passage->user,
		    "request %" PRIu64 " appears to be LOST (%s failed: %s): "
		    "submitting it again",
		    passage->request->number, failed, reason);
		return get_assigned(passage);
	}
	user_log(passage->user,
	    "request %" PRIu64 ": %s failed (%s), going on with %s",
	    passage->request->number, failed, reason, passage->address);
	return STEP_ON;
}

/* A server by its address: one of ours, or one that ours have named. */
static const struct address *server_at(struct cloudp2p *shared,
    const char *text)
{
	for (size_t i = 0; i < shared->server_count; i++) {
		if (strcmp(shared->servers[i].text, text) == 0)
			return &shared->servers[i];
	}
	return address_book_find(&shared->book, text);
}

static enum task_end send_task(struct passage *passage, const char **reason)
{
	const struct cloudp2p_settings *settings = passage->shared->settings;
	struct request *request = passage->request;
	struct task task = {
		.shared = passage->shared,
		.user = passage->user,
		.picture = passage->picture,
		.server = server_at(passage->shared, passage->address),
		.request_id = request->id,
		.assigned_by = passage->assigned_by,
		.deadline_ns = clock_now_ns() + settings->request_timeout_ns,
	};

	passage->sends++;
	if (task.server == NULL) {
		*reason = "unknown host";
		snprintf(request->detail, sizeof(request->detail),
		    "the leader names the address '%.120s'", passage->address);
		return TASK_LOST;
	}
	return cloudp2p_exchange(&task, &passage->traffic, reason,
	    request->detail, sizeof(request->detail));
}

static void pass(struct passage *passage)
{
	struct request *request = passage->request;

	if (get_assigned(passage) == STEP_FAILED)
		return;
	for (;;) {
		const char *reason = NULL;
		enum task_end end = send_task(passage, &reason);

		if (end == TASK_OK) {
			request->outcome.reason = NULL;
			return;
		}
		if (end == TASK_FAILED) {
			(void)fail(passage, reason);
			return;
		}
		if (fail_over(passage, reason) == STEP_FAILED)
			return;
		request->outcome.retries++;
	}
}

static void request(struct user *user, struct request *request)
{
	struct cloudp2p *shared = user->plan->driver_state;
	struct passage passage = {
		.user = user,
		.request = request,
		.shared = shared,
		.picture = pictures_choose(&shared->pictures, &user->rng),
	};

	request->outcome.operation = "task";
	pass(&passage);
	request->outcome.bytes_sent = passage.traffic.bytes_sent;
	request->outcome.bytes_received = passage.traffic.bytes_received;
}

static void release(struct plan *plan)
{
	struct cloudp2p *shared = plan->driver_state;

	if (shared == NULL)
		return;
	address_book_release(&shared->book);
	pictures_release(&shared->pictures);
	free(shared->servers);
	free(shared);
	plan->driver_state = NULL;
}

static int prepare(struct plan *plan, struct err *err)
{
	const struct settings *general = plan->settings;
	const struct cloudp2p_settings *settings = plan->driver_values;
	const struct text_list *list = &settings->server_addresses;
	struct cloudp2p *shared;

	if (list->count == 0)
		return err_set(err,
		    "no target is named; give --url URL, or of a CloudP2P ring "
		    "--server-addresses HOST:PORT,... or --client-config FILE "
		    "with SERVER_ADDRESSES");
	shared = mem_new(1, sizeof(*shared));
	plan->driver_state = shared;
	address_book_init(&shared->book);
	shared->settings = settings;
	shared->server_count = list->count;
	shared->servers = mem_new(list->count, sizeof(*shared->servers));
	for (size_t i = 0; i < list->count; i++) {
		if (address_resolve(&shared->servers[i], list->items[i], err) ==
		    -1)
			return -1;
	}
	plan->servers = list->count;
	plan->descriptors = list->count;
	return pictures_load(&shared->pictures, general->image_directory,
	    &general->image_mix, err);
}

extern const struct driver driver_cloudp2p;
const struct driver driver_cloudp2p = {
	.name = "cloudp2p",
	.help = "CloudP2P: pictures to a ring of servers, hidden and checked",
	.options = rows,
	.option_count = sizeof(rows) / sizeof(*rows),
	.values_size = sizeof(struct cloudp2p_settings),
	.prepare = prepare,
	.release = release,
	.check = cloudp2p_check,
	.request = request,
};
