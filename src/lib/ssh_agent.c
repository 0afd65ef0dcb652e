#include "lib/ssh_agent.h"

#include "lib/buf.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* The agent's protocol: draft-miller-ssh-agent. */
#define SIGN_REQUEST  13
#define SIGN_RESPONSE 14
#define SIGN_SHA2_256 2
#define ANSWER_BYTES  (64 * 1024)
#define ANSWER_SECS   10

static const char OLD_NAME[] = "ssh-rsa", NEW_NAME[] = "rsa-sha2-256";

/* Messages */

static int add_number(struct buf *to, size_t number)
{
	const uint8_t bytes[4] = { (uint8_t)(number >> 24),
		(uint8_t)(number >> 16), (uint8_t)(number >> 8),
		(uint8_t)number };
	return buf_add(to, bytes, sizeof bytes);
}

static int add_string(struct buf *to, const void *bytes, size_t length)
{
	return add_number(to, length) | buf_add(to, bytes, length);
}

static size_t number_at(const uint8_t *bytes)
{
	return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 |
	       (size_t)bytes[2] << 8 | bytes[3];
}

/* Takes a string off the front of what is left; false when it is cut. */
static bool take_string(const uint8_t **at, size_t *left,
    const uint8_t **string, size_t *length)
{
	if (*left < 4 || number_at(*at) > *left - 4)
		return false;
	*length = number_at(*at);
	*string = *at + 4;
	*at += 4 + *length;
	*left -= 4 + *length;
	return true;
}

/* The agent */

static int reach_agent(void)
{
	const char *path = getenv("SSH_AUTH_SOCK");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct timeval limit = { .tv_sec = ANSWER_SECS };
	if (!path || strlen(path) >= sizeof address.sun_path)
		return -1;
	memcpy(address.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool receive_all(int fd, uint8_t *to, size_t length)
{
	while (length > 0) {
		ssize_t got = recv(fd, to, length, 0);
		if (got <= 0)
			return false;
		to += got;
		length -= (size_t)got;
	}
	return true;
}

/* Sends a message and receives the answer, without its length. */
static int ask_agent(const struct buf *message, struct buf *answer)
{
	uint8_t head[4];
	int result = -1, fd = reach_agent();
	if (fd < 0)
		return -1;
	if (send(fd, message->data, message->length, MSG_NOSIGNAL) ==
	        (ssize_t)message->length &&
	    receive_all(fd, head, sizeof head) &&
	    number_at(head) <= ANSWER_BYTES) {
		uint8_t *room = buf_room(answer, number_at(head));
		if (room && receive_all(fd, room, number_at(head))) {
			answer->length = number_at(head);
			result = 0;
		}
	}
	close(fd);
	return result;
}

static int ask_signature(const struct libssh2_agent_publickey *key,
    const uint8_t *data, size_t length, struct buf *answer)
{
	struct buf message = { 0 };
	const uint8_t kind = SIGN_REQUEST;
	size_t body = 1 + 4 + key->blob_len + 4 + length + 4;
	int failed = add_number(&message, body) | buf_add(&message, &kind, 1) |
	             add_string(&message, key->blob, key->blob_len) |
	             add_string(&message, data, length) |
	             add_number(&message, SIGN_SHA2_256);
	if (!failed)
		failed = ask_agent(&message, answer);
	buf_release(&message);
	return failed ? -1 : 0;
}

/* libssh2 wants the bare signature, in memory of malloc. */
static int sign(LIBSSH2_SESSION *session, unsigned char **signature,
    size_t *signature_length, const unsigned char *data, size_t length,
    void **abstract)
{
	struct buf answer = { 0 };
	const uint8_t *at, *whole, *name, *bare;
	size_t left, whole_length, name_length, bare_length;
	int result = -1;
	(void)session;
	if (ask_signature(*abstract, data, length, &answer) != 0 ||
	    answer.length < 1 || answer.data[0] != SIGN_RESPONSE)
		goto out;
	at = answer.data + 1;
	left = answer.length - 1;
	if (!take_string(&at, &left, &whole, &whole_length) ||
	    !take_string(&whole, &whole_length, &name, &name_length) ||
	    !take_string(&whole, &whole_length, &bare, &bare_length) ||
	    name_length != strlen(NEW_NAME) ||
	    memcmp(name, NEW_NAME, name_length) != 0)
		goto out;
	*signature = malloc(bare_length);
	if (!*signature)
		goto out;
	memcpy(*signature, bare, bare_length);
	*signature_length = bare_length;
	result = 0;
out:
	buf_release(&answer);
	return result;
}

bool ssh_agent_needs_sha2(const struct libssh2_agent_publickey *key)
{
	size_t name = strlen(OLD_NAME);
	return !libssh2_version(0x010b00) && key->blob_len > 4 + name &&
	       number_at(key->blob) == name &&
	       memcmp(key->blob + 4, OLD_NAME, name) == 0;
}

/* libssh2 takes the name of the algorithm from the front of the key. So the key
 * that it is given begins with the new name; OpenSSH reads it under both. */
int ssh_agent_log_in(LIBSSH2_SESSION *session, const char *user,
    const struct libssh2_agent_publickey *key)
{
	struct buf named = { 0 };
	size_t old = 4 + strlen(OLD_NAME);
	void *context[1];
	memcpy(context, &key, sizeof key);
	if (add_string(&named, NEW_NAME, strlen(NEW_NAME)) != 0 ||
	    buf_add(&named, key->blob + old, key->blob_len - old) != 0)
		return LIBSSH2_ERROR_ALLOC;
	int result = libssh2_userauth_publickey(session, user, named.data,
	    named.length, sign, context);
	buf_release(&named);
	return result;
}
