#include "wire/cloudp2p_table.h"
#include "wire/json_scan.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ENTRIES 64

static int take_text(struct json_scan *scan, char **owned)
{
	char *text;

	if (json_text(scan, &text) < 0)
		return -1;
	*owned = strdup(text);
	return *owned ? 0 : json_error(scan, "no memory");
}

static int take_entry(struct json_scan *scan, struct cloudp2p_entry *entry)
{
	if (json_expect(scan, '[') < 0 ||
	    take_text(scan, &entry->client_name) < 0 ||
	    json_expect(scan, ',') < 0 ||
	    json_u64(scan, &entry->request_id) < 0 ||
	    json_expect(scan, ',') < 0 ||
	    json_u32(scan, &entry->server_id) < 0 ||
	    json_expect(scan, ',') < 0 || json_u64(scan, &entry->timestamp) < 0)
		return -1;
	return json_expect(scan, ']');
}

static int take_entries(struct json_scan *scan,
    struct cloudp2p_message *message)
{
	size_t capacity = 0;
	bool first = true;
	int more;

	if (json_expect(scan, '[') < 0)
		return -1;
	while ((more = json_next(scan, &first, ']')) > 0) {
		if (message->entry_count == capacity) {
			void *grown;

			capacity = capacity ? 2 * capacity : FIRST_ENTRIES;
			grown = realloc(message->entries,
			    capacity * sizeof(*message->entries));
			if (!grown)
				return json_error(scan, "no memory");
			message->entries = grown;
		}
		memset(&message->entries[message->entry_count], 0,
		    sizeof(*message->entries));
		if (take_entry(scan,
		        &message->entries[message->entry_count++]) < 0)
			return -1;
	}
	return more;
}

static int take_value(struct json_scan *scan,
    const struct cloudp2p_field *field, struct cloudp2p_message *message)
{
	void *value = (char *)message + field->offset;

	switch (field->kind) {
	case FIELD_U32:
		return json_u32(scan, value);
	case FIELD_U64:
		return json_u64(scan, value);
	case FIELD_F64:
		return json_f64(scan, value);
	case FIELD_BOOL:
		return json_bool(scan, value);
	case FIELD_TEXT_OR_NULL:
		if (json_take_null(scan))
			return 0;
		return take_text(scan, value);
	case FIELD_TEXT:
		return take_text(scan, value);
	case FIELD_ENTRIES:
		return take_entries(scan, message);
	case FIELD_PICTURE:
		break;
	}
	if (json_expect(scan, '[') < 0)
		return -1;
	return json_expect(scan, ']');
}

/* The index of a field; -1: no field of this message. */
static int find_field(const struct cloudp2p_variant *variant, const char *name)
{
	for (size_t i = 0; i < variant->count; i++)
		if (strcmp(variant->fields[i].name, name) == 0)
			return (int)i;
	return -1;
}

static int take_member(struct json_scan *scan,
    const struct cloudp2p_variant *variant, struct cloudp2p_message *message,
    unsigned *seen)
{
	char *name;
	int index;

	if (json_text(scan, &name) < 0)
		return -1;
	index = find_field(variant, name);
	if (json_expect(scan, ':') < 0)
		return -1;
	if (index < 0)
		return json_skip(scan);
	if (*seen & 1u << index)
		return json_error(scan, "duplicate field");
	*seen |= 1u << index;
	return take_value(scan, &variant->fields[index], message);
}

static int take_object(struct json_scan *scan,
    const struct cloudp2p_variant *variant, struct cloudp2p_message *message)
{
	unsigned seen = 0;
	bool first = true;
	int more;

	while ((more = json_next(scan, &first, '}')) > 0)
		if (take_member(scan, variant, message, &seen) < 0)
			return -1;
	if (more < 0)
		return -1;
	for (size_t i = 0; i < variant->count; i++)
		if (!(seen & 1u << i) &&
		    variant->fields[i].kind != FIELD_TEXT_OR_NULL)
			return json_error(scan, "missing field");
	return 0;
}

static int take_array(struct json_scan *scan,
    const struct cloudp2p_variant *variant, struct cloudp2p_message *message)
{
	for (size_t i = 0; i < variant->count; i++) {
		if (i > 0 && json_expect(scan, ',') < 0)
			return -1;
		if (take_value(scan, &variant->fields[i], message) < 0)
			return -1;
	}
	return json_expect(scan, ']');
}

static int take_fields(struct json_scan *scan,
    const struct cloudp2p_variant *variant, struct cloudp2p_message *message)
{
	if (variant->count == 0)
		return json_take_null(scan)
		           ? 0
		           : json_error(scan, "fields where there are none");
	if (json_take(scan, '{'))
		return take_object(scan, variant, message);
	if (json_take(scan, '['))
		return take_array(scan, variant, message);
	return json_error(scan, "neither object nor array of fields");
}

static int take_type(struct json_scan *scan, enum cloudp2p_type *type)
{
	char *name;

	if (json_text(scan, &name) < 0)
		return -1;
	for (size_t i = 0; i < CLOUDP2P_TYPES; i++) {
		if (strcmp(cloudp2p_variants[i].name, name) == 0) {
			*type = (enum cloudp2p_type)i;
			return 0;
		}
	}
	return json_error(scan, "unknown message");
}

static int take_message(struct json_scan *scan,
    struct cloudp2p_message *message)
{
	bool bare = json_peek(scan) == '"';

	if (!bare && json_expect(scan, '{') < 0)
		return -1;
	if (take_type(scan, &message->type) < 0)
		return -1;
	if (bare) {
		if (cloudp2p_variants[message->type].count > 0)
			return json_error(scan, "message without its fields");
		return json_finish(scan);
	}
	if (json_expect(scan, ':') < 0 ||
	    take_fields(scan, &cloudp2p_variants[message->type], message) < 0 ||
	    json_expect(scan, '}') < 0)
		return -1;
	return json_finish(scan);
}

int cloudp2p_parse(char *text, size_t length, struct cloudp2p_message *message,
    const char **error)
{
	struct json_scan scan = { .at = text, .end = text + length };

	*message = (struct cloudp2p_message){ 0 };
	if (take_message(&scan, message) == 0)
		return 0;
	*error = scan.error;
	cloudp2p_release(message);
	return -1;
}

void cloudp2p_release(struct cloudp2p_message *message)
{
	for (size_t i = 0; i < message->entry_count; i++)
		free(message->entries[i].client_name);
	free(message->entries);
	free(message->client_name);
	free(message->address);
	free(message->error_message);
	*message = (struct cloudp2p_message){ 0 };
}
