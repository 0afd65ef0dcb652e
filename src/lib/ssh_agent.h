/* ssh_agent.h - RSA keys of the agent with SHA-2, which libssh2 before 1.11
 * does not ask it for and OpenSSH since 8.8 insists on (RFC 8332). */
#ifndef LIB_SSH_AGENT_H
#define LIB_SSH_AGENT_H

#include <libssh2.h>
#include <stdbool.h>

/* Whether that is what this key needs. */
bool ssh_agent_needs_sha2(const struct libssh2_agent_publickey *key);

/* Like libssh2_agent_userauth. */
int ssh_agent_log_in(LIBSSH2_SESSION *session, const char *user,
    const struct libssh2_agent_publickey *key);

#endif
