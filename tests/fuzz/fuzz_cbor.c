/* fuzz_cbor.c - the input is a CBOR item, and a relay's message: reading stays
 * within it and skipping agrees with reading; a message that is understood says
 * the same when it is written again. */
#include "wire/base58check.h"
#include "wire/cbor.h"
#include "wire/tonk.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Item by item, as many as the heads promise. */
static int walk(struct span *from)
{
	for (uint64_t due = 1; due > 0; due--) {
		const uint8_t *before = from->at;
		struct cbor item;
		if (cbor_read(from, &item) < 0)
			return -1;
		if (from->at <= before)
			abort();
		if (item.type == CBOR_ARRAY)
			due += item.number;
		else if (item.type == CBOR_MAP)
			due += 2 * item.number;
	}
	return 0;
}

/* A text of a message as a string without a NUL in it. */
static char *string(struct span text)
{
	char *copy = calloc(1, text.left + 1);
	if (!copy)
		abort();
	if (text.left > 0)
		memcpy(copy, text.at, text.left);
	return copy;
}

static bool same(struct span a, struct span b)
{
	return a.left == b.left &&
	       (a.left == 0 || memcmp(a.at, b.at, a.left) == 0);
}

static void write_again(const struct tonk_message *message)
{
	char *sender = string(message->sender);
	char *target = string(message->target);
	char *document = string(message->document);
	char *session = string(message->session);
	const struct tonk_ephemeral ephemeral = { sender, target, document,
		session, message->count, message->data };
	struct tonk_message again;
	struct buf buf = { 0 };

	if (tonk_write_ephemeral(&buf, &ephemeral) < 0 ||
	    tonk_read(&again, buf.data, buf.length) < 0)
		abort();
	bool plain = strlen(sender) == message->sender.left &&
	             strlen(target) == message->target.left &&
	             strlen(document) == message->document.left &&
	             strlen(session) == message->session.left;
	if (again.type != TONK_EPHEMERAL || again.count != message->count ||
	    !same(again.data, message->data) ||
	    (plain && (!same(again.sender, message->sender) ||
	                  !same(again.target, message->target) ||
	                  !same(again.document, message->document) ||
	                  !same(again.session, message->session))))
		abort();
	buf_release(&buf);
	free(sender);
	free(target);
	free(document);
	free(session);
}

static void read_document(struct span text)
{
	uint8_t id[DOCUMENT_ID];
	char again[DOCUMENT_ID_TEXT];
	if (document_id_read(id, (const char *)text.at, text.left) < 0)
		return;
	document_id_write(again, id);
	if (strlen(again) != text.left ||
	    memcmp(again, text.at, text.left) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span walked = { data, size }, skipped = walked;
	struct tonk_message message;

	if (walk(&walked) != cbor_skip(&skipped))
		abort();
	if (tonk_read(&message, data, size) == 0) {
		write_again(&message);
		read_document(message.document);
	}
	read_document((struct span){ data, size });
	return 0;
}
