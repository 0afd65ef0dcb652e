/* output_run.c - machine_n_run.json: what was configured, and where it ran
 * ("ringstorm-run/1"). */
#include "stress_client/output.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/outfile.h"
#include "lib/record_put.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The configuration as --print-conf gives it, a line each. */
static json_t *configuration(const struct options *options)
{
	char *text = NULL, *line, *rest;
	size_t length = 0;
	FILE *memory = open_memstream(&text, &length);
	json_t *lines = json_array();

	if (memory != NULL) {
		options_print(options, memory);
		fclose(memory);
	}
	for (line = text; line != NULL && *line != '\0'; line = rest) {
		rest = strchr(line, '\n');
		if (rest != NULL)
			*rest++ = '\0';
		char *utf8 = utf8_of(line);
		json_array_append_new(lines, json_string(utf8));
		free(utf8);
	}
	free(text);
	return lines;
}

static json_t *host_facts(void)
{
	struct utsname system;
	json_t *host = json_object();
	int64_t memory =
	    (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);

	if (uname(&system) == 0) {
		json_object_set_new(host, "name", json_string(system.nodename));
		json_object_set_new(host, "system",
		    json_sprintf("%s %s %s", system.sysname, system.release,
		        system.machine));
	}
	json_object_set_new(host, "cores",
	    json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(host, "memory_bytes", json_integer(memory));
	return host;
}

static int write_object(const char *path, const json_t *object, struct err *err)
{
	struct outfile file;

	if (outfile_open(&file, path, err) == -1)
		return -1;
	if (json_dumpf(object, file.stream, JSON_INDENT(2)) == -1) {
		err_system(err, "cannot write %s", path);
		outfile_discard(&file);
		return -1;
	}
	return outfile_commit(&file, err);
}

int output_run(struct output *output, const struct options *options,
    struct err *err)
{
	const struct plan *plan = output->plan;
	const struct settings *settings = plan->settings;
	json_t *object;
	char *path, *run_id;
	int result;

	if (plan->files == NULL || settings->process != 0)
		return 0;
	run_id = utf8_of(plan->run_id);
	object = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:{s:s}, s:o, s:o}",
	    "schema", "ringstorm-run/1", "run_id", run_id, "driver",
	    plan->driver->name, "machine_id", (json_int_t)settings->machine_id,
	    "start_unix_ms", (json_int_t)clock_unix_ms(), "seed",
	    (json_int_t)plan->seed, "programs", "stress_client",
	    RINGSTORM_VERSION, "configuration", configuration(options), "host",
	    host_facts());
	path = mem_format("%s/machine_%" PRIu64 "_run.json", plan->files,
	    settings->machine_id);
	result = object == NULL ? err_set(err, "cannot describe the run")
	                        : write_object(path, object, err);
	json_decref(object);
	free(path);
	free(run_id);
	return result;
}
