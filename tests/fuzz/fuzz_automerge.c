/* fuzz_automerge.c - the input is a sync message, a run of chunks and the
 * description of a change. Reading stays within it; what we write is read again
 * as what it says. The first byte chooses; of a chunk the checksum is put right
 * first, so that what lies behind it is reached. */
#include "wire/automerge.h"
#include "wire/leb128.h"

#include <openssl/sha.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_into(const struct automerge_chunk *chunk)
{
	struct automerge_change change;
	struct automerge_hashes heads;
	bool document = automerge_document_heads(&heads, chunk) == 0;
	if (automerge_change_read(&change, chunk) == 0 && document)
		abort();
}

static void read_chunks(struct span from)
{
	while (from.left > 0) {
		struct automerge_chunk chunk;
		size_t before = from.left;
		if (automerge_chunk_read(&chunk, &from) < 0)
			return;
		if (from.left >= before)
			abort();
		look_into(&chunk);
		automerge_chunk_release(&chunk);
	}
}

static void read_sync(const uint8_t *data, size_t size)
{
	struct automerge_sync sync;
	struct automerge_have have;
	struct span chunk;
	size_t count = 0;

	if (automerge_sync_read(&sync, data, size) < 0)
		return;
	while (automerge_next_have(&sync, &have))
		count++;
	if (count != sync.have_count)
		abort();
	for (count = 0; automerge_next_chunk(&sync, &chunk); count++)
		read_chunks(chunk);
	if (count != sync.chunk_count)
		abort();
	if (sync.heads.count > 0 && !automerge_has(sync.heads, sync.heads.at))
		abort();

	struct buf buf = { 0 };
	struct automerge_sync again;
	if (automerge_sync_write(&buf, sync.heads, sync.needs,
	        (struct span){ data, size }) < 0 ||
	    automerge_sync_read(&again, buf.data, buf.length) < 0 ||
	    again.heads.count != sync.heads.count || again.have_count != 1 ||
	    again.chunk_count != 1 || again.capabilities.left != 0)
		abort();
	buf_release(&buf);
}

/* The contents of a chunk of that type, with the checksum that it needs. */
static void read_contents(uint8_t type, const uint8_t *data, size_t size)
{
	struct buf buf = { 0 };
	uint8_t length[LEB128_MAX], hash[SHA256_DIGEST_LENGTH];
	static const uint8_t magic[] = { 0x85, 0x6f, 0x4a, 0x83 };

	if (buf_add(&buf, magic, 4) < 0 || buf_add(&buf, magic, 4) < 0 ||
	    buf_add(&buf, &type, 1) < 0 ||
	    buf_add(&buf, length, leb128_write(length, size)) < 0 ||
	    buf_add(&buf, data, size) < 0)
		abort();
	SHA256(buf.data + 8, buf.length - 8, hash);
	memcpy(buf.data + 4, hash, 4);
	struct automerge_chunk chunk;
	struct span from = { buf.data, buf.length };
	if (automerge_chunk_read(&chunk, &from) == 0) {
		look_into(&chunk);
		automerge_chunk_release(&chunk);
	} else if (type != AUTOMERGE_DEFLATED) {
		abort();
	}
	buf_release(&buf);
}

static void write_change(const uint8_t *data, size_t size)
{
	if (size < 64)
		return;
	size_t deps = data[0] % 4, key = data[1] % 64;
	if (size < 64 + deps * AUTOMERGE_HASH)
		return;
	char name[65] = { 0 };
	for (size_t i = 0; i < key; i++)
		name[i] = (char)(1 + data[2 + i % 60] % 127);
	struct automerge_op ops[3];
	struct automerge_write write = {
		.deps = { data + 64, deps },
		.actor = { data + 8, data[2] % 33u },
		.seq = data[3],
		.start_op = data[4],
		.time = (int8_t)data[5],
		.action = data[6] & 1 ? AUTOMERGE_SET : AUTOMERGE_NOTHING,
		.key = name,
		.type = AUTOMERGE_INT,
		.value = (int64_t)data[7] << (data[8] % 50),
		.overwrites = ops,
		.overwrite_count = data[9] % 4u,
	};
	for (size_t i = 0; i < write.overwrite_count; i++)
		ops[i] = (struct automerge_op){ data[10 + i], 0 };

	struct buf buf = { 0 };
	uint8_t hash[AUTOMERGE_HASH];
	struct automerge_chunk chunk;
	struct automerge_change change;
	if (automerge_change_write(&buf, &write, hash) < 0)
		abort();
	struct span from = { buf.data, buf.length };
	if (automerge_chunk_read(&chunk, &from) < 0 || from.left > 0 ||
	    memcmp(chunk.hash, hash, sizeof hash) != 0 ||
	    automerge_change_read(&change, &chunk) < 0 ||
	    change.deps.count != deps || change.seq != write.seq ||
	    change.start_op != write.start_op || change.time != write.time ||
	    change.op_count != (write.action == AUTOMERGE_SET ? 1 : 0))
		abort();
	automerge_chunk_release(&chunk);
	buf_release(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	switch (data[0] % 6) {
	case 0:
		read_sync(data + 1, size - 1);
		break;
	case 1:
		read_chunks((struct span){ data + 1, size - 1 });
		break;
	case 2:
		write_change(data + 1, size - 1);
		break;
	default:
		read_contents(data[0] % 3, data + 1, size - 1);
		break;
	}
	return 0;
}
