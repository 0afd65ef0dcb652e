#include "lib/tls.h"

#include "lib/libssl.h"
#include "lib/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>

struct tls_setup {
	SSL_CTX *context;
};

struct tls {
	SSL *ssl;
	uint32_t wants;
};

/* The oldest of OpenSSL's complaints; the others follow from it. */
static const char *complaint(void)
{
	unsigned long error = ERR_get_error();
	const char *reason = error ? ERR_reason_error_string(error) : NULL;
	ERR_clear_error();
	return reason ? reason : "unknown error";
}

static int trust(SSL_CTX *context, const char *cacert, bool insecure,
    struct err *err)
{
	SSL_CTX_set_verify(context,
	    insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
	if (!cacert) {
		SSL_CTX_set_default_verify_paths(context);
		return 0;
	}
	if (SSL_CTX_load_verify_file(context, cacert) != 1)
		return err_set(err, "cannot read certificates from %s: %s",
		    cacert, complaint());
	return 0;
}

struct tls_setup *tls_setup_new(const char *cacert, bool insecure,
    struct err *err)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	if (!context) {
		err_set(err, "cannot set up TLS: %s", complaint());
		return NULL;
	}
	/* A connection that rests gives its buffers back. */
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS |
	                              SSL_MODE_ENABLE_PARTIAL_WRITE |
	                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (!SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) ||
	    trust(context, cacert, insecure, err) < 0) {
		SSL_CTX_free(context);
		return NULL;
	}
	struct tls_setup *setup = mem_new(1, sizeof *setup);
	setup->context = context;
	return setup;
}

void tls_setup_free(struct tls_setup *setup)
{
	if (!setup)
		return;
	SSL_CTX_free(setup->context);
	free(setup);
}

static void block_sigpipe(void)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

/* Whose certificate it must be. An address is none of the names that are sent
 * along for a server to choose by. */
static bool expect(SSL *ssl, const char *host)
{
	uint8_t address[sizeof(struct in6_addr)];
	if (inet_pton(AF_INET, host, address) == 1 ||
	    inet_pton(AF_INET6, host, address) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl),
		           host) == 1;
	/* What SSL_set_tlsext_host_name says, which casts the const away. */
	char *name = mem_text(host);
	bool is_named = SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME,
	                    TLSEXT_NAMETYPE_host_name, name) == 1;
	free(name);
	return is_named && SSL_set1_host(ssl, host) == 1;
}

struct tls *tls_new(struct tls_setup *setup, int fd, const char *host)
{
	SSL *ssl = SSL_new(setup->context);
	if (!ssl || SSL_set_fd(ssl, fd) != 1 || !expect(ssl, host)) {
		SSL_free(ssl);
		errno = ENOMEM;
		return NULL;
	}
	block_sigpipe();
	SSL_set_connect_state(ssl);
	struct tls *tls = mem_new(1, sizeof *tls);
	tls->ssl = ssl;
	return tls;
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	SSL_free(tls->ssl);
	free(tls);
}

uint32_t tls_wants(const struct tls *tls)
{
	return tls->wants;
}

static int protocol_error(const struct tls *tls, struct err *err)
{
	long verdict = SSL_get_verify_result(tls->ssl);
	if (verdict != X509_V_OK &&
	    SSL_get_verify_mode(tls->ssl) != SSL_VERIFY_NONE)
		err_set(err, "the server's certificate is not trusted: %s",
		    X509_verify_cert_error_string(verdict));
	else
		err_set(err, "TLS failed: %s", complaint());
	ERR_clear_error();
	errno = EPROTO;
	return -1;
}

/* Turns OpenSSL's verdict into errno. */
static int failed(struct tls *tls, int result, struct err *err)
{
	int error = errno;
	switch (SSL_get_error(tls->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		tls->wants = EPOLLIN;
		errno = EAGAIN;
		return -1;
	case SSL_ERROR_WANT_WRITE:
		tls->wants = EPOLLOUT;
		errno = EAGAIN;
		return -1;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	case SSL_ERROR_SYSCALL:
		errno = error ? error : ENODATA;
		return -1;
	default:
		break;
	}
	/* A peer that is gone without a word of farewell. */
	if (ERR_GET_REASON(ERR_peek_error()) ==
	    SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		ERR_clear_error();
		errno = ENODATA;
		return -1;
	}
	return protocol_error(tls, err);
}

int tls_handshake(struct tls *tls, struct err *err)
{
	ERR_clear_error();
	errno = 0;
	int result = SSL_do_handshake(tls->ssl);
	if (result == 1)
		return 0;
	if (failed(tls, result, err) == 0)
		errno = ENODATA;
	return -1;
}

static int at_most(size_t size)
{
	return size < INT_MAX ? (int)size : INT_MAX;
}

ssize_t tls_read(struct tls *tls, void *to, size_t size, struct err *err)
{
	ERR_clear_error();
	errno = 0;
	int got = SSL_read(tls->ssl, to, at_most(size));
	return got > 0 ? got : failed(tls, got, err);
}

ssize_t tls_write(struct tls *tls, const void *from, size_t size,
    struct err *err)
{
	ERR_clear_error();
	errno = 0;
	int sent = SSL_write(tls->ssl, from, at_most(size));
	if (sent > 0)
		return sent;
	if (failed(tls, sent, err) == 0)
		errno = ENODATA;
	return -1;
}
