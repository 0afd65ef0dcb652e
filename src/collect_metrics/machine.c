#include "collect_metrics/machine.h"

#include "collect_metrics/listing.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/outfile.h"
#include "lib/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The words */

/* As scp has it: a colon before the first slash ends a host. */
static const char *find_colon(const char *words)
{
	const char *bracket = strstr(words, "]:");
	const char *slash = strchr(words, '/');
	const char *colon = bracket ? bracket + 1 : strchr(words, ':');
	return colon && (!slash || colon < slash) ? colon : NULL;
}

/* Paths on a host begin at the home folder; so SFTP knows no "~". */
static const char *below_home(const char *path)
{
	if (strncmp(path, "~/", 2) == 0)
		path += 2;
	return *path == '\0' || strcmp(path, "~") == 0 ? "." : path;
}

int machine_init(struct machine *machine, const char *words, const char *to,
    const struct machine_settings *settings, struct err *err)
{
	const char *colon = find_colon(words);
	*machine = (struct machine){ .words = words, .settings = settings };
	if (*words == '\0' || colon == words)
		return err_set(err,
		    "CLIENT_MACHINES: '%s' is neither user@host:/path nor a "
		    "folder of this machine",
		    words);
	machine->to = mem_text(to);
	machine->host = colon ? mem_text_n(words, (size_t)(colon - words))
	                      : mem_text("local");
	machine->folder = mem_text(colon ? below_home(colon + 1) : words);
	return 0;
}

void machine_release(struct machine *machine)
{
	free(machine->host);
	free(machine->folder);
	free(machine->to);
	*machine = (struct machine){ 0 };
}

/* Files */

static bool is_here(const char *path, const struct listed *file)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	       (uint64_t)status.st_size == file->size_bytes &&
	       status.st_mtime == file->modified_unix_s;
}

/* Gives it the time of the original, so that the next look finds it unchanged:
 * when all has been written. */
static int keep_time(const struct outfile *out, const struct listed *file,
    struct err *err)
{
	const struct timespec times[2] = {
		{ .tv_nsec = UTIME_OMIT },
		{ .tv_sec = file->modified_unix_s },
	};
	if (fflush(out->stream) != 0 ||
	    futimens(fileno(out->stream), times) != 0)
		return err_system(err, "cannot write %s", out->path);
	return 0;
}

static int halt(struct machine *machine, const struct err *why)
{
	machine->state = MACHINE_HALTED;
	machine->err = *why;
	return -1;
}

static int leave_out(struct machine *machine, const struct err *why)
{
	if (machine->left_out++ == 0)
		machine->left_out_why = *why;
	return 0;
}

/* A file that cannot be had is left out, and the rest goes on: but not when the
 * connection is lost, or nothing can be written here. */
static int judge_failure(struct machine *machine, struct remote *remote,
    FILE *stream, int error, const struct err *why)
{
	if (ferror(stream))
		return halt(machine, why);
	if (remote_is_connected(remote) && error != ECANCELED)
		return leave_out(machine, why);
	machine->err = *why;
	return -1;
}

static void too_large(const struct machine *machine, const char *path,
    struct err *err)
{
	char most[UNIT_TEXT];
	err_set(err, "%s: %s is larger than %s; raise --max-file-bytes",
	    machine->host, path,
	    unit_bytes(most, machine->settings->most_file_bytes));
}

/* 1: it is all here; 0: it is left out; -1: no more can be had. */
static int fetch(struct machine *machine, struct remote *remote,
    const char *from, const struct outfile *out, const struct listed *file,
    int64_t deadline_ns)
{
	struct err err = { "" };
	if (remote_fetch(remote, from, out->stream,
	        machine->settings->most_file_bytes, deadline_ns, &err) == 0)
		return keep_time(out, file, &err) == 0 ? 1
		                                       : halt(machine, &err);
	int error = errno;
	if (error == EMSGSIZE)
		too_large(machine, from, &err);
	return judge_failure(machine, remote, out->stream, error, &err);
}

