#include "lib/record_connections.h"

#include "lib/record_fields.h"

#include <jansson.h>
#include <stdlib.h>

void record_connections_merge(struct record_connections *into,
    const struct record_connections *from)
{
	into->held |= from->held;
	into->open += from->open;
	into->joined += from->joined;
	into->made += from->made;
	into->dropped += from->dropped;
	into->restored += from->restored;
	into->missed += from->missed;
	into->doubled += from->doubled;
	histogram_merge(&into->restore, &from->restore);
}

void record_connections_release(struct record_connections *connections)
{
	histogram_clear(&connections->restore);
	*connections = (struct record_connections){ 0 };
}

struct json_t *record_connections_json(
    const struct record_connections *connections)
{
	json_t *object = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
	    "open", (json_int_t)connections->open, "joined",
	    (json_int_t)connections->joined, "made",
	    (json_int_t)connections->made, "dropped",
	    (json_int_t)connections->dropped, "restored",
	    (json_int_t)connections->restored, "missed",
	    (json_int_t)connections->missed, "doubled",
	    (json_int_t)connections->doubled);
	if (!object || connections->restore.count == 0)
		return object;
	char *restore = histogram_encode(&connections->restore);
	json_t *text = restore ? json_string(restore) : NULL;
	free(restore);
	if (json_object_set_new(object, "restore", text) == 0)
		return object;
	json_decref(object);
	return NULL;
}

#define OF(member) offsetof(struct record_connections, member)

int read_connections(json_t *value, const char *name, void *out,
    struct err *err)
{
	static const struct field fields[] = {
		{ "open", read_count, OF(open), true },
		{ "joined", read_count, OF(joined), true },
		{ "made", read_count, OF(made), false },
		{ "dropped", read_count, OF(dropped), false },
		{ "restored", read_count, OF(restored), false },
		{ "missed", read_count, OF(missed), false },
		{ "doubled", read_count, OF(doubled), false },
		{ "restore", read_histogram, OF(restore), false },
		{ 0 },
	};
	struct record_connections *connections = out;
	if (!json_is_object(value))
		return err_set(err, "%s is not an object", name);
	if (read_fields(value, fields, out, err) < 0)
		return -1;
	if (connections->joined > connections->open)
		return err_set(err, "%s: more are joined than open", name);
	if (connections->restore.count > connections->restored)
		return err_set(err,
		    "%s: restore has more values than were restored", name);
	connections->held = true;
	return 0;
}
