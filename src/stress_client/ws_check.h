/* ws_check.h - --check of WebSocket servers: connects to each once, and pings
 * it. */
#ifndef STRESS_CLIENT_WS_CHECK_H
#define STRESS_CLIENT_WS_CHECK_H

#include "stress_client/ws_settings.h"

/* Prints what was found to stdout. The return value is the program's exit
 * code. */
int ws_check(const struct ws_targets *targets,
    const struct ws_settings *settings);

#endif