static int copy(struct machine *machine, struct remote *remote,
    const char *from, const char *to, const struct listed *file,
    int64_t deadline_ns)
{
	struct outfile out;
	struct err err = { "" };

	if (outfile_open(&out, to, &err) != 0)
		return halt(machine, &err);
	int result = fetch(machine, remote, from, &out, file, deadline_ns);
	if (result <= 0) {
		outfile_discard(&out);
		return result;
	}
	if (outfile_commit(&out, &err) != 0)
		return halt(machine, &err);
	machine->copied++;
	machine->bytes += file->size_bytes;
	return 0;
}

static int bring(struct machine *machine, struct remote *remote,
    const char *path, const struct listed *file, int64_t deadline_ns)
{
	struct err err = { "" };
	char *from = mem_format("%s/%s", machine->folder, path);
	char *to = mem_format("%s/%s", machine->to, path);
	int result = 0;
	if (is_here(to, file)) {
		machine->unchanged++;
	} else if (file->size_bytes > machine->settings->most_file_bytes) {
		too_large(machine, from, &err);
		leave_out(machine, &err);
	} else {
		result = copy(machine, remote, from, to, file, deadline_ns);
	}
	free(from);
	free(to);
	return result;
}

/* The folder that a path goes to; one after another they are mostly the same.
 */
static int make_folder(struct machine *machine, const char *path, char **last)
{
	struct err err;
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_format("%s/%.*s", machine->to,
	                           (int)(slash - path), path)
	                     : mem_text(machine->to);
	int result = 0;
	if (!*last || strcmp(*last, folder) != 0)
		result = outfile_folder(folder, &err);
	free(*last);
	*last = folder;
	return result == 0 ? 0 : halt(machine, &err);
}

static int some(const struct machine *machine, const struct listing *listing,
    struct err *err)
{
	if (listing->count > 0)
		return 0;
	return err_set(err, "%s: no metric files", machine->words);
}

static int bring_all(struct machine *machine, struct remote *remote,
    const struct listing *listing, int64_t deadline_ns)
{
	char *folder = NULL;
	int result = make_folder(machine, "", &folder);
	for (size_t i = 0; result == 0 && i < listing->count; i++) {
		const char *path = listing_path(listing, i);
		result = make_folder(machine, path, &folder);
		if (result == 0)
			result = bring(machine, remote, path,
			    &listing->files[i], deadline_ns);
	}
	free(folder);
	return result;
}

/* The clock */

static int write_clock(struct machine *machine)
{
	struct outfile out;
	struct err err;
	char *path = mem_format("%s/clock.json", machine->to);
	const struct remote_clock *clock = &machine->clock;
	int result = outfile_open(&out, path, &err);
	if (result == 0) {
		fprintf(out.stream,
		    "{\"schema\": \"ringstorm-clock/1\", \"offset_ms\": %.3f, "
		    "\"error_ms\": %.3f, \"measured_unix_ms\": %lld}\n",
		    clock->offset_ms, clock->error_ms,
		    (long long)clock->measured_unix_ms);
		result = outfile_commit(&out, &err);
	}
	free(path);
	return result == 0 ? 0 : halt(machine, &err);
}

/* Without a clock the files still count. */
static int bring_clock(struct machine *machine, struct remote *remote,
    int64_t deadline_ns)
{
	struct err err = { "" };
	if (remote_measure_clock(remote, deadline_ns, &machine->clock, &err) !=
	    0)
		return leave_out(machine, &err);
	machine->has_clock = true;
	return write_clock(machine);
}

void machine_collect(struct machine *machine)
{
	struct remote_settings how = { machine->settings->ssh_config,
		machine->settings->connect_timeout_ns };
	struct listing listing = { .most = machine->settings->most_files };
	struct remote *remote = remote_new(machine->host, &how, &machine->err);

	int64_t deadline_ns = clock_now_ns() + machine->settings->timeout_ns;
	machine->state = MACHINE_MISSING;
	if (remote &&
	    listing_read(&listing, remote, machine->folder, deadline_ns,
	        &machine->err) == 0 &&
	    some(machine, &listing, &machine->err) == 0 &&
	    bring_all(machine, remote, &listing, deadline_ns) == 0 &&
	    bring_clock(machine, remote, deadline_ns) == 0)
		machine->state =
		    machine->left_out ? MACHINE_PARTIAL : MACHINE_COLLECTED;
	machine->hostile = listing.hostile;
	listing_release(&listing);
	remote_free(remote);
}
