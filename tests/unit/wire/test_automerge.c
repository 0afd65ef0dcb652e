#include "wire/automerge.h"

#include "wire/leb128.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/vectors.h"

#define OPS_MAX 8

/* Hashes as they stand in a list of the vectors. */
static void same_hashes(struct automerge_hashes hashes, const json_t *list)
{
	assert_int_equal(hashes.count, json_array_size(list));
	for (size_t i = 0; i < hashes.count; i++)
		assert_hex(hashes.at + i * AUTOMERGE_HASH, AUTOMERGE_HASH,
		    json_string_value(json_array_get(list, i)));
}

/* Numbers */

static void numbers_are_written_as_the_specification_says(void **state)
{
	static const struct {
		int64_t value;
		const char *is_signed;
	} numbers[] = { { 0, "00" }, { 63, "3f" }, { 64, "c000" }, { -1, "7f" },
		{ -64, "40" }, { -65, "bf7f" }, { 127, "ff00" },
		{ -128, "807f" }, { INT64_MAX, "ffffffffffffffffff00" },
		{ INT64_MIN, "8080808080808080807f" } };

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		uint8_t out[LEB128_MAX];
		int64_t back;
		uint64_t plain;
		size_t length = leb128_write_signed(out, numbers[i].value);
		assert_hex(out, length, numbers[i].is_signed);
		struct span from = { out, length };
		assert_int_equal(leb128_read_signed(&from, &back), 0);
		assert_true(back == numbers[i].value && from.left == 0);
		length = leb128_write(out, (uint64_t)numbers[i].value);
		from = (struct span){ out, length };
		assert_int_equal(leb128_read(&from, &plain), 0);
		assert_true(plain == (uint64_t)numbers[i].value);
		from = (struct span){ out, length - 1 };
		assert_int_equal(leb128_read(&from, &plain), -1);
	}
}

static void numbers_beyond_64_bits_are_refused(void **state)
{
	static const uint8_t two[] = { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
		0x80, 0x80, 0x02 };
	static const uint8_t eleven[] = { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
		0x80, 0x80, 0x80, 0x80, 0x00 };
	struct span from = { two, sizeof two };
	uint64_t value;
	int64_t is_signed;

	(void)state;
	assert_int_equal(leb128_read(&from, &value), -1);
	from = (struct span){ two, sizeof two };
	assert_int_equal(leb128_read_signed(&from, &is_signed), -1);
	from = (struct span){ eleven, sizeof eleven };
	assert_int_equal(leb128_read(&from, &value), -1);
	from = (struct span){ eleven, sizeof eleven };
	assert_int_equal(leb128_read_signed(&from, &is_signed), -1);
}

/* Changes */

static void check_change(const json_t *one)
{
	struct bytes bytes = bytes_of(one, "hex");
	struct span from = { bytes.data, bytes.length };
	struct automerge_chunk chunk;
	struct automerge_change change;

	assert_int_equal(automerge_chunk_read(&chunk, &from), 0);
	assert_int_equal(from.left, 0);
	assert_int_equal(chunk.type, number_of(one, "chunk_type"));
	assert_hex(chunk.hash, AUTOMERGE_HASH, text_of(one, "hash"));
	assert_int_equal(automerge_change_read(&change, &chunk), 0);
	if (json_object_get(one, "actor")) {
		const json_t *message = json_object_get(one, "message");
		assert_hex(change.actor.at, change.actor.left,
		    text_of(one, "actor"));
		assert_int_equal(change.seq, number_of(one, "seq"));
		assert_int_equal(change.start_op, number_of(one, "start_op"));
		assert_true(change.time == number_of(one, "time"));
		assert_int_equal(change.message.left,
		    json_string_length(message));
		assert_int_equal(change.op_count,
		    json_array_size(json_object_get(one, "ops")));
		same_hashes(change.deps, json_object_get(one, "deps"));
	}
	automerge_chunk_release(&chunk);
	free(bytes.data);
}

static void every_change_of_automerge_is_read(void **state)
{
	const json_t *all = json_object_get(vectors, "changes");
	size_t i, read = 0;
	json_t *one;

	(void)state;
	json_array_foreach(all, i, one)
	{
		if (!json_object_get(one, "hex"))
			continue;
		check_change(one);
		read++;
	}
	assert_int_equal(read, 43);
}

