/* automerge_write.c - changes of at most one operation; see automerge.h. */
#include "wire/automerge.h"

#include "lib/libssl.h"

#include "wire/automerge_parts.h"
#include "wire/leb128.h"

#include <stdlib.h>
#include <string.h>

/* The columns of operations, in the order in which they are written. */
enum column {
	KEY = 0x15,
	INSERT = 0x34,
	ACTION = 0x42,
	VALUE_META = 0x56,
	VALUE = 0x57,
	PRED_COUNT = 0x70,
	PRED_ACTOR = 0x71,
	PRED_COUNTER = 0x73,
};

/* A run-length column's "one value that differs from its neighbours". */
#define ONE_LITERAL 0x7f

static int add_signed(struct buf *to, int64_t number)
{
	uint8_t bytes[LEB128_MAX];
	return buf_add(to, bytes, leb128_write_signed(bytes, number));
}

static int add_bytes(struct buf *to, const void *bytes, size_t length)
{
	if (automerge_add_number(to, length) < 0)
		return -1;
	return buf_add(to, bytes, length);
}

static int add_literal(struct buf *to, uint64_t number)
{
	if (buf_add(to, &(uint8_t){ ONE_LITERAL }, 1) < 0)
		return -1;
	return automerge_add_number(to, number);
}

/* How a column writes its values. */
enum number { UNSIGNED, SIGNED };

static int add_as(struct buf *to, enum number number, int64_t value)
{
	return number == SIGNED ? add_signed(to, value)
	                        : automerge_add_number(to, (uint64_t)value);
}

/* Run-lengths: equal neighbours as their number and the value, different ones
 * as minus their number and each of them. */
static int add_runs(struct buf *to, enum number number, const int64_t *values,
    size_t count)
{
	for (size_t i = 0; i < count;) {
		size_t end = i + 1;
		while (end < count && values[end] == values[i])
			end++;
		if (end - i > 1) {
			if (add_signed(to, (int64_t)(end - i)) < 0 ||
			    add_as(to, number, values[i]) < 0)
				return -1;
			i = end;
			continue;
		}
		while (end < count && values[end] != values[end - 1] &&
		       (end + 1 == count || values[end + 1] != values[end]))
			end++;
		if (add_signed(to, -(int64_t)(end - i)) < 0)
			return -1;
		for (; i < end; i++)
			if (add_as(to, number, values[i]) < 0)
				return -1;
	}
	return 0;
}

/* The columns under way: their list and their bytes. */
struct columns {
	uint64_t count;
	struct buf list, bytes;
	size_t begin; /* of the one being written, in bytes */
};

/* The column whose bytes were added since the last one; an empty one is left
 * out. */
static int end_column(struct columns *columns, enum column spec)
{
	size_t length = columns->bytes.length - columns->begin;
	columns->begin = columns->bytes.length;
	if (length == 0)
		return 0;
	columns->count++;
	if (automerge_add_number(&columns->list, spec) < 0)
		return -1;
	return automerge_add_number(&columns->list, length);
}

static int add_value(struct columns *columns,
    const struct automerge_write *change)
{
	uint8_t value[LEB128_MAX];
	size_t length = 0;
	if (change->type == AUTOMERGE_INT || change->type == AUTOMERGE_COUNTER)
		length = leb128_write_signed(value, change->value);
	if (add_literal(&columns->bytes, (uint64_t)length << 4 | change->type) <
	        0 ||
	    end_column(columns, VALUE_META) < 0 ||
	    buf_add(&columns->bytes, value, length) < 0)
		return -1;
	return end_column(columns, VALUE);
}

static int add_overwrites(struct columns *columns,
    const struct automerge_write *change)
{
	size_t count = change->overwrite_count;
	int64_t *values;

	if (add_literal(&columns->bytes, count) < 0 ||
	    end_column(columns, PRED_COUNT) < 0)
		return -1;
	if (count == 0)
		return 0;
	values = malloc(2 * count * sizeof *values);
	if (!values)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct automerge_op *op = &change->overwrites[i];
		values[i] = (int64_t)op->actor;
		/* Counters as the difference to the one before. */
		values[count + i] =
		    (int64_t)(op->counter - (i > 0 ? op[-1].counter : 0));
	}
	int result = 0;
	if (add_runs(&columns->bytes, UNSIGNED, values, count) < 0 ||
	    end_column(columns, PRED_ACTOR) < 0 ||
	    add_runs(&columns->bytes, SIGNED, values + count, count) < 0 ||
	    end_column(columns, PRED_COUNTER) < 0)
		result = -1;
	free(values);
	return result;
}

static int add_operation(struct columns *columns,
    const struct automerge_write *change)
{
	struct buf *bytes = &columns->bytes;

	if (change->action == AUTOMERGE_NOTHING)
		return 0;
	if (buf_add(bytes, &(uint8_t){ ONE_LITERAL }, 1) < 0 ||
	    add_bytes(bytes, change->key, strlen(change->key)) < 0 ||
	    end_column(columns, KEY) < 0 ||
	    buf_add(bytes, &(uint8_t){ 1 }, 1) < 0 || /* one "no" */
	    end_column(columns, INSERT) < 0 ||
	    add_literal(bytes, change->action) < 0 ||
	    end_column(columns, ACTION) < 0 || add_value(columns, change) < 0)
		return -1;
	return add_overwrites(columns, change);
}

static int add_contents(struct buf *to, const struct automerge_write *change)
{
	const char *message = change->message ? change->message : "";

	if (automerge_add_number(to, change->deps.count) < 0 ||
	    buf_add(to, change->deps.at, change->deps.count * AUTOMERGE_HASH) <
	        0 ||
	    add_bytes(to, change->actor.at, change->actor.left) < 0 ||
	    automerge_add_number(to, change->seq) < 0 ||
	    automerge_add_number(to, change->start_op) < 0 ||
	    add_signed(to, change->time) < 0 ||
	    add_bytes(to, message, strlen(message)) < 0 ||
	    automerge_add_number(to, change->other_count) < 0)
		return -1;
	for (size_t i = 0; i < change->other_count; i++)
		if (add_bytes(to, change->others[i].at,
		        change->others[i].left) < 0)
			return -1;

	struct columns columns = { 0 };
	int result = -1;
	if (add_operation(&columns, change) == 0 &&
	    automerge_add_number(to, columns.count) == 0 &&
	    buf_add(to, columns.list.data, columns.list.length) == 0 &&
	    buf_add(to, columns.bytes.data, columns.bytes.length) == 0)
		result = 0;
	buf_release(&columns.list);
	buf_release(&columns.bytes);
	return result;
}

int automerge_change_write(struct buf *to, const struct automerge_write *change,
    uint8_t hash[AUTOMERGE_HASH])
{
	struct buf contents = { 0 }, body = { 0 };
	int result = -1;

	if (add_contents(&contents, change) < 0 ||
	    buf_add(&body, &(uint8_t){ AUTOMERGE_CHANGE }, 1) < 0 ||
	    add_bytes(&body, contents.data, contents.length) < 0)
		goto out;
	SHA256(body.data, body.length, hash);
	if (buf_add(to, automerge_magic, sizeof automerge_magic) < 0 ||
	    buf_add(to, hash, 4) < 0 || buf_add(to, body.data, body.length) < 0)
		goto out;
	result = 0;
out:
	buf_release(&contents);
	buf_release(&body);
	return result;
}
