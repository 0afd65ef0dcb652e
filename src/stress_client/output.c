#include "stress_client/output.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/outfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static void complain(struct output *output, const struct err *err)
{
	if (!output->failed)
		err_warn("%s (the run goes on; what cannot be written "
		         "will be missing)",
		    err->text);
	output->failed = true;
}

/* "machine_1_" and so on: what the names of this machine's files begin with. */
static char *prefix_of(const struct plan *plan)
{
	return mem_format("machine_%" PRIu64 "_", plan->settings->machine_id);
}

static bool is_ours(const char *name, const char *prefix)
{
	const char *rest = name + strlen(prefix);

	return strncmp(name, prefix, strlen(prefix)) == 0 &&
	       (strncmp(rest, "client_", 7) == 0 ||
	           strcmp(rest, "run.json") == 0);
}

/* The timeline apart, which is locked. */
static int remove_old(const struct plan *plan, struct err *err)
{
	char *prefix = prefix_of(plan);
	DIR *folder = opendir(plan->files);
	struct dirent *entry;
	int result = -1;

	if (folder == NULL) {
		err_system(err, "cannot read the folder %s", plan->files);
		goto out;
	}
	while ((entry = readdir(folder)) != NULL) {
		if (!is_ours(entry->d_name, prefix))
			continue;
		if (unlinkat(dirfd(folder), entry->d_name, 0) == -1) {
			err_system(err, "cannot remove %s/%s of an older run",
			    plan->files, entry->d_name);
			goto out;
		}
	}
	result = 0;
out:
	if (folder != NULL)
		closedir(folder);
	free(prefix);
	return result;
}

/* Two runs of one machine would take each other's files for old ones. The lock
 * goes with the process, however it ends. */
static int take_folder(const struct output *output, const struct plan *plan,
    struct err *err)
{
	int how = plan->run_is_ours ? LOCK_EX : LOCK_SH;

	if (flock(output->timeline, how | LOCK_NB) == -1 &&
	    errno == EWOULDBLOCK)
		return err_set(err,
		    "machine %" PRIu64 " has a run going on in %s already; "
		    "name another --machine-id or --metrics-output-dir",
		    plan->settings->machine_id, plan->files);
	if (!plan->run_is_ours)
		return 0;
	if (ftruncate(output->timeline, 0) == -1)
		return err_system(err, "cannot empty the timeline in %s",
		    plan->files);
	return remove_old(plan, err);
}

int output_open(struct output *output, const struct plan *plan, struct err *err)
{
	char *path;

	*output = (struct output){ .plan = plan, .timeline = -1 };
	if (plan->files == NULL)
		return 0;
	output->logs = mem_new(plan->clients, sizeof(*output->logs));
	if (outfile_folder(plan->files, err) == -1)
		return -1;
	path = mem_format("%s/machine_%" PRIu64 "_timeline.jsonl", plan->files,
	    plan->settings->machine_id);
	output->timeline =
	    open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (output->timeline == -1)
		err_system(err, "cannot write %s", path);
	free(path);
	return output->timeline == -1 ? -1 : take_folder(output, plan, err);
}

/* `torn`: whether a part of it, and no more, was written; may be NULL. */
static int write_once(int to, const char *text, size_t length, bool *torn)
{
	ssize_t written = write(to, text, length);

	if (torn != NULL && written > 0)
		*torn = (size_t)written != length;
	if (written >= 0 && (size_t)written != length) {
		errno = ENOSPC;
		return -1;
	}
	return written == -1 ? -1 : 0;
}

void output_interval(struct output *output,
    const struct record_interval *interval)
{
	const struct plan *plan = output->plan;
	struct err err;
	char *text = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&text, &length);

	/* What a full disk has cut takes no other line with it. */
	if (memory != NULL && output->torn)
		fputc('\n', memory);
	if (memory == NULL || record_write_interval(memory, interval) == -1 ||
	    fflush(memory) != 0) {
		err_system(&err, "cannot write an interval");
		complain(output, &err);
		goto out;
	}
	if (output->timeline != -1 &&
	    write_once(output->timeline, text, length, &output->torn) == -1) {
		err_system(&err, "cannot write the timeline in %s",
		    plan->files);
		complain(output, &err);
	}
	if (plan->lines_to_stdout) {
		fwrite(text, 1, length, stdout);
		if (err_stdout(&err) < 0)
			complain(output, &err);
	}
