#include "wire/picture.h"
#include "wire/picture_limits.h"

#include <spng.h>

#include <stdlib.h>

struct state {
	spng_ctx *png;
	int (*read)(void *context, void *to, size_t length);
	void *context;
	size_t row_bytes;
	enum { ROWS, LAST, BROKEN } position;
};

static int read_on(spng_ctx *png, void *user, void *to, size_t length)
{
	struct state *state = user;

	(void)png;
	return state->read(state->context, to, length) < 0 ? SPNG_IO_EOF : 0;
}

static int begin(struct state *state, struct spng_ihdr *header)
{
	if (spng_set_chunk_limits(state->png, PICTURE_CHUNK_MAX,
	        PICTURE_CHUNK_MAX) ||
	    spng_set_png_stream(state->png, read_on, state) ||
	    spng_get_ihdr(state->png, header))
		return -1;
	if (header->width > PICTURE_SIDE_MAX ||
	    header->height > PICTURE_SIDE_MAX ||
	    (uint64_t)header->width * header->height * 4 > PICTURE_BYTES_MAX ||
	    header->interlace_method != SPNG_INTERLACE_NONE)
		return -1;
	return spng_decode_image(state->png, NULL, 0, SPNG_FMT_RGBA8,
	           SPNG_DECODE_TRNS | SPNG_DECODE_PROGRESSIVE)
	           ? -1
	           : 0;
}

int picture_reader_open(struct picture_reader *reader,
    int (*read)(void *context, void *to, size_t length), void *context)
{
	struct state *state = calloc(1, sizeof(*state));
	struct spng_ihdr header;

	*reader = (struct picture_reader){ .state = state };
	if (!state)
		return -1;
	state->read = read;
	state->context = context;
	/* The chunks' CRCs guard the same bytes as zlib's own sum. */
	state->png = spng_ctx_new(SPNG_CTX_IGNORE_ADLER32);
	if (!state->png || begin(state, &header) < 0) {
		picture_reader_close(reader);
		return -1;
	}
	reader->width = header.width;
	reader->height = header.height;
	state->row_bytes = (size_t)header.width * 4;
	return 0;
}

int picture_reader_row(struct picture_reader *reader, uint8_t *rgba)
{
	struct state *state = reader->state;
	int fault;

	if (state->position == LAST) {
		/* What follows the pixels is checked too. */
		if (spng_decode_chunks(state->png) == 0)
			return 0;
		state->position = BROKEN;
	}
	if (state->position == BROKEN)
		return -1;
	fault = spng_decode_row(state->png, rgba, state->row_bytes);
	if (fault == 0)
		return 1;
	state->position = fault == SPNG_EOI ? LAST : BROKEN;
	return fault == SPNG_EOI ? 1 : -1;
}

void picture_reader_close(struct picture_reader *reader)
{
	struct state *state = reader->state;

	if (state)
		spng_ctx_free(state->png);
	free(state);
	*reader = (struct picture_reader){ 0 };
}
