/* infile.h - the whole of a file. */
#ifndef LIB_INFILE_H
#define LIB_INFILE_H

#include "lib/buf.h"

/* Appends a file to `buf`. Returns 0, or -1 with errno: EMSGSIZE when it would
 * pass the ceiling, ENOMEM, or what the system says of the file (EISDIR for a
 * folder). */
int infile_read(struct buf *buf, const char *path);

#endif
