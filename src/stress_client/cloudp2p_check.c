/* cloudp2p_check.c - --check: is the ring fit to be loaded? Every server is
 * asked for its leader and given one whole task; the ring is asked to assign
 * one. */
#include "stress_client/cloudp2p.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/unit.h"
#include "stress_client/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one server has shown. */
struct probe {
	struct check *check;
	size_t server;
	bool answers, leads; /* it answers at all; it knows a leader */
	uint32_t leader;
	int error; /* of the question for the leader */
	bool works;
	int64_t task_ns;
	char text[200]; /* of the task's end */
};

struct check {
	struct cloudp2p *shared;
	struct user user;
	struct probe *probes;
	uint64_t first_id;
	bool assigns;
	size_t assigner;
	struct cloudp2p_message assignment;
};

static void ask_leader(struct probe *probe)
{
	struct check *check = probe->check;
	struct cloudp2p alone = {
		.settings = check->shared->settings,
		.servers = &check->shared->servers[probe->server],
		.server_count = 1,
	};
	struct question question = {
		.shared = &alone,
		.user = &check->user,
		.message = { .type = CLOUDP2P_LEADER_QUERY },
		.wanted = CLOUDP2P_LEADER_RESPONSE,
		.deadline_ns =
		    clock_now_ns() + alone.settings->assignment_timeout_ns,
	};
	struct traffic traffic = { 0 };
	struct answer answer;

	if (cloudp2p_ask(&question, &answer, &traffic) == 0) {
		probe->answers = probe->leads = true;
		probe->leader = answer.message.server_id;
		cloudp2p_release(&answer.message);
	} else {
		probe->error = answer.error;
		probe->answers = answer.error == 0;
	}
}

static void try_task(struct probe *probe)
{
	struct check *check = probe->check;
	struct cloudp2p *shared = check->shared;
	int64_t begin_ns = clock_now_ns();
	struct traffic traffic = { 0 };
	const char *reason = NULL;
	char detail[160] = "", duration[UNIT_TEXT];
	struct task task = {
		.shared = shared,
		.user = &check->user,
		.picture = pictures_smallest(&shared->pictures),
		.server = &shared->servers[probe->server],
		.request_id = check->first_id + 1 + probe->server,
		.assigned_by = probe->leader,
		.deadline_ns = begin_ns + shared->settings->request_timeout_ns,
	};

	probe->works = cloudp2p_exchange(&task, &traffic, &reason, detail,
	                   sizeof(detail)) == TASK_OK;
	probe->task_ns = clock_now_ns() - begin_ns;
	if (probe->works)
		snprintf(probe->text, sizeof(probe->text), "right in %s",
		    unit_duration(duration, probe->task_ns));
	else
		snprintf(probe->text, sizeof(probe->text), "%s%s%s", reason,
		    detail[0] == '\0' ? "" : ": ", detail);
}

static void probe_server(void *arg)
{
	struct probe *probe = arg;

	ask_leader(probe);
	if (probe->answers)
		try_task(probe);
}

static void ask_assignment(void *arg)
{
	struct check *check = arg;
	struct question question = {
		.shared = check->shared,
		.user = &check->user,
		.message = { .type = CLOUDP2P_TASK_ASSIGNMENT_REQUEST,
		    .client_name = check->user.name,
		    .request_id = check->first_id },
		.wanted = CLOUDP2P_TASK_ASSIGNMENT_RESPONSE,
		.deadline_ns = clock_now_ns() +
		               check->shared->settings->assignment_timeout_ns,
	};
	struct traffic traffic = { 0 };
	struct answer answer;

	if (cloudp2p_ask(&question, &answer, &traffic) == -1)
		return;
	check->assigns = true;
	check->assigner = answer.server;
	check->assignment = answer.message;
}

static int ask_all(struct check *check, struct err *err)
{
	struct loop *loop = loop_new(err);
	bool spawned = loop != NULL;
	int result = -1;

	if (spawned)
		spawned = fiber_spawn(loop, ask_assignment, check) != NULL;
	for (size_t i = 0; i < check->shared->server_count && spawned; i++)
		spawned =
		    fiber_spawn(loop, probe_server, &check->probes[i]) != NULL;
	if (loop != NULL && !spawned)
		err_system(err, "cannot start a fiber");
	if (spawned)
		result = loop_run(loop, err);
	if (loop != NULL)
		loop_free(loop);
	return result;
}

