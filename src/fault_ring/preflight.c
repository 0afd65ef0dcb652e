#include "fault_ring/preflight.h"

#include "fault_ring/here.h"
#include "fault_ring/shell.h"
#include "fault_ring/together.h"
#include "lib/clock.h"
#include "lib/fiber.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

#define STEP_NS (20 * NS_PER_SECOND)
#define KINDS   16 /* more than there are */

/* What was found out about one target. */
struct look {
	bool reached, heals, has_clock;
	double reach_ms;
	char pid[16];
	struct err problem; /* "": none */
	const struct fault *impossible;
};

struct check {
	struct targets *targets;
	struct look *looks;
	const struct fault *kinds[KINDS]; /* that the plan has */
	size_t kind_count;
};

static void find_kinds(struct check *check, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct fault *fault = plan->items[i].fault;
		size_t j = 0;
		while (j < check->kind_count && check->kinds[j] != fault)
			j++;
		if (j == check->kind_count && j < KINDS)
			check->kinds[check->kind_count++] = fault;
	}
}

/* Whether some fault of the plan needs the server's process. */
static bool needs_process(const struct check *check)
{
	for (size_t i = 0; i < check->kind_count; i++) {
		if (!check->kinds[i]->no_process)
			return true;
	}
	return false;
}

/* From its configuration, when READY_ADDRESS was not given. Others reach a
 * server that listens everywhere by the name of its host. */
static void take_address(struct target *target, const char *facts)
{
	char address[128], listen[128];
	const char *host = remote_host(target->remote);
	const char *name = strchr(host, '@') ? strchr(host, '@') + 1 : host;

	if (target->address[0])
		return;
	shell_fact(address, sizeof address, facts, "address");
	shell_fact(listen, sizeof listen, facts, "listen");
	target_set_address(target, *listen ? listen : address);
	if (*address)
		snprintf(target->address, sizeof target->address, "%s",
		    address);
	if (strncmp(target->address, "0.0.0.0:", 8) == 0 ||
	    strncmp(target->address, "[::]:", 5) == 0)
		snprintf(target->address, sizeof target->address, "%.*s:%s",
		    (int)strcspn(name, ":"),
		    remote_is_local(target->remote) ? "127.0.0.1" : name,
		    vars_get(&target->vars, "port"));
}

static void take_facts(struct check *check, size_t index, const char *facts)
{
	struct look *look = &check->looks[index];
	struct target *target = &check->targets->items[index];
	char text[400];

	shell_fact(text, sizeof text, facts, "work");
	vars_set(&target->vars, "work", text);
	shell_fact(look->pid, sizeof look->pid, facts, "pid");
	take_address(target, facts);
	shell_fact(text, sizeof text, facts, "startless");
	look->heals = !*text;
	if (*text && needs_process(check))
		err_set(&look->problem, "it cannot be started again: %s", text);
	shell_fact(text, sizeof text, facts, "armed");
	if (*text)
		err_set(&look->problem,
		    "the undo of an earlier fault is still armed (%s); run: "
		    "fault_ring --heal",
		    text);
	shell_fact(text, sizeof text, facts, "absent");
	if (*text && needs_process(check))
		err_set(&look->problem, "%s", text);
}

struct lookup {
	struct target *target;
	struct err *err;
};

/* Needs more stack than a fiber has. */
static void resolve(void *arg)
{
	struct lookup *lookup = arg;
	struct target *target = lookup->target;

	if (address_resolve(&target->ready, target->settings->ready_address,
	        lookup->err) != 0)
		target->ready.length = 0;
}

static void look_at(void *arg, size_t index)
{
	struct check *check = arg;
	struct look *look = &check->looks[index];
	struct target *target = &check->targets->items[index];
	struct remote_result result = { 0 };
	struct vars vars = { 0 };
	struct err err = { "" };
	int64_t began_ns = clock_now_ns();

	if (remote_connect(target->remote, began_ns + STEP_NS, &err) != 0) {
		look->problem = err;
		return;
	}
	vars_copy(&vars, &target->vars);
	vars_set(&vars, "done", "touched");
	look->reached = true;
	look->reach_ms =
	    (double)(clock_now_ns() - began_ns) / (double)NS_PER_MS;
	if (target_run(target, &vars, NULL, step_look, NULL, STEP_NS, &result,
	        &look->problem) == TARGET_DONE) {
		take_facts(check, index, (const char *)result.out.data);
		if (target->settings->ready_address) {
			struct lookup lookup = { target, &look->problem };
			fiber_call(resolve, &lookup);
		}
		look->has_clock =
		    remote_measure_clock(target->remote,
		        clock_now_ns() + STEP_NS, &target->clock, &err) == 0;
		if (!look->has_clock && !*look->problem.text)
			look->problem = err;
	}
	vars_release(&vars);
	remote_result_release(&result);
}

