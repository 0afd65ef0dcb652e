/* task.h - the work itself: a secret comes, a picture with it in goes. */
#ifndef RING_SERVER_TASK_H
#define RING_SERVER_TASK_H

#include "ring_server/connection.h"

/* Does a TaskRequest whose secret is in the connection's frames, on a worker
 * thread, and answers it. Returns 0, or -1 when the answer could not be sent.
 */
int task_serve(struct connection *connection,
    const struct cloudp2p_message *request);

#endif
