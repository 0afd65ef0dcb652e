/* numarray.h - bytes as a JSON array of numbers: [255,0,17].
 *
 * Half of what a CloudP2P client costs, so both ways are fast: encoding by a
 * table, decoding by the vector instructions that the processor has (chosen at
 * run time) or in plain C. Strict: what serde_json refuses is refused. */
#ifndef WIRE_NUMARRAY_H
#define WIRE_NUMARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the text with its brackets. */
size_t numarray_text_length(const uint8_t *bytes, size_t length);

/* Writes that text; returns its length. `out` has room for 4 * length + 2. */
size_t numarray_encode(char *out, const uint8_t *bytes, size_t length);

/* The elements of an array as they arrive, from behind its '['. {0} begins. */
struct numarray_decoder {
	unsigned value, digits; /* of a number cut short by the input's end */
	unsigned state;
};

enum numarray_progress {
	NUMARRAY_MORE,   /* input used up */
	NUMARRAY_OUTPUT, /* output full */
	NUMARRAY_END,    /* the ']' was taken */
	NUMARRAY_BAD,    /* not an array of 0..255 */
};

/* Uses up to *in_length bytes, writes up to *out_length; leaves in both how
 * many. White space between the elements is taken. */
enum numarray_progress numarray_decode(struct numarray_decoder *decoder,
    const char *in, size_t *in_length, uint8_t *out, size_t *out_length);

/* The same in plain C, for processors without vectors and for comparison. */
enum numarray_progress numarray_decode_plain(struct numarray_decoder *decoder,
    const char *in, size_t *in_length, uint8_t *out, size_t *out_length);

/* Which decoder numarray_decode uses: "avx2", "plain", ... */
const char *numarray_decoder_name(void);

#endif
