/* ws_settings.h - what the user may say about WebSocket connections. Drivers
 * that hold some put WS_ROWS into their tables, and the struct into their
 * values. */
#ifndef STRESS_CLIENT_WS_SETTINGS_H
#define STRESS_CLIENT_WS_SETTINGS_H

#include "lib/options.h"
#include "stress_client/ws_link.h"

#include <stdbool.h>
#include <stdint.h>

struct ws_settings {
	struct text_list headers;
	char *subprotocol, *cacert;
	bool insecure, reconnect;
	int64_t connect_timeout_ns, reply_timeout_ns;
	int64_t reconnect_min_ns, reconnect_max_ns, session_ns;
	uint64_t message_max;
};

/* `values` is the driver's struct, `in` its member of struct ws_settings. */
#define WS_ROWS(values, in)                                                    \
	OPTION_ROW(values, "header", OPTION_ITEMS, in.headers,                 \
	    .words = "'NAME: VALUE'",                                          \
	    .help = "of every request; once for each; @FILE: the lines of a "  \
	            "file"),                                                   \
	    OPTION_ROW(values, "subprotocol", OPTION_TEXT, in.subprotocol,     \
	        .words = "NAME,...",                                           \
	        .help = "sub-protocols to offer; the server may choose one"),  \
	    OPTION_ROW(values, "cacert", OPTION_TEXT, in.cacert,               \
	        .words = "FILE",                                               \
	        .help = "PEM file with the authorities to trust; default: "    \
	                "the system's"),                                       \
	    OPTION_ROW(values, "insecure", OPTION_FLAG, in.insecure,           \
	        .help = "take any certificate from a server"),                 \
	    OPTION_ROW(values, "connect-timeout", OPTION_TIME,                 \
	        in.connect_timeout_ns, .fallback = "10s", .from = "1ms",       \
	        .to = "1h", .help = "for making a connection"),                \
	    OPTION_ROW(values, "reply-timeout", OPTION_TIME,                   \
	        in.reply_timeout_ns, .fallback = "10s", .from = "1ms",         \
	        .to = "1h",                                                    \
	        .help = "for the answer to a message or ping; then the "       \
	                "connection is made anew"),                            \
	    OPTION_ROW(values, "reconnect", OPTION_FLAG, in.reconnect,         \
	        .fallback = "true",                                            \
	        .help = "make a connection again that was lost"),              \
	    OPTION_ROW(values, "reconnect-min", OPTION_TIME,                   \
	        in.reconnect_min_ns, .fallback = "100ms", .from = "1ms",       \
	        .to = "1h",                                                    \
	        .help = "pause before the first try to connect again; each "   \
	                "further one is twice as long, more or less by half"), \
	    OPTION_ROW(values, "reconnect-max", OPTION_TIME,                   \
	        in.reconnect_max_ns, .fallback = "5s", .from = "1ms",          \
	        .to = "1h", .help = "the longest of these pauses"),            \
	    OPTION_ROW(values, "session-length", OPTION_TIME, in.session_ns,   \
	        .from = "10ms", .to = "720h",                                  \
	        .help = "leave and come again after so long, more or less by " \
	                "a quarter; default: stay for the whole run"),         \
	    OPTION_ROW(values, "message-max", OPTION_BYTES, in.message_max,    \
	        .fallback = "64M", .from = "1", .to = "1G",                    \
	        .help = "a longer message breaks the connection")

/* The servers of a run. {0} is none. */
struct ws_targets {
	struct text_list headers;
	struct ws_target *all;
	double *until; /* sums of the weights up to each */
	size_t count;
	struct tls_setup *tls; /* NULL: none needs it */
};

/* From --url's items "URL" or "URL WEIGHT". Blocks: looks names up. Returns 0,
 * or -1 with `err`. */
int ws_targets_init(struct ws_targets *targets, const struct text_list *urls,
    const struct ws_settings *settings, struct err *err);
void ws_targets_release(struct ws_targets *targets);

/* Where the client with this number belongs: the clients are shared out by
 * weight, evenly. */
const struct ws_target *ws_targets_choose(const struct ws_targets *targets,
    uint64_t number);

#endif
