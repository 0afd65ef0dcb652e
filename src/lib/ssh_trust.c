/* Whom we talk to, and who we are: host keys and log-in. */
#include "lib/base64.h"
#include "lib/known_hosts.h"
#include "lib/mem.h"
#include "lib/ssh_agent.h"
#include "lib/ssh_session.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The host's key */

#define FINGERPRINT_BYTES 32

static char *fingerprint(struct ssh *ssh)
{
	char text[64];
	const char *hash =
	    libssh2_hostkey_hash(ssh->session, LIBSSH2_HOSTKEY_HASH_SHA256);
	if (!hash)
		return mem_text("SHA256:unknown");
	base64_encode(text, (const uint8_t *)hash, FINGERPRINT_BYTES);
	text[strcspn(text, "=")] = '\0';
	return mem_format("SHA256:%s", text);
}

/* A key begins with its type: a length of four bytes, and the name. */
static char *key_type(const char *key, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)key;
	size_t name = length < 4 ? 0 : (size_t)bytes[2] << 8 | bytes[3];
	return name + 4 > length ? mem_text("") : mem_text_n(key + 4, name);
}

/* ssh-keyscan does not go through other hosts. */
static char *how_to_add(const struct ssh *ssh, const char *type)
{
	const struct ssh_target *target = &ssh->target;
	if (target->proxy)
		return mem_text("by logging in there once with ssh");
	if (type)
		return mem_format("with: ssh-keyscan -t %s -p %u %s", type,
		    target->port, target->hostname);
	return mem_format("with: ssh-keyscan -p %u %s >>%s", target->port,
	    target->hostname, target->known_hosts.items[0]);
}

static int refuse(struct ssh *ssh, const struct known_place *place,
    const char *type, struct err *err)
{
	const char *words = ssh->target.words;
	char *shown = fingerprint(ssh), *how = NULL;

	switch (place->verdict) {
	case KNOWN_CHANGED:
		err_set(err,
		    "%s: the host key is not the one in %s line %d (%s). "
		    "Someone may be in between, or the host was reinstalled",
		    words, place->path, place->line, shown);
		break;
	case KNOWN_REVOKED:
		err_set(err, "%s: the host key is revoked in %s line %d (%s)",
		    words, place->path, place->line, shown);
		break;
	case KNOWN_OTHER_TYPE:
		how = how_to_add(ssh, type);
		err_set(err,
		    "%s: the host shows a %s key (%s), and %s line %d has one "
		    "of another type; check it and add it %s",
		    words, type, shown, place->path, place->line, how);
		break;
	case KNOWN_NOT:
	case KNOWN_SAME:
		how = how_to_add(ssh, NULL);
		err_set(err,
		    "%s: the host key (%s) is not known; check it and add it "
		    "%s",
		    words, shown, how);
		break;
	}
	free(how);
	free(shown);
	return -1;
}

int ssh_verify_host(struct ssh *ssh, struct err *err)
{
	size_t length = 0;
	int kind = 0;
	const char *bytes =
	    libssh2_session_hostkey(ssh->session, &length, &kind);
	if (!bytes)
		return ssh_broken(ssh, "no host key", err);

	char *text = mem_new(base64_length(length) + 1, 1);
	char *type = key_type(bytes, length);
	base64_encode(text, (const uint8_t *)bytes, length);
	struct host_key key = { ssh->key_name, type, text };
	struct known_place place = known_search(&ssh->target.known_hosts, &key);
	int result =
	    place.verdict == KNOWN_SAME ? 0 : refuse(ssh, &place, type, err);
	free(type);
	free(text);
	if (result != 0) {
		ssh_disconnect(ssh);
		errno = EACCES;
	}
	return result;
}

/* Log-in */

/* What was tried, for the message. */
struct attempts {
	struct buf text;
};

static void note(struct attempts *attempts, const char *what, const char *why)
{
	buf_add_format(&attempts->text, "%s%s %s",
	    attempts->text.length ? ", " : "", what, why);
}

/* 1: logged in; 0: not with this; -1: the session is broken. */
static int judge(int result)
{
	switch (result) {
	case 0:
		return 1;
	case LIBSSH2_ERROR_EAGAIN:
	case LIBSSH2_ERROR_SOCKET_SEND:
	case LIBSSH2_ERROR_SOCKET_RECV:
	case LIBSSH2_ERROR_SOCKET_DISCONNECT:
	case LIBSSH2_ERROR_SOCKET_TIMEOUT:
		return -1;
	default:
		return 0;
	}
}

