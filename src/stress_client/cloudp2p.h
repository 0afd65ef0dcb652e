/* cloudp2p.h - the pieces of the CloudP2P driver: its settings, the question
 * that is put to all servers at once, the exchange of a task.
 *
 * Specification: sections 2.2 to 2.5 (the client), 1 (the wire), 4 (the
 * hidden secret). */
#ifndef STRESS_CLIENT_CLOUDP2P_H
#define STRESS_CLIENT_CLOUDP2P_H

#include "lib/net.h"
#include "stress_client/address_book.h"
#include "stress_client/driver.h"
#include "stress_client/pictures.h"
#include "wire/cloudp2p.h"

enum cloudp2p_assignment { ASSIGNMENT_FIRST, ASSIGNMENT_ORDERED };
enum cloudp2p_verify { VERIFY_FULL, VERIFY_EXTRACT, VERIFY_NONE };

struct cloudp2p_settings {
	struct text_list server_addresses;
	int64_t request_timeout_ns, assignment_timeout_ns, assignment_pause_ns;
	int64_t leader_wait_ns, status_poll_ns;
	uint64_t same_server_polls, failed_polls, resubmissions;
	int assignment; /* enum cloudp2p_assignment */
	int verify;     /* enum cloudp2p_verify */
};

/* What all users share. */
struct cloudp2p {
	const struct cloudp2p_settings *settings;
	struct address *servers; /* as configured */
	size_t server_count;
	struct address_book book;
	struct pictures pictures;
};

/* The normalised failure reason for an errno of a connection or of a frame. */
const char *cloudp2p_reason(int error);

/* What an exchange costs, added up over a request. */
struct traffic {
	uint64_t bytes_sent, bytes_received;
};

/* Counts what went over it and closes it. */
void traffic_close(struct traffic *traffic, struct conn *conn);

/* A question to all servers at once. */
struct question {
	struct cloudp2p *shared;
	struct user *user;
	struct cloudp2p_message message;
	enum cloudp2p_type wanted; /* the type of an answer */
	int64_t deadline_ns;
	int order; /* enum cloudp2p_assignment */
};

struct answer {
	struct cloudp2p_message message; /* released by the caller */
	size_t server;                   /* which of them gave it */
	int error; /* why there is none: the last error of a server; 0 when at
	              least one of them was there and silent */
};

/* Returns 0 with the first valid answer (or the first in the order of the
 * list, specification 2.3), or -1. The connections of the others are closed at
 * once. */
int cloudp2p_ask(const struct question *question, struct answer *answer,
    struct traffic *traffic);

/* One task, sent to one server, and its answer. */
struct task {
	struct cloudp2p *shared;
	struct user *user;
	const struct picture_file *picture;
	const struct address *server;
	uint64_t request_id;
	uint32_t assigned_by;
	int64_t deadline_ns;
};

enum task_end {
	TASK_OK,
	TASK_LOST,   /* the connection or the server failed: it may be tried
	                elsewhere */
	TASK_FAILED, /* the server answered, and not well: the request fails */
};

/* `reason` (normalised) and `detail` say why when it is not TASK_OK. */
enum task_end cloudp2p_exchange(const struct task *task,
    struct traffic *traffic, const char **reason, char *detail,
    size_t detail_size);

/* --check. */
int cloudp2p_check(struct plan *plan);

#endif
