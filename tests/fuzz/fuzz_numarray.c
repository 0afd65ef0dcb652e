/* fuzz_numarray.c - the first byte says where the text is cut and how much room
 * the output has. Both decoders give the same at every cut, and what they
 * accept encodes to something that decodes to the same. */
#include "wire/numarray.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef enum numarray_progress decoder(struct numarray_decoder *, const char *,
    size_t *, uint8_t *, size_t *);

struct outcome {
	enum numarray_progress progress;
	size_t used, length;
	uint8_t *bytes;
};

static struct outcome decode(decoder *function, const char *text, size_t length,
    size_t step, size_t room)
{
	struct outcome outcome = { .bytes = malloc(length + 1) };
	struct numarray_decoder state = { 0 };

	if (!outcome.bytes)
		abort();
	while (outcome.used < length && outcome.progress <= NUMARRAY_OUTPUT) {
		size_t left = length - outcome.used;
		size_t take = left < step ? left : step;
		size_t got = room < left ? room : left;
		char *part = malloc(take); /* so that a read beyond is seen */

		if (!part)
			abort();
		memcpy(part, text + outcome.used, take);
		outcome.progress = function(&state, part, &take,
		    outcome.bytes + outcome.length, &got);
		free(part);
		outcome.used += take;
		outcome.length += got;
	}
	return outcome;
}

static void same(const struct outcome *a, const struct outcome *b)
{
	if (a->progress != b->progress || a->used != b->used ||
	    a->length != b->length ||
	    memcmp(a->bytes, b->bytes, a->length) != 0)
		abort();
}

static void round_trip(const struct outcome *outcome)
{
	char *text = malloc(4 * outcome->length + 2);
	size_t length;
	struct outcome again;

	if (!text)
		abort();
	length = numarray_encode(text, outcome->bytes, outcome->length);
	if (length != numarray_text_length(outcome->bytes, outcome->length))
		abort();
	again = decode(numarray_decode, text + 1, length - 1, length, length);
	if (again.progress != NUMARRAY_END || again.length != outcome->length ||
	    memcmp(again.bytes, outcome->bytes, again.length) != 0)
		abort();
	free(again.bytes);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct outcome whole, parts, plain;
	size_t step, room;

	if (size < 2)
		return 0;
	step = 1 + data[0] % 97;
	room = 1 + data[0] / 2;
	whole = decode(numarray_decode, text, size - 1, size, size);
	parts = decode(numarray_decode, text, size - 1, step, room);
	plain = decode(numarray_decode_plain, text, size - 1, size, size);
	same(&whole, &parts);
	same(&whole, &plain);
	if (whole.progress == NUMARRAY_END)
		round_trip(&whole);
	free(whole.bytes);
	free(parts.bytes);
	free(plain.bytes);
	return 0;
}
