/* automerge_chunk.c - chunks and what they begin with; see automerge.h. */
#include "wire/automerge.h"

#include "lib/libssl.h"

#include "wire/automerge_parts.h"
#include "wire/leb128.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define CHUNK_MAX ((size_t)16 << 20)

const uint8_t automerge_magic[4] = { 0x85, 0x6f, 0x4a, 0x83 };

/* A chunk's hash covers its type, its length and its contents; a deflated
 * change has that of the change. */
static int hash_chunk(struct automerge_chunk *chunk)
{
	uint8_t head[1 + LEB128_MAX] = { chunk->type };
	if (chunk->type == AUTOMERGE_DEFLATED)
		head[0] = AUTOMERGE_CHANGE;
	size_t length = 1 + leb128_write(head + 1, chunk->contents.left);
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	bool done = digest && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) &&
	            EVP_DigestUpdate(digest, head, length) &&
	            EVP_DigestUpdate(digest, chunk->contents.at,
	                chunk->contents.left) &&
	            EVP_DigestFinal_ex(digest, chunk->hash, NULL);
	EVP_MD_CTX_free(digest);
	return done ? 0 : -1;
}

/* Makes room as the output grows: what a few bytes inflate to is not known. */
static int inflate_all(z_stream *stream, struct buf *to)
{
	for (;;) {
		size_t room = to->length < 4096 ? 4096 : to->length;
		if (room > CHUNK_MAX - to->length)
			room = CHUNK_MAX - to->length;
		uint8_t *at = room ? buf_room(to, room) : NULL;
		if (!at)
			return -1;
		stream->next_out = at;
		stream->avail_out = (uInt)room;
		int result = inflate(stream, Z_NO_FLUSH);
		to->length += room - stream->avail_out;
		if (result == Z_STREAM_END)
			return stream->avail_in == 0 ? 0 : -1;
		if (result != Z_OK || stream->avail_out > 0)
			return -1;
	}
}

static int inflate_contents(struct automerge_chunk *chunk)
{
	z_stream stream = { .avail_in = (uInt)chunk->contents.left };
	struct buf inflated = { 0 };

	memcpy(&stream.next_in, &chunk->contents.at, sizeof stream.next_in);
	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
		return -1;
	int result = inflate_all(&stream, &inflated);
	inflateEnd(&stream);
	chunk->inflated = inflated.data;
	chunk->contents = (struct span){ inflated.data, inflated.length };
	return result;
}

int automerge_chunk_read(struct automerge_chunk *chunk, struct span *from)
{
	uint64_t length;

	*chunk = (struct automerge_chunk){ 0 };
	const uint8_t *head = span_take(from, sizeof automerge_magic + 4 + 1);
	if (!head ||
	    memcmp(head, automerge_magic, sizeof automerge_magic) != 0 ||
	    leb128_read(from, &length) < 0 || length > CHUNK_MAX)
		return -1;
	const uint8_t *contents = span_take(from, length);
	chunk->type = head[sizeof automerge_magic + 4];
	if (!contents || chunk->type > AUTOMERGE_DEFLATED)
		return -1;
	chunk->contents = (struct span){ contents, (size_t)length };
	if ((chunk->type == AUTOMERGE_DEFLATED &&
	        inflate_contents(chunk) < 0) ||
	    hash_chunk(chunk) < 0 ||
	    memcmp(chunk->hash, head + sizeof automerge_magic, 4) != 0) {
		automerge_chunk_release(chunk);
		return -1;
	}
	return 0;
}

void automerge_chunk_release(struct automerge_chunk *chunk)
{
	free(chunk->inflated);
	*chunk = (struct automerge_chunk){ 0 };
}

/* A column of run-lengths: a run of equal values, as many different ones, or as
 * many nulls. How many values it has is how many operations there are. */
static int count_values(struct span column, uint64_t *count)
{
	uint64_t value;
	int64_t run;

	for (*count = 0; column.left > 0;) {
		if (leb128_read_signed(&column, &run) < 0)
			return -1;
		if (run == 0) {
			if (leb128_read(&column, &value) < 0 ||
			    value > CHUNK_MAX)
				return -1;
			*count += value;
			continue;
		}
		if (run < -(int64_t)CHUNK_MAX || run > (int64_t)CHUNK_MAX)
			return -1;
		*count += (uint64_t)(run < 0 ? -run : run);
		for (int64_t i = run < 0 ? run : -1; i < 0; i++)
			if (leb128_read(&column, &value) < 0)
				return -1;
	}
	return 0;
}

#define COLUMN_ACTION 0x42

/* The columns' list, and behind it their bytes in the same order. */
static int read_columns(struct span from, uint64_t *op_count)
{
	struct span list, bytes;
	uint64_t columns;

	*op_count = 0;
	if (leb128_read(&from, &columns) < 0 || columns > from.left / 2)
		return -1;
	list = bytes = from;
	for (uint64_t i = 0; i < 2 * columns; i++) {
		uint64_t ignored;
		if (leb128_read(&bytes, &ignored) < 0)
			return -1;
	}
	for (uint64_t i = 0; i < columns; i++) {
		uint64_t spec, length;
		struct span column;
		if (leb128_read(&list, &spec) < 0 ||
		    leb128_read(&list, &length) < 0)
			return -1;
		column.at = span_take(&bytes, length);
		column.left = (size_t)length;
		if (!column.at || (spec == COLUMN_ACTION &&
		                      count_values(column, op_count) < 0))
			return -1;
	}
	return 0;
}

int automerge_change_read(struct automerge_change *change,
    const struct automerge_chunk *chunk)
{
	struct span from = chunk->contents, other;
	uint64_t others;

	*change = (struct automerge_change){ 0 };
	if (chunk->type == AUTOMERGE_DOCUMENT ||
	    automerge_read_hashes(&from, &change->deps) < 0 ||
	    automerge_read_bytes(&from, &change->actor) < 0 ||
	    leb128_read(&from, &change->seq) < 0 ||
	    leb128_read(&from, &change->start_op) < 0 ||
	    leb128_read_signed(&from, &change->time) < 0 ||
	    automerge_read_bytes(&from, &change->message) < 0 ||
	    leb128_read(&from, &others) < 0)
		return -1;
	for (uint64_t i = 0; i < others; i++)
		if (automerge_read_bytes(&from, &other) < 0)
			return -1;
	return read_columns(from, &change->op_count);
}

int automerge_document_heads(struct automerge_hashes *heads,
    const struct automerge_chunk *chunk)
{
	struct span from = chunk->contents, actor;
	uint64_t actors;

	if (chunk->type != AUTOMERGE_DOCUMENT ||
	    leb128_read(&from, &actors) < 0)
		return -1;
	for (uint64_t i = 0; i < actors; i++)
		if (automerge_read_bytes(&from, &actor) < 0)
			return -1;
	return automerge_read_hashes(&from, heads);
}
