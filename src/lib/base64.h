/* base64.h - bytes as text: RFC 4648 section 4, padded, on one line. */
#ifndef LIB_BASE64_H
#define LIB_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* Characters for `length` bytes, without a NUL. */
size_t base64_length(size_t length);

/* Writes them and a NUL to `out`: base64_length() + 1 characters. */
void base64_encode(char *out, const uint8_t *bytes, size_t length);

/* Reads `length` characters into `out`, which has room for length / 4 * 3
 * bytes. Returns 0, or -1 for what an encoder does not write: other characters,
 * no padding, bits left over. */
int base64_decode(uint8_t *out, size_t *out_length, const char *text,
    size_t length);

#endif