static void print_table(const struct check *check)
{
	printf("%-24s  %-8s  %s\n", "server", "leader", "one request");
	for (size_t i = 0; i < check->shared->server_count; i++) {
		const struct probe *probe = &check->probes[i];
		char leader[16] = "none";

		if (probe->leads)
			snprintf(leader, sizeof(leader), "%" PRIu32,
			    probe->leader);
		printf("%-24s  %-8s  %s\n", check->shared->servers[i].text,
		    probe->answers ? leader : "-",
		    probe->answers ? probe->text
		                   : cloudp2p_reason(probe->error));
	}
}

/* Prints what is wrong, one thing a line; 0 when nothing is. */
static int print_findings(const struct check *check)
{
	size_t answer = 0, work = 0, leaderless = 0,
	       count = check->shared->server_count;
	const struct probe *named = NULL;
	bool agreed = true;

	for (size_t i = 0; i < count; i++) {
		const struct probe *probe = &check->probes[i];

		answer += probe->answers;
		work += probe->works;
		leaderless += probe->answers && !probe->leads;
		if (probe->leads && named == NULL)
			named = probe;
		if (probe->leads && probe->leader != named->leader)
			agreed = false;
	}
	printf("\n%zu of %zu servers answer, %zu do their work", answer, count,
	    work);
	if (named == NULL)
		printf("; none names a leader");
	else if (!agreed)
		printf("; they are at odds about their leader");
	else if (leaderless > 0)
		printf("; no leader is named by %zu of them, %" PRIu32
		       " by the others",
		    leaderless, named->leader);
	else
		printf("; all name %" PRIu32 " as their leader", named->leader);
	if (check->assigns)
		printf("; %s assigns (to server %" PRIu32 ", %s)\n",
		    check->shared->servers[check->assigner].text,
		    check->assignment.server_id, check->assignment.address);
	else
		printf("; nobody assigns tasks%s\n",
		    leaderless == answer ? ": where they have just started, "
		                           "ask again in a few seconds"
		                         : "");
	return answer == count && work == count && named != NULL && agreed &&
	               leaderless == 0 && check->assigns
	           ? 0
	           : -1;
}

static bool anybody_there(const struct check *check)
{
	for (size_t i = 0; i < check->shared->server_count; i++) {
		if (check->probes[i].answers)
			return true;
	}
	return false;
}

static int nobody_there(const struct check *check)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < check->shared->server_count; i++)
		buf_add_format(&text, "%s%s %s", i == 0 ? "" : ", ",
		    check->shared->servers[i].text,
		    cloudp2p_reason(check->probes[i].error));
	err_warn("no server answered: %s", (const char *)text.data);
	buf_release(&text);
	return EXIT_CANNOT;
}

static void log_nothing(void *context, const char *text)
{
	(void)context;
	(void)text;
}

int cloudp2p_check(struct plan *plan)
{
	struct cloudp2p *shared = plan->driver_state;
	struct check check = {
		.shared = shared,
		.user = { .plan = plan,
		    .name = "ringstorm_check",
		    .log = log_nothing },
		.first_id = (uint64_t)clock_unix_ms() << 11,
	};
	int code = EXIT_CANNOT;
	struct err err;

	check.user.scratch = mem_new(DRIVER_SCRATCH, 1);
	check.probes = mem_new(shared->server_count, sizeof(*check.probes));
	for (size_t i = 0; i < shared->server_count; i++)
		check.probes[i] =
		    (struct probe){ .check = &check, .server = i };
	if (ask_all(&check, &err) == -1) {
		code = err_fail(&err, EXIT_CANNOT);
	} else if (!anybody_there(&check)) {
		code = nobody_there(&check);
	} else {
		print_table(&check);
		code = print_findings(&check) == 0 ? EXIT_PASSED : EXIT_CANNOT;
	}
	if (check.assigns)
		cloudp2p_release(&check.assignment);
	free(check.user.scratch);
	free(check.probes);
	return code;
}
