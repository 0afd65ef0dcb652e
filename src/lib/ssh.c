#include "lib/ssh.h"

#include "lib/clock.h"
#include "lib/known_hosts.h"
#include "lib/mem.h"
#include "lib/ssh_session.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define CONNECT_TIMEOUT_NS (10 * NS_PER_SECOND)

/* A host that has vanished is noticed after about this long, also while no
 * command runs; one behind a proxy only at the command's deadline. */
#define VANISHED_SECS 15
#define PROBE_SECS    5

/* Life */

static void init_library(void)
{
	int result = libssh2_init(0);
	assert(result == 0);
	(void)result;
}

static char *lower(char *text)
{
	for (char *c = text; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return text;
}

static char *key_name(const struct ssh_target *target)
{
	if (target->key_name)
		return lower(mem_text(target->key_name));
	if (target->port == 22)
		return lower(mem_text(target->hostname));
	return lower(mem_format("[%s]:%u", target->hostname, target->port));
}

static void look_up(struct ssh *ssh)
{
	const char *name = ssh->target.hostname;
	char text[sizeof ssh->where.text];
	bool is_ipv6 = strchr(name, ':') != NULL;
	int length = snprintf(text, sizeof text, "%s%s%s:%u",
	    is_ipv6 ? "[" : "", name, is_ipv6 ? "]" : "", ssh->target.port);
	if (length < 0 || (size_t)length >= sizeof text)
		err_set(&ssh->unknown, "%s: the host's name is too long", name);
	else
		address_resolve(&ssh->where, text, &ssh->unknown);
}

struct opening {
	struct ssh_target *target;
	const char *words, *config;
	struct err *err;
	int result;
};

static void find_target(void *arg)
{
	struct opening *opening = arg;
	opening->result =
	    ssh_target_parse(opening->target, opening->words, opening->err);
	if (opening->result == 0)
		opening->result = ssh_target_complete(opening->target,
		    opening->config, opening->err);
}

struct ssh *ssh_new(const char *words, const struct remote_settings *settings,
    struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	static const struct remote_settings none = { 0 };
	struct ssh *ssh = mem_new(1, sizeof *ssh);

	pthread_once(&once, init_library);
	if (!settings)
		settings = &none;
	ssh->conn = (struct conn)CONN_CLOSED;
	ssh->connect_timeout_ns = settings->connect_timeout_ns
	                              ? settings->connect_timeout_ns
	                              : CONNECT_TIMEOUT_NS;
	struct opening opening = { &ssh->target, words, settings->ssh_config,
		err, -1 };
	/* glob(3) wants more stack than a fiber has. */
	if (fiber_self())
		fiber_call(find_target, &opening);
	else
		find_target(&opening);
	if (opening.result != 0) {
		ssh_free(ssh);
		return NULL;
	}
	ssh->key_name = key_name(&ssh->target);
	if (!ssh->target.proxy)
		look_up(ssh);
	return ssh;
}

void ssh_free(struct ssh *ssh)
{
	if (!ssh)
		return;
	ssh_disconnect(ssh);
	ssh_target_release(&ssh->target);
	free(ssh->key_name);
	free(ssh);
}

bool ssh_is_named(const struct ssh *ssh)
{
	return ssh->target.is_named;
}

bool ssh_is_connected(const struct ssh *ssh)
{
	return ssh->session != NULL;
}

/* Waiting and failing */

int ssh_wait(struct ssh *ssh, int64_t deadline_ns)
{
	int directions = libssh2_session_block_directions(ssh->session);
	uint32_t events = 0;
	if (directions & LIBSSH2_SESSION_BLOCK_OUTBOUND)
		events |= EPOLLOUT;
	if (directions & LIBSSH2_SESSION_BLOCK_INBOUND || events == 0)
		events |= EPOLLIN;
	return watch_wait(&ssh->conn.watch, events, deadline_ns);
}

static int errno_of(int ssh_error)
{
	switch (ssh_error) {
	case LIBSSH2_ERROR_SOCKET_SEND:
	case LIBSSH2_ERROR_SOCKET_RECV:
	case LIBSSH2_ERROR_SOCKET_DISCONNECT:
	case LIBSSH2_ERROR_CHANNEL_CLOSED:
		return ECONNRESET;
	case LIBSSH2_ERROR_ALLOC:
		return ENOMEM;
	default:
		return EPROTO;
	}
}

/* It tells more once it has ended. */
static int blame_proxy(struct ssh *ssh, const char *what, int error,
    struct err *err)
{
	ssh_disconnect(ssh);
	ssh_proxy_explain(&ssh->proxy, &ssh->target, what, err);
	errno = error;
	return -1;
}

int ssh_broken(struct ssh *ssh, const char *what, struct err *err)
{
	int error = errno;
	char *theirs = NULL;
	int code = libssh2_session_last_error(ssh->session, &theirs, NULL, 0);
	const char *words = theirs;

	if (error == ETIME) {
		words = "timed out";
	} else if (error == ECANCELED) {
		words = "cancelled";
	} else {
		error = errno_of(code);
		if (error == ECONNRESET)
			words = "the connection was lost";
	}
	if (ssh->target.proxy && error == ECONNRESET)
		return blame_proxy(ssh, words, error, err);
	err_set(err, "%s: %s: %s", ssh->target.words, what, words);
	ssh_disconnect(ssh);
	errno = error;
	return -1;
}

/* The socket is shut first, so that nothing waits for the peer. */
void ssh_disconnect(struct ssh *ssh)
{
	if (ssh->session) {
		libssh2_session_disconnect(ssh->session, "bye");
		shutdown(ssh->conn.watch.fd, SHUT_RDWR);
		if (ssh->open)
			while (libssh2_sftp_close_handle(ssh->open) ==
			       LIBSSH2_ERROR_EAGAIN)
				;
		if (ssh->sftp)
			while (libssh2_sftp_shutdown(ssh->sftp) ==
			       LIBSSH2_ERROR_EAGAIN)
				;
		while (
		    libssh2_session_free(ssh->session) == LIBSSH2_ERROR_EAGAIN)
			;
	}
	ssh->session = NULL;
	ssh->sftp = NULL;
	ssh->open = NULL;
	conn_close(&ssh->conn);
	ssh_proxy_end(&ssh->proxy);
}

/* Connecting */

static void keep_alive(int fd)
{
	const int on = 1, idle = PROBE_SECS, tries = 2;
	const unsigned vanished_ms = VANISHED_SECS * 1000;
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof tries);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &vanished_ms,
	    sizeof vanished_ms);
}

