/* tonk.h - a client of a relay for automerge's documents: what it knows, and
 * what it does with what it is told. Private to driver_tonk.c and tonk_*.c. */
#ifndef STRESS_CLIENT_TONK_H
#define STRESS_CLIENT_TONK_H

#include "stress_client/settings.h"
#include "stress_client/tonk_ledger.h"
#include "stress_client/ws_session.h"
#include "wire/base58check.h"
#include "wire/tonk.h"

#define TONK_ACTOR 16

enum tonk_listeners { LISTENERS_ANSWERING, LISTENERS_SILENT };

enum tonk_ops_per { OPS_PER_CLIENT, OPS_PER_MACHINE };

enum tonk_operation {
	TONK_CHANGE,    /* a change of the document */
	TONK_BROADCAST, /* an ephemeral message to all */
	TONK_PING,
	TONK_LOOKUP, /* a request for a document that nobody has */
	TONK_OPERATIONS,
};

struct tonk_settings {
	struct ws_settings ws;
	char *document;
	struct text_list operations;
	int listeners, ops_per;
	uint64_t ops_per_minute, message_bytes;
	int64_t seen_timeout_ns, settle_ns;
};

/* The same for all clients of the process. */
struct tonk_shared {
	const struct tonk_settings *settings;
	struct settings general; /* with the pauses of ours */
	struct ws_targets targets;
	struct tonk_ledger *ledger;
	char document[DOCUMENT_ID_TEXT];
	double until[TONK_OPERATIONS]; /* sums of the operations' weights */
	uint64_t host, process;        /* random names of both */
};

struct tonk {
	struct ws_session session; /* first */
	struct tonk_shared *shared;
	size_t listener; /* its number in the ledger */
	bool begun;      /* its first request is over */

	/* Of this connection: */
	char id[40], relay[64], session_id[20];
	uint64_t count; /* messages sent */
	bool told_peer, asked;
	uint8_t actor[TONK_ACTOR];
	uint64_t seq, last_op; /* of its own changes */
	uint8_t last[AUTOMERGE_HASH];
	bool unsure;      /* whether the relay has that one */
	struct buf heads; /* the relay's, as it told them last */
	bool leaves_out;  /* some of them, see keep_heads */
	uint64_t told;    /* a mark of the heads that it was told of */
	int64_t heard_ns; /* the last sign of life */

	/* What its request waits for. */
	enum tonk_awaited {
		TONK_NOTHING,
		TONK_ACK,
		TONK_PONG,
		TONK_ABSENCE, /* "doc-unavailable" */
	} awaited;
	int64_t answered_ns;
	const char *reason;
	uint64_t token; /* of the ping */
	char looked_up[DOCUMENT_ID_TEXT];
};

static inline struct automerge_hashes tonk_heads(const struct tonk *tonk)
{
	return (struct automerge_hashes){ tonk->heads.data,
		tonk->heads.length / AUTOMERGE_HASH };
}

/* tonk_prepare.c: as struct driver's. */
extern const char *const tonk_operation_names[];
int tonk_prepare(struct plan *plan, struct err *err);
void tonk_release(struct plan *plan);

/* tonk_hear.c */
extern const struct ws_protocol tonk_protocol;
bool tonk_is_text(struct span span, const char *text);
void tonk_copy_text(char *to, size_t size, struct span from);

/* Ends the wait of its request; NULL: what was waited for is there. */
void tonk_settle(struct tonk *tonk, const char *reason);

/* What it writes from now on does not follow what it has written. */
void tonk_change_author(struct tonk *tonk);

/* tonk_speak.c: build and send. Not in need of much stack: they may be called
 * on a fiber's by fiber_call. */
void tonk_send(struct tonk *tonk, struct buf *message);
int tonk_send_change(struct tonk *tonk);
void tonk_send_answer(struct tonk *tonk, struct automerge_hashes heads);
void tonk_ask(struct tonk *tonk); /* for all chunks that there are */
uint64_t tonk_send_broadcast(struct tonk *tonk);
void tonk_send_lookup(struct tonk *tonk);

/* tonk_verify.c: on the fiber of a client that has left, when all have: asks
 * the relay for the document and records, as operations "verify", what it lacks
 * of all that it has acknowledged. */
void tonk_verify(struct tonk *tonk);

/* What an ephemeral message of ours says: when, by whom, on which machine. */
#define TONK_MAGIC UINT64_C(0x316d726f7473676e) /* "ngstorm1" */

struct tonk_words {
	uint64_t magic, host, process, number;
	int64_t sent_ns;
};

#endif