/* Every other server, as this one is told to reach it. */
static void name_peers(const struct targets *targets, struct target *target)
{
	struct buf names = { 0 };

	for (size_t i = 0; i < targets->count; i++) {
		const struct target *peer = &targets->items[i];
		if (peer != target && peer->address[0])
			buf_add_format(&names, "%s%s", names.length ? " " : "",
			    peer->address);
	}
	buf_add(&names, "", 1);
	vars_set(&target->vars, "peer_names", (const char *)names.data);
	buf_release(&names);
}

/* Whether one kind of fault is possible at one target. */
static enum target_answer ask(struct target *target, const struct fault *fault,
    const struct settings *settings, struct err *err)
{
	struct remote_result result = { 0 };
	struct vars vars = { 0 };
	char peers[1000];
	enum target_answer answer = TARGET_REFUSED;

	vars_copy(&vars, &target->vars);
	vars_set(&vars, "is_network", fault->is_network ? "yes" : "");
	if (!fault->prepare || fault->prepare(&vars, settings, err) == 0)
		answer = target_run(target, &vars, fault, step_ask, NULL,
		    STEP_NS, &result, err);
	if (answer == TARGET_DONE && fault->is_network)
		vars_set(&target->vars, "peers",
		    shell_fact(peers, sizeof peers,
		        (const char *)result.out.data, "peers"));
	vars_release(&vars);
	remote_result_release(&result);
	return answer;
}

struct question {
	struct check *check;
	const struct settings *settings;
};

static void ask_all(void *arg, size_t index)
{
	struct question *question = arg;
	struct check *check = question->check;
	struct look *look = &check->looks[index];
	struct target *target = &check->targets->items[index];
	struct err err = { "" };

	if (*look->problem.text)
		return;
	for (size_t i = 0; i < check->kind_count; i++) {
		const struct fault *fault = check->kinds[i];
		switch (ask(target, fault, question->settings, &err)) {
		case TARGET_DONE:
			continue;
		case TARGET_REFUSED:
			look->impossible = fault;
			err_set(&look->problem,
			    "%s is not possible here: %.300s on %s",
			    fault->name, err.text, target->settings->host);
			return;
		case TARGET_LOST:
			look->problem = err;
			return;
		}
	}
}

static void print_row(FILE *to, const struct target *target,
    const struct look *look)
{
	char reach[32] = "no", running[32] = "-", clock[64] = "-";

	if (look->reached)
		snprintf(reach, sizeof reach, "%.0f ms", look->reach_ms);
	if (look->reached)
		snprintf(running, sizeof running, "%s%s",
		    *look->pid ? "pid " : "no", look->pid);
	if (look->has_clock)
		snprintf(clock, sizeof clock, "%+.1f ms ± %.1f",
		    target->clock.offset_ms, target->clock.error_ms);
	fprintf(to, "%3u %-21.21s %-11s %-11s %-12s %-13s %-14s %s\n",
	    target->id, target->settings->host, reach,
	    remote_is_local(target->remote) ? "not needed"
	    : look->reached                 ? "known"
	                                    : "-",
	    running,
	    !look->reached                            ? "-"
	    : look->impossible || *look->problem.text ? "no"
	                                              : "yes",
	    look->heals     ? "yes"
	    : look->reached ? "no"
	                    : "-",
	    clock);
}

static void print_table(const struct check *check, FILE *to)
{
	char can[32];

	snprintf(can, sizeof can, "can %s",
	    check->kind_count == 1 ? check->kinds[0]->name : "all");
	fprintf(to, "%-25s %-11s %-11s %-12s %-13s %-14s %s\n", "Preflight",
	    "reachable", "host key", "running", can, "heals itself", "clock");
	for (size_t i = 0; i < check->targets->count; i++)
		print_row(to, &check->targets->items[i], &check->looks[i]);
	fflush(to);
}

/* Says what is wrong, if anything is. */
static int verdict(const struct check *check)
{
	int code = EXIT_PASSED;

	for (size_t i = 0; i < check->targets->count; i++) {
		const struct target *target = &check->targets->items[i];
		if (!*check->looks[i].problem.text)
			continue;
		err_warn("server %u (%s): %s. Nothing was done.", target->id,
		    target->settings->host,
		    target_words(target, &check->looks[i].problem));
		code = EXIT_CANNOT;
	}
	return code;
}

int preflight(struct targets *targets, const struct plan *plan,
    const struct settings *settings, FILE *to)
{
	struct check check = { .targets = targets };
	struct question question = { &check, settings };
	struct err err;
	int code;

	check.looks = mem_new(targets->count, sizeof *check.looks);
	find_kinds(&check, plan);
	together(targets->count, look_at, &check);
	for (size_t i = 0; i < targets->count; i++)
		name_peers(targets, &targets->items[i]);
	together(targets->count, ask_all, &question);
	if (to)
		print_table(&check, to);
	code = verdict(&check);
	if (code == EXIT_PASSED && settings->ready_command &&
	    here_wait(settings->ready_command,
	        clock_now_ns() + settings->recovery_timeout_ns, &err) != 0) {
		err_warn("READY_COMMAND fails before any fault: %s. Nothing "
		         "was done.",
		    err.text);
		code = EXIT_CANNOT;
	}
	free(check.looks);
	return code;
}