static int try_agent_keys(struct ssh *ssh, LIBSSH2_AGENT *agent,
    int64_t deadline_ns, struct attempts *attempts)
{
	struct libssh2_agent_publickey *key = NULL;
	int keys = 0, result = 0;

	while (
	    result == 0 && libssh2_agent_get_identity(agent, &key, key) == 0) {
		int answer = 0;
		SSH_AWAIT(ssh, deadline_ns, answer,
		    ssh_agent_needs_sha2(key)
		        ? ssh_agent_log_in(ssh->session, ssh->target.user, key)
		        : libssh2_agent_userauth(agent, ssh->target.user, key));
		result = judge(answer);
		keys++;
	}
	note(attempts, "the agent",
	    keys ? "(its keys were refused)" : "(has no key)");
	return result;
}

static int try_agent(struct ssh *ssh, int64_t deadline_ns,
    struct attempts *attempts)
{
	int result = 0;
	const char *socket = getenv("SSH_AUTH_SOCK");
	if (ssh->target.no_agent || ssh->target.identities_only || !socket ||
	    !*socket) {
		return 0;
	}
	LIBSSH2_AGENT *agent = libssh2_agent_init(ssh->session);
	if (!agent)
		return 0;
	if (libssh2_agent_connect(agent) != 0 ||
	    libssh2_agent_list_identities(agent) != 0)
		note(attempts, "the agent", "(does not answer)");
	else
		result = try_agent_keys(ssh, agent, deadline_ns, attempts);
	libssh2_agent_disconnect(agent);
	libssh2_agent_free(agent);
	return result;
}

/* By the public key that ssh-keygen puts beside it. */
static bool is_rsa(const char *path)
{
	char *beside = mem_format("%s.pub", path), head[8] = "";
	FILE *file = fopen(beside, "re");
	if (file) {
		if (!fgets(head, sizeof head, file))
			head[0] = '\0';
		fclose(file);
	}
	free(beside);
	return strcmp(head, "ssh-rsa") == 0;
}

static const char *why_not(const char *path, int answer)
{
	switch (answer) {
	case LIBSSH2_ERROR_AUTHENTICATION_FAILED:
	case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED:
		if (is_rsa(path) && !libssh2_version(0x010b00))
			return "(refused; from the file, libssh2 before 1.11 "
			       "cannot sign for RSA keys as OpenSSH 8.8 and "
			       "later want it: give it to the agent with "
			       "ssh-add, or use an ed25519 key)";
		return "(refused)";
	case LIBSSH2_ERROR_FILE:
	case LIBSSH2_ERROR_KEYFILE_AUTH_FAILED:
		return "(cannot be used; if it has a passphrase, give it to "
		       "the agent: ssh-add)";
	default:
		return "(cannot be used)";
	}
}

static int try_file(struct ssh *ssh, const char *path, int64_t deadline_ns,
    struct attempts *attempts)
{
	int answer = 0;
	const char *user = ssh->target.user;
	if (access(path, R_OK) != 0) {
		note(attempts, path,
		    errno == ENOENT ? "(is not there)" : "(not readable)");
		return 0;
	}
	SSH_AWAIT(ssh, deadline_ns, answer,
	    libssh2_userauth_publickey_fromfile_ex(ssh->session, user,
	        (unsigned)strlen(user), NULL, path, NULL));
	int result = judge(answer);
	if (result == 0)
		note(attempts, path, why_not(path, answer));
	return result;
}

static int try_everything(struct ssh *ssh, int64_t deadline_ns,
    struct attempts *attempts)
{
	int result = try_agent(ssh, deadline_ns, attempts);
	const struct text_list *files = &ssh->target.identities;
	for (size_t i = 0; i < files->count && result == 0; i++)
		result = try_file(ssh, files->items[i], deadline_ns, attempts);
	return result;
}

static int refused(struct ssh *ssh, const struct attempts *attempts,
    struct err *err)
{
	err_set(err,
	    "%s: user %s may not log in; tried %.*s. Let the key in with: "
	    "ssh-copy-id",
	    ssh->target.words, ssh->target.user, (int)attempts->text.length,
	    attempts->text.length ? (char *)attempts->text.data : "");
	ssh_disconnect(ssh);
	errno = EACCES;
	return -1;
}

int ssh_log_in(struct ssh *ssh, int64_t deadline_ns, struct err *err)
{
	struct attempts attempts = { { 0 } };
	int result = try_everything(ssh, deadline_ns, &attempts);
	if (result < 0)
		ssh_broken(ssh, "log-in", err);
	else if (result == 0)
		refused(ssh, &attempts, err);
	int error = errno;
	buf_release(&attempts.text);
	errno = error;
	return result > 0 ? 0 : -1;
}
