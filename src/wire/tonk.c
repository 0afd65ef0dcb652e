#include "wire/tonk.h"

#include "wire/cbor.h"

#include <stddef.h>
#include <string.h>

static const char *const type_names[] = {
	[TONK_JOIN] = "join",
	[TONK_PEER] = "peer",
	[TONK_REQUEST] = "request",
	[TONK_SYNC] = "sync",
	[TONK_UNAVAILABLE] = "doc-unavailable",
	[TONK_EPHEMERAL] = "ephemeral",
	[TONK_LEAVE] = "leave",
	[TONK_ERROR] = "error",
	[TONK_SUBSCRIPTION] = "remote-subscription-change",
	[TONK_HEADS] = "remote-heads-changed",
};

static enum tonk_type type_of(const struct cbor *name)
{
	for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++)
		if (cbor_is(name, type_names[i]))
			return (enum tonk_type)i;
	return TONK_UNKNOWN;
}

/* The keys whose value is a text or bytes. */
static const struct key {
	const char *name;
	enum cbor_type type;
	size_t offset;
} keys[] = {
	{ "senderId", CBOR_TEXT, offsetof(struct tonk_message, sender) },
	{ "targetId", CBOR_TEXT, offsetof(struct tonk_message, target) },
	{ "documentId", CBOR_TEXT, offsetof(struct tonk_message, document) },
	{ "sessionId", CBOR_TEXT, offsetof(struct tonk_message, session) },
	{ "message", CBOR_TEXT, offsetof(struct tonk_message, error) },
	{ "selectedProtocolVersion", CBOR_TEXT,
	    offsetof(struct tonk_message, version) },
	{ "data", CBOR_BYTES, offsetof(struct tonk_message, data) },
};

static const struct key *find_key(const struct cbor *name)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (cbor_is(name, keys[i].name))
			return &keys[i];
	return NULL;
}

/* Some encoders write every number as a float. */
static int read_count(struct span *from, uint64_t *count)
{
	struct cbor item;
	if (cbor_read(from, &item) < 0)
		return -1;
	if (item.type == CBOR_UNSIGNED) {
		*count = item.number;
		return 0;
	}
	if (item.type != CBOR_FLOAT || !(item.real >= 0) ||
	    item.real > 9007199254740992.0)
		return -1;
	*count = (uint64_t)item.real;
	return 0;
}

static int read_text(struct span *from, const struct key *key,
    struct tonk_message *message)
{
	struct cbor item;
	if (cbor_read(from, &item) < 0)
		return -1;
	/* JavaScript's peers write what they have not got. */
	if (item.type == CBOR_UNDEFINED || item.type == CBOR_NULL)
		return 0;
	if (item.type != key->type)
		return -1;
	struct span *to = (void *)((char *)message + key->offset);
	*to = (struct span){ item.bytes, (size_t)item.number };
	return 0;
}

static int read_value(struct span *from, const struct cbor *name,
    struct tonk_message *message)
{
	struct cbor item;
	if (cbor_is(name, "count"))
		return read_count(from, &message->count);
	if (cbor_is(name, "type")) {
		if (cbor_read(from, &item) < 0 || item.type != CBOR_TEXT)
			return -1;
		message->type = type_of(&item);
		return 0;
	}
	const struct key *key = find_key(name);
	return key ? read_text(from, key, message) : cbor_skip(from);
}

int tonk_read(struct tonk_message *message, const uint8_t *bytes, size_t length)
{
	struct span from = { bytes, length };
	struct cbor map;
	bool has_type = false;

	*message = (struct tonk_message){ 0 };
	if (cbor_read(&from, &map) < 0 || map.type != CBOR_MAP)
		return -1;
	for (uint64_t i = 0; i < map.number; i++) {
		struct cbor name;
		if (cbor_read(&from, &name) < 0 || name.type != CBOR_TEXT ||
		    read_value(&from, &name, message) < 0)
			return -1;
		has_type |= cbor_is(&name, "type");
	}
	return has_type ? 0 : -1;
}

static int write_head(struct buf *to, enum tonk_type type, uint64_t pairs)
{
	if (cbor_write_head(to, CBOR_MAP, pairs) < 0 ||
	    cbor_write_text(to, "type") < 0)
		return -1;
	return cbor_write_text(to, type_names[type]);
}

static int write_pair(struct buf *to, const char *key, const char *text)
{
	if (cbor_write_text(to, key) < 0)
		return -1;
	return cbor_write_text(to, text);
}

static int write_data(struct buf *to, struct span data)
{
	if (cbor_write_text(to, "data") < 0)
		return -1;
	return cbor_write_bytes(to, data.at, data.left);
}

int tonk_write_join(struct buf *to, const char *sender)
{
	if (write_head(to, TONK_JOIN, 3) < 0 ||
	    write_pair(to, "senderId", sender) < 0 ||
	    cbor_write_text(to, "supportedProtocolVersions") < 0 ||
	    cbor_write_head(to, CBOR_ARRAY, 1) < 0)
		return -1;
	return cbor_write_text(to, "1");
}

int tonk_write_peer(struct buf *to, const char *sender, const char *target)
{
	if (write_head(to, TONK_PEER, 4) < 0 ||
	    write_pair(to, "senderId", sender) < 0 ||
	    write_pair(to, "selectedProtocolVersion", "1") < 0)
		return -1;
	return write_pair(to, "targetId", target);
}

int tonk_write_unavailable(struct buf *to, const char *sender,
    const char *target, const char *document)
{
	if (write_head(to, TONK_UNAVAILABLE, 4) < 0 ||
	    write_pair(to, "documentId", document) < 0 ||
	    write_pair(to, "senderId", sender) < 0)
		return -1;
	return write_pair(to, "targetId", target);
}

int tonk_write_sync(struct buf *to, enum tonk_type type, const char *sender,
    const char *target, const char *document, struct span data)
{
	if (write_head(to, type, 5) < 0 ||
	    write_pair(to, "documentId", document) < 0 ||
	    write_pair(to, "senderId", sender) < 0 ||
	    write_pair(to, "targetId", target) < 0)
		return -1;
	return write_data(to, data);
}

int tonk_write_ephemeral(struct buf *to, const struct tonk_ephemeral *ephemeral)
{
	if (write_head(to, TONK_EPHEMERAL, 7) < 0 ||
	    write_pair(to, "senderId", ephemeral->sender) < 0 ||
	    write_pair(to, "targetId", ephemeral->target) < 0 ||
	    cbor_write_text(to, "count") < 0 ||
	    cbor_write_head(to, CBOR_UNSIGNED, ephemeral->count) < 0 ||
	    write_pair(to, "sessionId", ephemeral->session) < 0 ||
	    write_pair(to, "documentId", ephemeral->document) < 0)
		return -1;
	return write_data(to, ephemeral->data);
}

int tonk_write_error(struct buf *to, const char *text)
{
	if (write_head(to, TONK_ERROR, 2) < 0)
		return -1;
	return write_pair(to, "message", text);
}
