/* known_hosts.h - which key a host must show, from known_hosts files in
 * sshd(8)'s format: names plain, with patterns, or hashed; "[host]:port". */
#ifndef LIB_KNOWN_HOSTS_H
#define LIB_KNOWN_HOSTS_H

#include "lib/buf.h"
#include "lib/options.h"

struct host_key {
	const char *name; /* "host", or "[host]:port" but for port 22 */
	const char *type; /* "ssh-ed25519" */
	const char *text; /* the key in base64 */
};

/* Later is graver. */
enum known {
	KNOWN_NOT,        /* no line is about this host */
	KNOWN_OTHER_TYPE, /* but for keys of other types */
	KNOWN_CHANGED,    /* another key of this type */
	KNOWN_SAME,
	KNOWN_REVOKED, /* this key must not be used */
};

/* What one line says. */
enum known known_line(const char *line, const struct host_key *key);

struct known_place {
	enum known verdict;
	const char *path; /* of the files' list; NULL: no line */
	int line;
};

/* The gravest of what all files say, and where. Files that are not there are
 * empty. */
struct known_place known_search(const struct text_list *files,
    const struct host_key *key);

/* Appends "ssh-ed25519,ecdsa-...": the types of the keys that are known, which
 * are those to ask the host for. Returns 0, or -1: no memory. */
int known_types(const struct text_list *files, const char *name,
    struct buf *to);

#endif