static void every_bit_of_a_chunk_counts(void **state)
{
	const json_t *all = json_object_get(vectors, "changes");
	struct bytes bytes = bytes_of(json_array_get(all, 0), "hex");
	struct automerge_chunk chunk;

	(void)state;
	for (size_t bit = 0; bit < 8 * bytes.length; bit++) {
		struct span from = { bytes.data, bytes.length };
		bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (automerge_chunk_read(&chunk, &from) == 0)
			fail_msg("bit %zu", bit);
		bytes.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < bytes.length; cut++) {
		struct span from = { bytes.data, cut };
		assert_int_equal(automerge_chunk_read(&chunk, &from), -1);
	}
	free(bytes.data);
}

/* "2@aabb": the counter and the actor's place in the change's table. */
static struct automerge_op op_of(const char *text, const char *self,
    struct bytes *others, size_t *other_count)
{
	struct automerge_op op = { .counter = strtoul(text, NULL, 10) };
	const char *actor = strchr(text, '@') + 1;
	if (strcmp(actor, self) == 0)
		return op;
	others[(*other_count)++] = from_hex(actor);
	op.actor = *other_count;
	return op;
}

/* Fills in the operation; false when it is none that we write. */
static bool describe(struct automerge_write *write, const json_t *one)
{
	const json_t *ops = json_object_get(one, "ops");
	const json_t *op = json_array_get(ops, 0);
	if (json_array_size(ops) == 0)
		return json_object_get(one, "actor") != NULL;
	const json_t *value = json_object_get(op, "value");
	const json_t *type = json_object_get(op, "datatype");
	const char *action = text_of(op, "action");
	const char *datatype = type ? json_string_value(type) : "";
	if (json_array_size(ops) != 1)
		return false;
	write->action = strcmp(action, "set") == 0   ? AUTOMERGE_SET
	                : strcmp(action, "inc") == 0 ? AUTOMERGE_INCREMENT
	                                             : AUTOMERGE_DELETE;
	write->key = text_of(op, "key");
	write->value = json_integer_value(value);
	write->type = strcmp(datatype, "counter") == 0 ? AUTOMERGE_COUNTER
	              : json_is_integer(value)         ? AUTOMERGE_INT
	              : json_is_true(value)            ? AUTOMERGE_TRUE
	                                               : AUTOMERGE_NULL;
	return json_is_integer(value) || json_is_true(value) ||
	       json_is_null(value) || !value;
}

/* The change built from its description; false when we cannot. */
static bool rebuild(const json_t *one)
{
	struct automerge_write write = { 0 };
	if (!describe(&write, one))
		return false;

	const char *self = text_of(one, "actor");
	const json_t *deps = json_object_get(one, "deps");
	const json_t *preds = json_object_get(
	    json_array_get(json_object_get(one, "ops"), 0), "pred");
	struct bytes actor = from_hex(self), other[OPS_MAX];
	struct span others[OPS_MAX];
	struct automerge_op overwrites[OPS_MAX];
	struct buf hashes = { 0 }, chunk = { 0 };
	uint8_t hash[AUTOMERGE_HASH];
	size_t i;
	json_t *item;

	json_array_foreach(deps, i, item)
	{
		struct bytes dep = from_hex(json_string_value(item));
		buf_add(&hashes, dep.data, dep.length);
		free(dep.data);
	}
	json_array_foreach(preds, i, item) overwrites[i] =
	    op_of(json_string_value(item), self, other, &write.other_count);
	for (i = 0; i < write.other_count; i++)
		others[i] = (struct span){ other[i].data, other[i].length };
	write.deps =
	    (struct automerge_hashes){ hashes.data, json_array_size(deps) };
	write.actor = (struct span){ actor.data, actor.length };
	write.seq = (uint64_t)number_of(one, "seq");
	write.start_op = (uint64_t)number_of(one, "start_op");
	write.time = number_of(one, "time");
	write.message = json_string_value(json_object_get(one, "message"));
	write.others = others;
	write.overwrites = overwrites;
	write.overwrite_count = json_array_size(preds);

	assert_int_equal(automerge_change_write(&chunk, &write, hash), 0);
	assert_hex(chunk.data, chunk.length, text_of(one, "hex"));
	assert_hex(hash, AUTOMERGE_HASH, text_of(one, "hash"));
	for (i = 0; i < write.other_count; i++)
		free(other[i].data);
	free(actor.data);
	buf_release(&hashes);
	buf_release(&chunk);
	return true;
}

