#include "fault_ring/target.h"

#include "fault_ring/shell.h"
#include "lib/clock.h"
#include "lib/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a row was given, or its default. */
static const char *or_else(const char *given, const char *fallback)
{
	return given ? given : fallback;
}

static int init(struct target *target, unsigned id,
    const struct server_settings *settings, struct err *err)
{
	struct vars *vars = &target->vars;
	struct err why;

	*target = (struct target){ .id = id, .settings = settings };
	vars_format(vars, "id", "%u", id);
	vars_set(vars, "folder", UNDO_FOLDER);
	vars_set(vars, "work", or_else(settings->work_dir, "."));
	vars_set(vars, "binary",
	    or_else(settings->binary, "./bin/ring_server"));
	vars_set(vars, "config", settings->config);
	vars_set(vars, "start", settings->start_command);
	vars_set(vars, "stop", settings->stop_command);
	vars_format(vars, "pid_file", "logs/server_%u.pid", id);
	if (settings->pid_file)
		vars_set(vars, "pid_file", settings->pid_file);
	target_set_address(target, or_else(settings->ready_address, ""));
	target->remote = remote_new(settings->host, NULL, &why);
	if (!target->remote)
		return err_set(err, "server %u: %s", id, why.text);
	return 0;
}

int targets_init(struct targets *targets, const struct settings *settings,
    struct err *err)
{
	*targets = (struct targets){ 0 };
	targets->items = mem_new(OPTION_MEMBERS, sizeof *targets->items);
	for (unsigned id = 1; id <= OPTION_MEMBERS; id++) {
		const struct server_settings *server =
		    &settings->servers[id - 1];
		if (!server->host && (server->config || server->work_dir ||
		                         server->start_command))
			return err_set(err,
			    "server %u has no SERVER_%u_HOST; give it "
			    "(user@host, or local), or nothing of it",
			    id, id);
		if (!server->host)
			continue;
		if (init(&targets->items[targets->count++], id, server, err) !=
		    0)
			return -1;
	}
	if (targets->count == 0)
		return err_set(err, "there is no server: set SERVER_1_HOST and "
		                    "so on, as config/fault_sim.conf does");
	return 0;
}

struct target *targets_find(const struct targets *targets, unsigned id)
{
	for (size_t i = 0; i < targets->count; i++) {
		if (targets->items[i].id == id)
			return &targets->items[i];
	}
	return NULL;
}

void targets_release(struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++) {
		remote_free(targets->items[i].remote);
		vars_release(&targets->items[i].vars);
	}
	free(targets->items);
	*targets = (struct targets){ 0 };
}

void target_set_address(struct target *target, const char *address)
{
	const char *colon = strrchr(address, ':');
	unsigned long port = colon ? strtoul(colon + 1, NULL, 10) : 0;

	if (port == 0 || port > 65535) {
		vars_set(&target->vars, "port", "");
		vars_set(&target->vars, "port_hex", "");
		return;
	}
	snprintf(target->address, sizeof target->address, "%s", address);
	vars_format(&target->vars, "port", "%lu", port);
	vars_format(&target->vars, "port_hex", "%04lX", port);
}

/* Why a step failed: its own words, else the last of stderr. */
static void explain(const struct remote_result *result, struct err *err)
{
	char why[400];
	const char *complaint = (const char *)result->err.data;

	shell_fact(why, sizeof why, (const char *)result->out.data, "why");
	if (*why)
		err_set(err, "%s", why);
	else if (complaint && *complaint)
		err_set(err, "%.*s", (int)strcspn(complaint, "\n"), complaint);
	else if (result->status < 0)
		err_set(err, "its shell was ended by SIG%s",
		    result->signal_name);
	else
		err_set(err, "its shell ended with %d", result->status);
}

const char *target_words(const struct target *target, const struct err *err)
{
	const char *host = remote_host(target->remote);
	size_t length = strlen(host);

	if (strncmp(err->text, host, length) == 0 &&
	    strncmp(err->text + length, ": ", 2) == 0)
		return err->text + length + 2;
	return err->text;
}

enum target_answer target_run(struct target *target, const struct vars *vars,
    const struct fault *fault, const char *step, const char *const *words,
    int64_t timeout_ns, struct remote_result *result, struct err *err)
{
	char *script = shell_script(vars, fault, step);
	int outcome = remote_run(target->remote, script, words,
	    clock_now_ns() + timeout_ns, result, err);

	free(script);
	if (outcome != 0)
		return TARGET_LOST;
	if (result->status == 0)
		return TARGET_DONE;
	explain(result, err);
	return TARGET_REFUSED;
}
