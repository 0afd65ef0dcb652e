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

#define WS_ROW(flag, kind, values, member, ...)                                \
	{                                                                      \
		.name = flag, .type = kind,                                    \
		.offset = offsetof(values, member), __VA_ARGS__                \
	}

/* `values` is the driver's struct, `in` its member of struct ws_settings. */
#define WS_ROWS(values, in)                                                    \
	WS_ROW("header", OPTION_ITEMS, values, in.headers,                     \
	    .words = "'NAME: VALUE'",                                          \
	    .help = "of every request; once for each; @FILE: the lines of a "  \
	            "file"),                                                   \
	    WS_ROW("subprotocol", OPTION_TEXT, values, in.subprotocol,         \
	        .words = "NAME,...",                                           \
	        .help = "sub-protocols to offer; the server may choose one"),  \
	    WS_ROW("cacert", OPTION_TEXT, values, in.cacert, .words = "FILE",  \
	        .help = "PEM file with the authorities to trust; default: "    \
	                "the system's"),                                       \
	    WS_ROW("insecure", OPTION_FLAG, values, in.insecure,               \
	        .help = "take any certificate from a server"),                 \
	    WS_ROW("connect-timeout", OPTION_TIME, values,                     \
	        in.connect_timeout_ns, .fallback = "10s", .from = "1ms",       \
	        .to = "1h", .help = "for making a connection"),                \
	    WS_ROW("reply-timeout", OPTION_TIME, values, in.reply_timeout_ns,  \
	        .fallback = "10s", .from = "1ms", .to = "1h",                  \
	        .help = "for the answer to a message or ping; then the "       \
	                "connection is made anew"),                            \
	    WS_ROW("reconnect", OPTION_FLAG, values, in.reconnect,             \
	        .fallback = "true",                                            \
	        .help = "make a connection again that was lost"),              \
	    WS_ROW("reconnect-min", OPTION_TIME, values, in.reconnect_min_ns,  \
	        .fallback = "100ms", .from = "1ms", .to = "1h",                \
	        .help = "pause before the first try to connect again; each "   \
	                "further one is twice as long, more or less by half"), \
	    WS_ROW("reconnect-max", OPTION_TIME, values, in.reconnect_max_ns,  \
	        .fallback = "5s", .from = "1ms", .to = "1h",                   \
	        .help = "the longest of these pauses"),                        \
	    WS_ROW("session-length", OPTION_TIME, values, in.session_ns,       \
	        .from = "10ms", .to = "720h",                                  \
	        .help = "leave and come again after so long, more or less by " \
	                "a quarter; default: stay for the whole run"),         \
	    WS_ROW("message-max", OPTION_BYTES, values, in.message_max,        \
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