static void changes_are_built_byte_for_byte_as_automerge_builds_them(
    void **state)
{
	const json_t *all = json_object_get(vectors, "changes");
	size_t i, built = 0;
	json_t *one;

	(void)state;
	json_array_foreach(all, i, one)
	{
		if (json_object_get(one, "hex"))
			built += rebuild(one);
	}
	/* All but floats, strings, bytes, text, several keys and the deflated
	 * one. */
	assert_int_equal(built, 36);
}

/* Documents */

static void the_heads_of_a_document_are_found(void **state)
{
	const json_t *all = json_object_get(vectors, "documents");
	size_t i;
	json_t *one;

	(void)state;
	json_array_foreach(all, i, one)
	{
		struct bytes bytes = bytes_of(one, "hex");
		struct span from = { bytes.data, bytes.length };
		struct automerge_chunk chunk = { 0 };
		struct automerge_hashes heads;

		/* One of them is changes one behind another: the last of them
		 * is the head. */
		while (from.left > 0) {
			automerge_chunk_release(&chunk);
			assert_int_equal(automerge_chunk_read(&chunk, &from),
			    0);
		}
		if (automerge_document_heads(&heads, &chunk) < 0)
			heads = (struct automerge_hashes){ chunk.hash, 1 };
		same_hashes(heads, json_object_get(one, "heads"));
		automerge_chunk_release(&chunk);
		free(bytes.data);
	}
}

/* Sync messages */

static void check_haves(struct automerge_sync *sync, const json_t *list,
    const char *last_sync)
{
	struct automerge_have have;
	size_t i = 0;

	assert_int_equal(sync->have_count, json_array_size(list));
	for (; automerge_next_have(sync, &have); i++) {
		const json_t *one = json_array_get(list, i);
		const json_t *bloom = json_object_get(one, "bloom");
		if (json_is_object(bloom))
			bloom = json_object_get(bloom, "bytes");
		same_hashes(have.last_sync, json_object_get(one, last_sync));
		assert_hex(have.bloom.at, have.bloom.left,
		    json_string_value(bloom));
	}
	assert_int_equal(i, sync->have_count);
}

/* Some recordings join the chunks of one entry; so their bytes are compared
 * one behind another. */
static void check_chunks(struct automerge_sync *sync, const json_t *list)
{
	struct buf ours = { 0 }, theirs = { 0 };
	struct span chunk;
	size_t i;
	json_t *one;

	while (automerge_next_chunk(sync, &chunk))
		buf_add(&ours, chunk.at, chunk.left);
	json_array_foreach(list, i, one)
	{
		struct bytes bytes = from_hex(json_string_value(one));
		buf_add(&theirs, bytes.data, bytes.length);
		free(bytes.data);
	}
	assert_int_equal(ours.length, theirs.length);
	if (ours.length > 0)
		assert_memory_equal(ours.data, theirs.data, ours.length);
	for (struct span from = { ours.data, ours.length }; from.left > 0;) {
		struct automerge_chunk read;
		assert_int_equal(automerge_chunk_read(&read, &from), 0);
		automerge_chunk_release(&read);
	}
	buf_release(&ours);
	buf_release(&theirs);
}

static void check_sync(const struct bytes *bytes, const json_t *expected,
    const char *last_sync, const char *chunks)
{
	struct automerge_sync sync;

	assert_int_equal(automerge_sync_read(&sync, bytes->data, bytes->length),
	    0);
	same_hashes(sync.heads, json_object_get(expected, "heads"));
	same_hashes(sync.needs, json_object_get(expected, "need"));
	check_haves(&sync, json_object_get(expected, "have"), last_sync);
	check_chunks(&sync, json_object_get(expected, chunks));
	const json_t *told = json_object_get(expected, "capabilities");
	if (told)
		assert_hex(sync.capabilities.at, sync.capabilities.left,
		    json_string_value(told));

	/* Cut short anywhere before the capabilities it is none. */
	size_t whole = bytes->length - sync.capabilities.left;
	for (size_t cut = 0; cut < whole; cut++)
		assert_int_equal(automerge_sync_read(&sync, bytes->data, cut),
		    -1);
}

