/* base58check.h - an automerge document's id: 16 bytes and the first four of
 * their double SHA-256, in Bitcoin's 58 digits; a leading zero byte is a "1".
 */
#ifndef WIRE_BASE58CHECK_H
#define WIRE_BASE58CHECK_H

#include <stddef.h>
#include <stdint.h>

#define DOCUMENT_ID      16
#define DOCUMENT_ID_TEXT 29 /* characters of the longest, with its NUL */

void document_id_write(char text[DOCUMENT_ID_TEXT],
    const uint8_t id[DOCUMENT_ID]);

/* Returns 0, or -1 for anything else: other characters, another length, a
 * wrong checksum. */
int document_id_read(uint8_t id[DOCUMENT_ID], const char *text, size_t length);

#endif
