/* fault.c - what ws_server does wrong on command. */
#include "peer.h"

#include <string.h>

/* Frames that no server may send, as they are. */
static const struct bad_frame {
	const char *name, *bytes;
	size_t length;
} frames[] = {
	{ "reserved-bit", "\xc1\x01x", 3 },
	{ "reserved-opcode", "\x83\x00", 2 },
	{ "masked", "\x81\x81\x01\x02\x03\x04y", 7 },
	{ "long-length", "\x81\x7e\x00\x01x", 5 },
	{ "huge", "\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10 },
	{ "bad-utf8", "\x81\x02\xc0\xaf", 4 },
	{ "bad-close", "\x88\x02\x03\xed", 4 },
	{ "half-close-code", "\x88\x01\x03", 3 },
	{ "long-ping", "\x89\x7e\x00\x7e", 4 },
	{ "continuation", "\x80\x00", 2 },
	{ "half", "\x82\x7e\x10", 3 },
	{ "text", "\x81\x02hi", 4 },
	{ "no-cbor", "\x82\x02\xff\x00", 4 },
	{ "no-map", "\x82\x01\x80", 3 },
	{ "endless-map", "\x82\x02\xbf\xff", 4 },
	{ "no-type", "\x82\x04\xa1\x61\x61\x01", 6 },
};

static const char *const others[] = { "none", "drop", "reset", "close",
	"silent", "twice", "wrong", "ignore", "quiet", "foreign" };

static const struct bad_frame *find_frame(const char *name)
{
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
		if (strcmp(frames[i].name, name) == 0)
			return &frames[i];
	return NULL;
}

int fault_check(const struct settings *settings, struct err *err)
{
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(others[i], settings->fault) == 0)
			return 0;
	return find_frame(settings->fault)
	           ? 0
	           : err_set(err, "there is no fault '%s'", settings->fault);
}

static void answer_wrongly(struct peer *peer,
    const struct websocket_message *message)
{
	struct buf answer = { 0 };
	buf_add(&answer, message->data, message->length);
	buf_add_text(&answer, "!");
	peer_send(peer, WEBSOCKET_FIN | (unsigned)message->type, answer.data,
	    answer.length);
	buf_release(&answer);
}

bool fault_spares(struct peer *peer, const struct websocket_message *message)
{
	const struct settings *settings = &peer->server->settings;
	const char *fault = settings->fault;
	const struct bad_frame *frame = find_frame(fault);

	if (strcmp(fault, "none") == 0 ||
	    peer->messages % settings->fault_at != 0)
		return true;
	if (frame)
		peer_put(peer, frame->bytes, frame->length);
	else if (strcmp(fault, "drop") == 0)
		peer_drop(peer);
	else if (strcmp(fault, "reset") == 0)
		peer_reset(peer);
	else if (strcmp(fault, "close") == 0)
		peer_close(peer, (unsigned)settings->close_code);
	else if (strcmp(fault, "silent") == 0)
		peer->server->silent = true;
	else if (strcmp(fault, "wrong") == 0)
		answer_wrongly(peer, message);
	else if (strcmp(fault, "twice") == 0 && settings->role == ROLE_ECHO)
		peer_send(peer, WEBSOCKET_FIN | (unsigned)message->type,
		    message->data, message->length);
	return strcmp(fault, "twice") == 0 || strcmp(fault, "quiet") == 0;
}