static void every_sync_message_between_two_libraries_is_read(void **state)
{
	const json_t *all = json_object_get(vectors, "sync");
	size_t i, j;
	json_t *one, *step;

	(void)state;
	json_array_foreach(all, i, one)
	{
		json_array_foreach(json_object_get(one, "steps"), j, step)
		{
			struct bytes bytes = bytes_of(step, "hex");
			const json_t *decoded =
			    json_object_get(step, "decoded");
			if (decoded)
				check_sync(&bytes, decoded, "lastSync",
				    "changes");
			free(bytes.data);
		}
		const json_t *reply = json_object_get(one, "reply");
		if (reply) {
			struct bytes bytes = bytes_of(reply, "hex");
			check_sync(&bytes, json_object_get(reply, "decoded"),
			    "lastSync", "changes");
			free(bytes.data);
		}
	}
}

static void every_recorded_sync_message_is_read(void **state)
{
	json_t *peer, *frame;
	const char *name;
	size_t i, read = 0;

	(void)state;
	json_object_foreach(json_object_get(vectors, "frames"), name, peer)
	{
		json_array_foreach(peer, i, frame)
		{
			const json_t *sync = json_object_get(frame, "sync");
			const json_t *fields = json_object_get(frame, "fields");
			if (!sync)
				continue;
			struct bytes bytes =
			    bytes_of(json_object_get(fields, "data"), "bytes");
			check_sync(&bytes, sync, "last_sync", "chunks");
			free(bytes.data);
			read++;
		}
	}
	assert_true(read > 40);
}

static void what_the_library_refuses_is_refused(void **state)
{
	const json_t *all = json_object_get(vectors, "sync");
	size_t i, refused = 0;
	json_t *one;

	(void)state;
	json_array_foreach(all, i, one)
	{
		if (!json_object_get(one, "hex"))
			continue;
		struct bytes bytes = bytes_of(one, "hex");
		struct automerge_sync sync;
		struct span from;
		struct automerge_chunk chunk;
		bool sound =
		    automerge_sync_read(&sync, bytes.data, bytes.length) == 0;
		while (sound && automerge_next_chunk(&sync, &from)) {
			sound = automerge_chunk_read(&chunk, &from) == 0;
			if (sound)
				automerge_chunk_release(&chunk);
		}
		assert_int_equal(sound,
		    json_is_true(json_object_get(one, "accepted")));
		refused += !sound;
		free(bytes.data);
	}
	assert_int_equal(refused, 4);
}

static void a_sync_message_is_written_as_the_specification_says(void **state)
{
	const json_t *all = json_object_get(vectors, "changes");
	const json_t *first = json_array_get(all, 0);
	struct bytes hash = bytes_of(first, "hash"),
	             chunk = bytes_of(first, "hex");
	struct automerge_hashes none = { 0 }, one = { hash.data, 1 };
	struct buf buf = { 0 };
	char expected[512];

	(void)state;
	assert_int_equal(
	    automerge_sync_write(&buf, none, none, (struct span){ 0 }), 0);
	assert_hex(buf.data, buf.length, "42000001000000");
	buf.length = 0;

	snprintf(expected, sizeof expected, "4201%s000101%s0000",
	    text_of(first, "hash"), text_of(first, "hash"));
	assert_int_equal(
	    automerge_sync_write(&buf, one, one, (struct span){ 0 }), 0);
	assert_hex(buf.data, buf.length, expected);
	buf.length = 0;

	snprintf(expected, sizeof expected, "4201%s000101%s0001%02zx%s",
	    text_of(first, "hash"), text_of(first, "hash"), chunk.length,
	    text_of(first, "hex"));
	assert_int_equal(automerge_sync_write(&buf, one, one,
	                     (struct span){ chunk.data, chunk.length }),
	    0);
	assert_hex(buf.data, buf.length, expected);
	buf_release(&buf);
	free(hash.data);
	free(chunk.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_written_as_the_specification_says),
		cmocka_unit_test(numbers_beyond_64_bits_are_refused),
		cmocka_unit_test(every_change_of_automerge_is_read),
		cmocka_unit_test(every_bit_of_a_chunk_counts),
		cmocka_unit_test(
		    changes_are_built_byte_for_byte_as_automerge_builds_them),
		cmocka_unit_test(the_heads_of_a_document_are_found),
		cmocka_unit_test(
		    every_sync_message_between_two_libraries_is_read),
		cmocka_unit_test(every_recorded_sync_message_is_read),
		cmocka_unit_test(what_the_library_refuses_is_refused),
		cmocka_unit_test(
		    a_sync_message_is_written_as_the_specification_says),
	};
	return cmocka_run_group_tests(tests, load_vectors, free_vectors);
}
