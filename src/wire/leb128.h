/* leb128.h - whole numbers in seven bits a byte, the lowest first (DWARF 5,
 * section 7.6). Signed ones end in a byte whose bit 6 is the sign. */
#ifndef WIRE_LEB128_H
#define WIRE_LEB128_H

#include "wire/span.h"

#include <stddef.h>
#include <stdint.h>

#define LEB128_MAX 10 /* bytes of the longest */

/* Write to `out`, which has room for LEB128_MAX bytes; return how many. */
size_t leb128_write(uint8_t *out, uint64_t value);
size_t leb128_write_signed(uint8_t *out, int64_t value);

/* Read from the front. Return 0, or -1 when it is cut short or does not fit;
 * longer than needed is accepted. */
int leb128_read(struct span *from, uint64_t *value);
int leb128_read_signed(struct span *from, int64_t *value);

#endif