out:
	if (memory != NULL)
		fclose(memory);
	free(text);
}

/* Where a client's log text waits. */
static struct buf *log_of(struct output *output, uint64_t client)
{
	const struct plan *plan = output->plan;

	return &output->logs[(client - 1 - plan->settings->process) /
	                     plan->processes];
}

static void reverse(struct log_line **list)
{
	struct log_line *reversed = NULL;

	while (*list != NULL) {
		struct log_line *next = (*list)->next;

		(*list)->next = reversed;
		reversed = *list;
		*list = next;
	}
	*list = reversed;
}

void output_log_lines(struct output *output, struct log_line **newest_first)
{
	if (output->plan->files == NULL)
		return;
	reverse(newest_first);
	for (struct log_line *line = *newest_first; line; line = line->next)
		buf_add_text(log_of(output, line->client), line->text);
}

static int append_log(const struct plan *plan, uint64_t client,
    const struct buf *text, struct err *err)
{
	char *path = mem_format("%s/machine_%" PRIu64 "_client_%" PRIu64 ".log",
	    plan->files, plan->settings->machine_id, client);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	int result = 0;

	if (fd == -1 ||
	    write_once(fd, (const char *)text->data, text->length, NULL) == -1)
		result = err_system(err, "cannot write %s", path);
	if (fd != -1 && close(fd) == -1 && result == 0)
		result = err_system(err, "cannot write %s", path);
	free(path);
	return result;
}

void output_write_logs(struct output *output, uint64_t most)
{
	const struct plan *plan = output->plan;
	struct err err;

	if (plan->files == NULL)
		return;
	for (uint64_t n = 0; n < plan->clients && most > 0; n++) {
		uint64_t k = output->next_log++ % plan->clients;
		struct buf *text = &output->logs[k];

		if (text->length == 0)
			continue;
		if (append_log(plan, plan_client_number(plan, k), text, &err) ==
		    -1)
			complain(output, &err);
		buf_release(text);
		most--;
	}
}

static int write_file(const char *path, const struct record_client *record,
    struct err *err)
{
	struct outfile file;

	if (outfile_open(&file, path, err) == -1)
		return -1;
	if (record_write_client(file.stream, record, false) == -1) {
		err_system(err, "cannot write %s", path);
		outfile_discard(&file);
		return -1;
	}
	return outfile_commit(&file, err);
}

void output_client(struct output *output, const struct client *client)
{
	const struct plan *plan = output->plan;
	struct record_client record = {
		.run_id = plan->run_id,
		.client_name = mem_text(client->user.name),
		.driver = mem_text(plan->driver->name),
		.machine_id = plan->settings->machine_id,
		.client_id = client->number,
		.process = plan->settings->process,
		.open_loop = plan->open_loop,
		.start_unix_ms = plan->start_unix_ms,
		.duration_seconds = (double)(client->end_ns - plan->start_ns) /
		                    (double)NS_PER_SECOND,
		.stats = client->tally.stats, /* borrowed */
	};
	struct err err;

	if (plan->files != NULL) {
		char *path =
		    mem_format("%s/machine_%" PRIu64 "_client_%" PRIu64 ".json",
		        plan->files, record.machine_id, client->number);

		if (write_file(path, &record, &err) == -1)
			complain(output, &err);
		free(path);
	}
	if (plan->lines_to_stdout) {
		record_write_client(stdout, &record, true);
		if (err_stdout(&err) < 0)
			complain(output, &err);
	}
	free(record.client_name);
	free(record.driver);
}

void output_close(struct output *output)
{
	struct err err;

	if (output->timeline != -1 && close(output->timeline) == -1) {
		err_system(&err, "cannot write the timeline");
		complain(output, &err);
	}
	output->timeline = -1;
	free(output->logs);
	output->logs = NULL;
}
