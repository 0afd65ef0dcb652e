/* automerge_sync.c - sync messages; see automerge.h. */
#include "wire/automerge.h"

#include "wire/automerge_parts.h"
#include "wire/leb128.h"

#include <string.h>

/* "v2": the changes may be one document chunk. */
enum { SYNC = 0x42, SYNC_V2 = 0x43 };

bool automerge_has(struct automerge_hashes hashes, const uint8_t *hash)
{
	for (size_t i = 0; i < hashes.count; i++)
		if (memcmp(hashes.at + i * AUTOMERGE_HASH, hash,
		        AUTOMERGE_HASH) == 0)
			return true;
	return false;
}

int automerge_read_hashes(struct span *from, struct automerge_hashes *hashes)
{
	uint64_t count;
	if (leb128_read(from, &count) < 0 ||
	    count > from->left / AUTOMERGE_HASH)
		return -1;
	hashes->count = (size_t)count;
	hashes->at = span_take(from, count * AUTOMERGE_HASH);
	return 0;
}

int automerge_read_bytes(struct span *from, struct span *bytes)
{
	uint64_t length;
	if (leb128_read(from, &length) < 0)
		return -1;
	bytes->at = span_take(from, length);
	bytes->left = (size_t)length;
	return bytes->at ? 0 : -1;
}

static int read_have(struct span *from, struct automerge_have *have)
{
	if (automerge_read_hashes(from, &have->last_sync) < 0)
		return -1;
	return automerge_read_bytes(from, &have->bloom);
}

/* Past `count` of them; `all` becomes the bytes that they take. */
static int check_haves(struct span *from, size_t *count, struct span *all)
{
	struct automerge_have have;
	uint64_t number;
	if (leb128_read(from, &number) < 0 || number > from->left)
		return -1;
	*count = (size_t)number;
	all->at = from->at;
	for (size_t i = 0; i < *count; i++)
		if (read_have(from, &have) < 0)
			return -1;
	all->left = (size_t)(from->at - all->at);
	return 0;
}

static int check_chunks(struct span *from, size_t *count, struct span *all)
{
	struct span chunk;
	uint64_t number;
	if (leb128_read(from, &number) < 0 || number > from->left)
		return -1;
	*count = (size_t)number;
	all->at = from->at;
	for (size_t i = 0; i < *count; i++)
		if (automerge_read_bytes(from, &chunk) < 0)
			return -1;
	all->left = (size_t)(from->at - all->at);
	return 0;
}

int automerge_sync_read(struct automerge_sync *sync, const uint8_t *bytes,
    size_t length)
{
	struct span from = { bytes, length };
	*sync = (struct automerge_sync){ 0 };
	const uint8_t *type = span_take(&from, 1);
	if (!type || (*type != SYNC && *type != SYNC_V2))
		return -1;
	sync->type = *type;
	if (automerge_read_hashes(&from, &sync->heads) < 0 ||
	    automerge_read_hashes(&from, &sync->needs) < 0 ||
	    check_haves(&from, &sync->have_count, &sync->haves) < 0 ||
	    check_chunks(&from, &sync->chunk_count, &sync->chunks) < 0)
		return -1;
	sync->capabilities = from;
	return 0;
}

bool automerge_next_have(struct automerge_sync *sync,
    struct automerge_have *have)
{
	return sync->haves.left > 0 && read_have(&sync->haves, have) == 0;
}

bool automerge_next_chunk(struct automerge_sync *sync, struct span *chunk)
{
	return sync->chunks.left > 0 &&
	       automerge_read_bytes(&sync->chunks, chunk) == 0;
}

int automerge_add_number(struct buf *to, uint64_t number)
{
	uint8_t bytes[LEB128_MAX];
	return buf_add(to, bytes, leb128_write(bytes, number));
}

static int add_hashes(struct buf *to, struct automerge_hashes hashes)
{
	if (automerge_add_number(to, hashes.count) < 0)
		return -1;
	return buf_add(to, hashes.at, hashes.count * AUTOMERGE_HASH);
}

int automerge_sync_write(struct buf *to, struct automerge_hashes heads,
    struct automerge_hashes last_sync, struct span chunk)
{
	const struct automerge_hashes none = { 0 };
	if (buf_add(to, &(uint8_t){ SYNC }, 1) < 0 ||
	    add_hashes(to, heads) < 0 || add_hashes(to, none) < 0 ||
	    automerge_add_number(to, 1) < 0 || add_hashes(to, last_sync) < 0 ||
	    automerge_add_number(to, 0) < 0)
		return -1;
	if (chunk.left == 0)
		return automerge_add_number(to, 0);
	if (automerge_add_number(to, 1) < 0 ||
	    automerge_add_number(to, chunk.left) < 0)
		return -1;
	return buf_add(to, chunk.at, chunk.left);
}
