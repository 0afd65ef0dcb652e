#include "lib/record_generator.h"

#include "lib/mem.h"
#include "lib/record_fields.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#define THREADS_MAX 4096

void record_generator_release(struct record_generator *generator)
{
	free(generator->thread_cpu_percent);
	histogram_clear(&generator->receive_delay);
	*generator = (struct record_generator){ 0 };
}

static json_t *percent(double value)
{
	return json_real(isfinite(value) ? round(value * 100) / 100 : 0);
}

static json_t *percents(const double *values, size_t count)
{
	json_t *array = json_array();
	for (size_t i = 0; i < count; i++)
		if (json_array_append_new(array, percent(values[i])) != 0) {
			json_decref(array);
			return NULL;
		}
	return array;
}

struct json_t *record_generator_json(const struct record_generator *generator)
{
	char *delay = histogram_encode(&generator->receive_delay);
	json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:b}",
	    "thread_cpu_percent",
	    percents(generator->thread_cpu_percent, generator->threads),
	    "busy_percent", percent(generator->busy_percent), "steal_percent",
	    percent(generator->steal_percent), "receive_delay",
	    delay ? json_string(delay) : NULL, "open_files",
	    (json_int_t)generator->open_files, "open_files_limit",
	    (json_int_t)generator->open_files_limit, "unjudged",
	    (int)generator->unjudged);
	free(delay);
	return object;
}

static int read_threads(json_t *value, const char *name, void *out,
    struct err *err)
{
	struct record_generator *generator = out;
	size_t count = json_array_size(value);
	if (!json_is_array(value) || count > THREADS_MAX)
		return err_set(err, "%s is not an array of at most %d numbers",
		    name, THREADS_MAX);
	generator->thread_cpu_percent =
	    mem_new(count + 1, sizeof *generator->thread_cpu_percent);
	for (; generator->threads < count; generator->threads++)
		if (read_real(json_array_get(value, generator->threads), name,
		        &generator->thread_cpu_percent[generator->threads],
		        err) < 0)
			return -1;
	return 0;
}

int read_generator(json_t *value, const char *name, void *out, struct err *err)
{
	static const struct field fields[] = {
		{ "thread_cpu_percent", read_threads, 0, true },
		{ "busy_percent", read_real,
		    offsetof(struct record_generator, busy_percent), false },
		{ "steal_percent", read_real,
		    offsetof(struct record_generator, steal_percent), false },
		{ "receive_delay", read_histogram,
		    offsetof(struct record_generator, receive_delay), false },
		{ "open_files", read_count,
		    offsetof(struct record_generator, open_files), false },
		{ "open_files_limit", read_count,
		    offsetof(struct record_generator, open_files_limit),
		    false },
		{ "unjudged", read_bool,
		    offsetof(struct record_generator, unjudged), false },
		{ 0 },
	};
	if (!json_is_object(value))
		return err_set(err, "%s is not an object", name);
	return read_fields(value, fields, out, err);
}
