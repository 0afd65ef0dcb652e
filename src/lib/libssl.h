/* libssl.h - OpenSSL, loaded when one of its functions is first called: it
 * takes 2 MB of memory, which nobody shall pay who speaks without TLS. Include
 * it instead of <openssl/...>; the functions listed here are then called as
 * ever. Where OpenSSL is missing the program ends with a message (exit 1). */
#ifndef LIB_LIBSSL_H
#define LIB_LIBSSL_H

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define LIBSSL_FUNCTIONS(X)                                                    \
	X(ERR_clear_error)                                                     \
	X(ERR_get_error)                                                       \
	X(ERR_peek_error)                                                      \
	X(ERR_reason_error_string)                                             \
	X(EVP_DigestFinal_ex)                                                  \
	X(EVP_DigestInit_ex)                                                   \
	X(EVP_DigestUpdate)                                                    \
	X(EVP_MD_CTX_free)                                                     \
	X(EVP_MD_CTX_new)                                                      \
	X(EVP_sha1)                                                            \
	X(EVP_sha256)                                                          \
	X(SHA256)                                                              \
	X(SSL_CTX_ctrl)                                                        \
	X(SSL_CTX_free)                                                        \
	X(SSL_CTX_load_verify_file)                                            \
	X(SSL_CTX_new)                                                         \
	X(SSL_CTX_set_default_verify_paths)                                    \
	X(SSL_CTX_set_verify)                                                  \
	X(SSL_ctrl)                                                            \
	X(SSL_do_handshake)                                                    \
	X(SSL_free)                                                            \
	X(SSL_get0_param)                                                      \
	X(SSL_get_error)                                                       \
	X(SSL_get_verify_mode)                                                 \
	X(SSL_get_verify_result)                                               \
	X(SSL_new)                                                             \
	X(SSL_read)                                                            \
	X(SSL_set1_host)                                                       \
	X(SSL_set_connect_state)                                               \
	X(SSL_set_fd)                                                          \
	X(SSL_write)                                                           \
	X(TLS_client_method)                                                   \
	X(X509_VERIFY_PARAM_set1_ip_asc)                                       \
	X(X509_verify_cert_error_string)

struct libssl {
#define LIBSSL_MEMBER(name) __typeof__(name) *the_##name;
	LIBSSL_FUNCTIONS(LIBSSL_MEMBER)
#undef LIBSSL_MEMBER
};

const struct libssl *libssl(void);

#define ERR_clear_error          libssl()->the_ERR_clear_error
#define ERR_get_error            libssl()->the_ERR_get_error
#define ERR_peek_error           libssl()->the_ERR_peek_error
#define ERR_reason_error_string  libssl()->the_ERR_reason_error_string
#define EVP_DigestFinal_ex       libssl()->the_EVP_DigestFinal_ex
#define EVP_DigestInit_ex        libssl()->the_EVP_DigestInit_ex
#define EVP_DigestUpdate         libssl()->the_EVP_DigestUpdate
#define EVP_MD_CTX_free          libssl()->the_EVP_MD_CTX_free
#define EVP_MD_CTX_new           libssl()->the_EVP_MD_CTX_new
#define EVP_sha1                 libssl()->the_EVP_sha1
#define EVP_sha256               libssl()->the_EVP_sha256
#define SHA256                   libssl()->the_SHA256
#define SSL_CTX_ctrl             libssl()->the_SSL_CTX_ctrl
#define SSL_CTX_free             libssl()->the_SSL_CTX_free
#define SSL_CTX_load_verify_file libssl()->the_SSL_CTX_load_verify_file
#define SSL_CTX_new              libssl()->the_SSL_CTX_new
#define SSL_CTX_set_default_verify_paths                                       \
	libssl()->the_SSL_CTX_set_default_verify_paths
#define SSL_CTX_set_verify    libssl()->the_SSL_CTX_set_verify
#define SSL_ctrl              libssl()->the_SSL_ctrl
#define SSL_do_handshake      libssl()->the_SSL_do_handshake
#define SSL_free              libssl()->the_SSL_free
#define SSL_get0_param        libssl()->the_SSL_get0_param
#define SSL_get_error         libssl()->the_SSL_get_error
#define SSL_get_verify_mode   libssl()->the_SSL_get_verify_mode
#define SSL_get_verify_result libssl()->the_SSL_get_verify_result
#define SSL_new               libssl()->the_SSL_new
#define SSL_read              libssl()->the_SSL_read
#define SSL_set1_host         libssl()->the_SSL_set1_host
#define SSL_set_connect_state libssl()->the_SSL_set_connect_state
#define SSL_set_fd            libssl()->the_SSL_set_fd
#define SSL_write             libssl()->the_SSL_write
#define TLS_client_method     libssl()->the_TLS_client_method
#define X509_VERIFY_PARAM_set1_ip_asc                                          \
	libssl()->the_X509_VERIFY_PARAM_set1_ip_asc
#define X509_verify_cert_error_string                                          \
	libssl()->the_X509_verify_cert_error_string

#endif
