#include "wire/cloudp2p.h"
#include "wire/cloudp2p_table.h"
#include "wire/json_write.h"
#include "wire/numarray.h"

#include <errno.h>
#include <inttypes.h>

#define LENGTH_BYTES 4

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static int add_entries(struct buf *out, const struct cloudp2p_message *message)
{
	if (buf_add_text(out, "[") < 0)
		return -1;
	for (size_t i = 0; i < message->entry_count; i++) {
		const struct cloudp2p_entry *entry = &message->entries[i];

		if (buf_add_text(out, i > 0 ? ",[" : "[") < 0 ||
		    json_add_text(out, or_empty(entry->client_name)) < 0 ||
		    buf_add_format(out, ",%" PRIu64 ",%" PRIu32 ",%" PRIu64 "]",
		        entry->request_id, entry->server_id,
		        entry->timestamp) < 0)
			return -1;
	}
	return buf_add_text(out, "]");
}

static int add_value(struct buf *out, const struct cloudp2p_message *message,
    const struct cloudp2p_field *field)
{
	const char *at = (const char *)message + field->offset;
	const void *value = at;

	switch (field->kind) {
	case FIELD_U32:
		return buf_add_format(out, "%" PRIu32,
		    *(const uint32_t *)value);
	case FIELD_U64:
		return buf_add_format(out, "%" PRIu64,
		    *(const uint64_t *)value);
	case FIELD_F64:
		return json_add_f64(out, *(const double *)value);
	case FIELD_BOOL:
		return buf_add_text(out,
		    *(const bool *)value ? "true" : "false");
	case FIELD_TEXT:
		return json_add_text(out, or_empty(*(char *const *)value));
	case FIELD_TEXT_OR_NULL:
		if (!*(char *const *)value)
			return buf_add_text(out, "null");
		return json_add_text(out, *(char *const *)value);
	case FIELD_ENTRIES:
		return add_entries(out, message);
	case FIELD_PICTURE:
		break;
	}
	return 0;
}

/* What stands before the picture goes to `head`, the rest to `tail`; without a
 * picture all goes to `head`. */
static int add_json(struct buf *head, struct buf *tail,
    const struct cloudp2p_message *message)
{
	const struct cloudp2p_variant *variant =
	    &cloudp2p_variants[message->type];
	struct buf *out = head;

	if (variant->count == 0)
		return buf_add_format(out, "\"%s\"", variant->name);
	if (buf_add_format(out, "{\"%s\":{", variant->name) < 0)
		return -1;
	for (size_t i = 0; i < variant->count; i++) {
		const struct cloudp2p_field *field = &variant->fields[i];

		if (buf_add_format(out, "%s\"%s\":", i > 0 ? "," : "",
		        field->name) < 0 ||
		    add_value(out, message, field) < 0)
			return -1;
		if (field->kind == FIELD_PICTURE)
			out = tail;
	}
	return buf_add_text(out, "}}");
}

static int set_length(uint8_t *at, size_t length)
{
	if (length > CLOUDP2P_FRAME_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	at[0] = (uint8_t)(length >> 24);
	at[1] = (uint8_t)(length >> 16);
	at[2] = (uint8_t)(length >> 8);
	at[3] = (uint8_t)length;
	return 0;
}

int cloudp2p_encode_around(struct buf *head, struct buf *tail,
    const struct cloudp2p_message *message, size_t array_length)
{
	size_t head_begin = head->length, tail_begin = tail->length, json;
	bool picture =
	    cloudp2p_picture_index(&cloudp2p_variants[message->type]) >= 0;

	if (buf_add(head, "\0\0\0", LENGTH_BYTES) < 0 ||
	    add_json(head, tail, message) < 0)
		goto undo;
	json = head->length - head_begin - LENGTH_BYTES +
	       (tail->length - tail_begin) + (picture ? array_length : 0);
	if (set_length(head->data + head_begin, json) < 0)
		goto undo;
	return 0;
undo:
	head->length = head_begin;
	tail->length = tail_begin;
	return -1;
}

int cloudp2p_encode(struct buf *out, const struct cloudp2p_message *message,
    const uint8_t *picture, size_t picture_length)
{
	bool has_picture =
	    cloudp2p_picture_index(&cloudp2p_variants[message->type]) >= 0;
	size_t begin = out->length;
	struct buf tail = { 0 };
	int result = -1;

	if (cloudp2p_encode_around(out, &tail, message,
	        has_picture ? numarray_text_length(picture, picture_length)
	                    : 0) < 0)
		goto out;
	if (has_picture) {
		uint8_t *at = buf_room(out, 4 * picture_length + 2);

		if (!at)
			goto out;
		out->length +=
		    numarray_encode((char *)at, picture, picture_length);
	}
	result = buf_add(out, tail.data, tail.length);
out:
	if (result < 0)
		out->length = begin;
	buf_release(&tail);
	return result;
}