static int reach_by_proxy(struct ssh *ssh, struct err *err)
{
	if (ssh_proxy_start(&ssh->proxy, ssh->target.proxy, &ssh->conn) == 0)
		return 0;
	int error = errno;
	err_system(err, "%s: cannot start %s", ssh->target.words,
	    ssh->target.via);
	ssh_disconnect(ssh);
	errno = error;
	return -1;
}

static int reach(struct ssh *ssh, int64_t deadline_ns, struct err *err)
{
	if (ssh->target.proxy)
		return reach_by_proxy(ssh, err);
	if (ssh->where.length == 0)
		look_up(ssh);
	if (ssh->where.length == 0) {
		errno = ENXIO;
		return err_set(err, "%s: %s", ssh->target.words,
		    ssh->unknown.text);
	}
	if (conn_connect(&ssh->conn, &ssh->where, deadline_ns) < 0) {
		int error = errno;
		err_set(err, "%s: cannot connect to %s: %s", ssh->target.words,
		    ssh->where.text, net_reason(error));
		errno = error;
		return -1;
	}
	keep_alive(ssh->conn.watch.fd);
	return 0;
}

/* Whether keys of the type that an algorithm signs with are in the list. */
static bool is_among(const char *algorithm, const char *types)
{
	const char *type =
	    strncmp(algorithm, "rsa-sha2-", 9) == 0 ? "ssh-rsa" : algorithm;
	size_t length = strlen(type);
	for (const char *at = types; (at = strstr(at, type)); at += length)
		if ((at == types || at[-1] == ',') && at[length] == ',')
			return true;
	return false;
}

/* Appends what libssh2 can, of types that are known or of those that are not;
 * of certificates it would not say which key they hold. */
static int add_algorithms(struct buf *to, const char **able, int count,
    const char *types, bool known)
{
	int failed = 0;
	for (int i = 0; i < count; i++)
		if (is_among(able[i], types) == known &&
		    !strstr(able[i], "-cert-"))
			failed |= buf_add_format(to, "%s%s",
			    to->length ? "," : "", able[i]);
	return failed;
}

/* Asks for a key of a type that known_hosts has, if there is one. libssh2 1.10
 * must not be given a name that it does not know. */
static void prefer_known_types(struct ssh *ssh)
{
	struct buf types = { 0 }, order = { 0 };
	const char **able = NULL;
	int count = libssh2_session_supported_algs(ssh->session,
	    LIBSSH2_METHOD_HOSTKEY, &able);
	if (count > 0 &&
	    known_types(&ssh->target.known_hosts, ssh->key_name, &types) == 0 &&
	    buf_add(&types, "", 1) == 0) {
		const char *text = (char *)types.data;
		if (add_algorithms(&order, able, count, text, true) == 0 &&
		    add_algorithms(&order, able, count, text, false) == 0 &&
		    order.length > 0)
			libssh2_session_method_pref(ssh->session,
			    LIBSSH2_METHOD_HOSTKEY, (char *)order.data);
	}
	if (able)
		libssh2_free(ssh->session, able);
	buf_release(&types);
	buf_release(&order);
}

static int shake_hands(struct ssh *ssh, int64_t deadline_ns, struct err *err)
{
	int result = 0;
	ssh->session = libssh2_session_init();
	if (!ssh->session) {
		ssh_disconnect(ssh);
		errno = ENOMEM;
		return err_system(err, "%s", ssh->target.words);
	}
	libssh2_session_set_blocking(ssh->session, 0);
	prefer_known_types(ssh);
	SSH_AWAIT(ssh, deadline_ns, result,
	    libssh2_session_handshake(ssh->session, ssh->conn.watch.fd));
	if (result == 0)
		return 0;
	if (result == LIBSSH2_ERROR_EAGAIN && errno == ETIME &&
	    !libssh2_session_banner_get(ssh->session)) {
		if (ssh->target.proxy)
			return blame_proxy(ssh, "no answer in time", ETIME,
			    err);
		err_set(err,
		    "%s: %s accepts connections but says nothing; is it an SSH "
		    "server, and does it work?",
		    ssh->target.words, ssh->where.text);
		ssh_disconnect(ssh);
		errno = ETIME;
		return -1;
	}
	return ssh_broken(ssh, "no SSH session", err);
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
	return a_ns < b_ns ? a_ns : b_ns;
}

int ssh_connect(struct ssh *ssh, int64_t deadline_ns, struct err *err)
{
	if (ssh->session)
		return 0;
	deadline_ns =
	    earlier(deadline_ns, clock_now_ns() + ssh->connect_timeout_ns);
	if (reach(ssh, deadline_ns, err) != 0 ||
	    shake_hands(ssh, deadline_ns, err) != 0 ||
	    ssh_verify_host(ssh, err) != 0)
		return -1;
	return ssh_log_in(ssh, deadline_ns, err);
}
