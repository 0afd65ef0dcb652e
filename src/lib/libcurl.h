/* libcurl.h - libcurl, loaded when one of its functions is first called: it
 * brings thirty libraries, 6 MB of memory and 4 ms of start that nobody shall
 * pay who does not use it. Include it instead of <curl/curl.h>, whose functions
 * are then called as ever. Where libcurl is missing the program ends with a
 * message (exit 1), as it does where memory is. */
#ifndef LIB_LIBCURL_H
#define LIB_LIBCURL_H

/* Its checks of types are macros of the same names. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#define LIBCURL_FUNCTIONS(X)                                                   \
	X(easy_cleanup)                                                        \
	X(easy_getinfo)                                                        \
	X(easy_init)                                                           \
	X(easy_setopt)                                                         \
	X(easy_strerror)                                                       \
	X(free)                                                                \
	X(global_init)                                                         \
	X(multi_add_handle)                                                    \
	X(multi_assign)                                                        \
	X(multi_cleanup)                                                       \
	X(multi_info_read)                                                     \
	X(multi_init)                                                          \
	X(multi_remove_handle)                                                 \
	X(multi_setopt)                                                        \
	X(multi_socket_action)                                                 \
	X(share_cleanup)                                                       \
	X(share_init)                                                          \
	X(share_setopt)                                                        \
	X(slist_append)                                                        \
	X(slist_free_all)                                                      \
	X(url)                                                                 \
	X(url_cleanup)                                                         \
	X(url_get)                                                             \
	X(url_set)                                                             \
	X(url_strerror)                                                        \
	X(version_info)

struct libcurl {
#define LIBCURL_MEMBER(name) __typeof__(curl_##name) *name;
	LIBCURL_FUNCTIONS(LIBCURL_MEMBER)
#undef LIBCURL_MEMBER
};

const struct libcurl *libcurl(void);

/* The header counts their arguments with macros of its own. */
#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt
#undef curl_share_setopt

#define curl_easy_cleanup        libcurl()->easy_cleanup
#define curl_easy_getinfo        libcurl()->easy_getinfo
#define curl_easy_init           libcurl()->easy_init
#define curl_easy_setopt         libcurl()->easy_setopt
#define curl_easy_strerror       libcurl()->easy_strerror
#define curl_free                libcurl()->free
#define curl_global_init         libcurl()->global_init
#define curl_multi_add_handle    libcurl()->multi_add_handle
#define curl_multi_assign        libcurl()->multi_assign
#define curl_multi_cleanup       libcurl()->multi_cleanup
#define curl_multi_info_read     libcurl()->multi_info_read
#define curl_multi_init          libcurl()->multi_init
#define curl_multi_remove_handle libcurl()->multi_remove_handle
#define curl_multi_setopt        libcurl()->multi_setopt
#define curl_multi_socket_action libcurl()->multi_socket_action
#define curl_share_cleanup       libcurl()->share_cleanup
#define curl_share_init          libcurl()->share_init
#define curl_share_setopt        libcurl()->share_setopt
#define curl_slist_append        libcurl()->slist_append
#define curl_slist_free_all      libcurl()->slist_free_all
#define curl_url                 libcurl()->url
#define curl_url_cleanup         libcurl()->url_cleanup
#define curl_url_get             libcurl()->url_get
#define curl_url_set             libcurl()->url_set
#define curl_url_strerror        libcurl()->url_strerror
#define curl_version_info        libcurl()->version_info

#endif
