/* message.h - what a web hook such as Slack's takes. */
#ifndef NOTIFY_MESSAGE_H
#define NOTIFY_MESSAGE_H

#include "lib/buf.h"

#define MESSAGE_BYTES_MAX 30000 /* Slack cuts off at 40,000 characters */

/* Appends {"text": ...} to `out`. A longer text is cut, and says so; what is
 * not UTF-8 becomes question marks. The end of `text` may be changed. Returns
 * 0, or -1 as buf_add. */
int message_json(struct buf *out, struct buf *text);

#endif
