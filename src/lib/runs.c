#include "lib/runs.h"

#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define RUNS_SHOWN 8 /* by a message */

static struct run_part *find(struct runs *runs, const char *id,
    uint64_t machine_id)
{
	for (size_t i = 0; i < runs->count; i++) {
		struct run_part *part = &runs->parts[i];
		if (part->machine_id == machine_id && strcmp(part->id, id) == 0)
			return part;
	}
	return NULL;
}

static bool is_first(const struct runs *runs, const struct run_part *part)
{
	const struct run_part *first = runs->parts;
	while (first->machine_id != part->machine_id)
		first++;
	return first == part;
}

static bool is_wanted(const struct runs *runs, const char *id)
{
	const char *dash = strrchr(id, '-');
	return !runs->wanted || strcmp(id, runs->wanted) == 0 ||
	       (dash && strcmp(dash + 1, runs->wanted) == 0);
}

bool runs_add(struct runs *runs, const char *id, const struct run_part *part)
{
	if (!is_wanted(runs, id)) {
		counts_add(&runs->others, id, 1);
		return false;
	}
	struct run_part *known = find(runs, id, part->machine_id);
	if (!known) {
		runs->parts = mem_resize(runs->parts, runs->count + 1,
		    sizeof *runs->parts);
		known = &runs->parts[runs->count++];
		*known = *part;
		known->id = mem_text(id);
		return is_first(runs, known);
	}
	known->client_files += part->client_files;
	if (part->to_unix_ms == 0)
		return is_first(runs, known);
	if (known->to_unix_ms == 0 || part->from_unix_ms < known->from_unix_ms)
		known->from_unix_ms = part->from_unix_ms;
	if (part->to_unix_ms > known->to_unix_ms)
		known->to_unix_ms = part->to_unix_ms;
	return is_first(runs, known);
}

static bool met(const struct run_part *a, const struct run_part *b)
{
	return a->to_unix_ms == 0 || b->to_unix_ms == 0 ||
	       (a->from_unix_ms <= b->to_unix_ms &&
	           b->from_unix_ms <= a->to_unix_ms);
}

static bool one_run(const struct run_part *a, const struct run_part *b)
{
	return strcmp(a->id, b->id) == 0 ||
	       (a->machine_id != b->machine_id && met(a, b));
}

/* "2025-10-31T10:00:00Z-7f3a (2 client files)", to be freed. */
static char *named(const struct run_part *part)
{
	char files[UNIT_TEXT];
	if (part->client_files == 0)
		return mem_text(part->id);
	return mem_format("%s (%s client files)", part->id,
	    unit_count(files, part->client_files));
}

static int refuse(const struct runs *runs, const struct run_part *a,
    const struct run_part *b, struct err *err)
{
	const char *advice =
	    runs->advice ? runs->advice : "name one with --run";
	char *first = named(a), *second = named(b);
	if (a->machine_id == b->machine_id)
		err_set(err, "machine %" PRIu64 " has two runs, %s and %s; %s",
		    a->machine_id, first, second, advice);
	else
		err_set(err,
		    "machine %" PRIu64 ", run %s, and machine %" PRIu64
		    ", run %s, did not run at the same time; %s",
		    a->machine_id, first, b->machine_id, second, advice);
	free(first);
	free(second);
	return -1;
}

static int refuse_wanted(const struct runs *runs, struct err *err)
{
	struct buf names = { 0 };
	for (size_t i = 0; i < runs->others.length && i < RUNS_SHOWN; i++)
		buf_add_format(&names, "%s%s", i ? ", " : "",
		    runs->others.items[i].name);
	err_set(err, "no file is of the run %s; there are files of %s%s",
	    runs->wanted, names.data ? (const char *)names.data : "others",
	    runs->others.length > RUNS_SHOWN ? " and other runs" : "");
	buf_release(&names);
	return -1;
}

int runs_check(const struct runs *runs, struct err *err)
{
	if (runs->count == 0 && runs->others.length)
		return refuse_wanted(runs, err);
	for (size_t i = 1; i < runs->count; i++)
		for (size_t j = 0; j < i; j++)
			if (!one_run(&runs->parts[j], &runs->parts[i]))
				return refuse(runs, &runs->parts[j],
				    &runs->parts[i], err);
	return 0;
}

bool runs_have(const struct runs *runs, const char *id)
{
	for (size_t i = 0; i < runs->count; i++)
		if (strcmp(runs->parts[i].id, id) == 0)
			return true;
	return false;
}

void runs_clear(struct runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		free(runs->parts[i].id);
	free(runs->parts);
	counts_clear(&runs->others);
	*runs = (struct runs){ 0 };
}
