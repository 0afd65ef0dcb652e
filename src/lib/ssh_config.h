/* ssh_config.h - where a host is and how to log in there: the words
 * "user@host:port", and what OpenSSH's ssh_config(5) says about that host.
 *
 * Known keywords: Host (patterns too), HostName, Port, User, IdentityFile,
 * IdentitiesOnly, IdentityAgent none, UserKnownHostsFile, HostKeyAlias,
 * Include, ProxyJump, ProxyCommand. Match blocks but "Match all" do not apply,
 * and everything else is left aside. */
#ifndef LIB_SSH_CONFIG_H
#define LIB_SSH_CONFIG_H

#include "lib/err.h"
#include "lib/options.h"

#include <stdbool.h>

struct ssh_target {
	char *words;    /* as given */
	char *host;     /* of the words */
	char *hostname; /* where it really is */
	char *user;     /* NULL: not said */
	char *key_name; /* what known_hosts calls it; NULL: not said */
	unsigned port;  /* 0: not said */
	struct text_list identities, known_hosts; /* paths */
	char *proxy_jump, *proxy_command; /* NULL: not said; also "none" */
	char
	    *proxy; /* for sh: what leads there; NULL: it is reached directly */
	char *via;  /* what to call that: "ProxyJump bastion" */
	bool identities_only, no_agent;
	bool is_named; /* a Host line names it literally */
};

/* Takes the words apart. Returns 0, or -1 with `err`; either way
 * ssh_target_release it. */
int ssh_target_parse(struct ssh_target *target, const char *words,
    struct err *err);

/* "22"; false when it is no port. */
bool ssh_port_parse(const char *text, unsigned *port);

/* One host of ProxyJump: words, or a URI with them. */
int ssh_jump_parse(struct ssh_target *jump, const char *words, struct err *err);

/* Whether a whole list of them makes sense. */
int ssh_jumps_check(const char *jumps, struct err *err);

/* `text` with ~ and %d, %h, %n, %p, %r, %u, %% put in. */
char *ssh_target_expand(const struct ssh_target *target, const char *text);

/* Fills in what the words did not say from the text of a configuration and the
 * files that it includes; the first value counts. Errors begin with "path:line:
 * ". */
int ssh_target_configure(struct ssh_target *target, const char *path,
    const char *text, struct err *err);

/* Composes `proxy` and `via` from what was said; `config` is the file that ssh
 * shall read for the hosts on the way, NULL: its usual ones. */
int ssh_target_route(struct ssh_target *target, const char *config,
    struct err *err);

/* The same as ssh_target_configure from a file: `path`, else
 * $RINGSTORM_SSH_CONFIG, else ~/.ssh/config, which need not be there. Then the
 * defaults and the route. */
int ssh_target_complete(struct ssh_target *target, const char *path,
    struct err *err);

void ssh_target_release(struct ssh_target *target);

#endif
