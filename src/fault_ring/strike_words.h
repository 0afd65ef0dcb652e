/* strike_words.h - what a fault says of itself: to people, in the guide's
 * words, and as events for programs. */
#ifndef FAULT_RING_STRIKE_WORDS_H
#define FAULT_RING_STRIKE_WORDS_H

#include "fault_ring/strike.h"
#include "lib/remote.h"

/* In the order in which they may come; `result` is the answer of the host. */
void words_commanded(struct strike *strike);
void words_confirmed(struct strike *strike, const struct remote_result *result);
void words_unconfirmed(struct strike *strike, const struct err *why);
void words_waiting(struct strike *strike);
void words_healing(struct strike *strike);
void words_unreachable(struct strike *strike, const struct err *why);
void words_healed(struct strike *strike, const struct remote_result *result);
void words_not_healed(struct strike *strike, const struct err *why);
void words_not_disarmed(struct strike *strike, const struct err *why);

/* The wall clock at a moment of the monotonic one. */
int64_t words_unix_ms(int64_t moment_ns);

#endif
