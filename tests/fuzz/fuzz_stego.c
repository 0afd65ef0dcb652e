/* fuzz_stego.c - the input is a picture's pixels, read in steps that its first
 * byte gives: the steps make no difference, no output passes its bound, and
 * whatever is embedded in those pixels is extracted again. */
#include "wire/stego.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Returns the secret; *length is 0 and `progress` says why if there is none. */
static uint8_t *extract(const uint8_t *rgba, size_t pixels, size_t step,
    enum stego_progress *progress, size_t *length)
{
	struct stego_reader reader = { .pixels = pixels };
	uint8_t *secret = malloc(pixels + 8);

	if (!secret)
		abort();
	*length = 0;
	*progress = STEGO_MORE;
	for (size_t at = 0; at < pixels && *progress == STEGO_MORE;
	     at += step) {
		size_t count = pixels - at < step ? pixels - at : step;
		size_t written = 0;
		uint8_t *out = malloc(count * 3 / 8 + 1);

		if (!out)
			abort();
		*progress =
		    stego_read(&reader, rgba + 4 * at, count, out, &written);
		if (written > count * 3 / 8 + 1)
			abort();
		memcpy(secret + *length, out, written);
		*length += written;
		free(out);
	}
	if (*progress == STEGO_END && *length != reader.length)
		abort();
	return secret;
}

static void read_as_it_is(const uint8_t *rgba, size_t pixels, size_t step)
{
	enum stego_progress whole, parts;
	size_t length, again;
	uint8_t *a = extract(rgba, pixels, pixels, &whole, &length);
	uint8_t *b = extract(rgba, pixels, step, &parts, &again);

	if (whole != parts || length != again || memcmp(a, b, length) != 0)
		abort();
	if (pixels > 0 && whole == STEGO_MORE)
		abort();
	free(a);
	free(b);
}

/* The pixels' own beginning serves as the secret. */
static void embed_and_read(const uint8_t *data, size_t pixels, size_t step)
{
	size_t length = stego_capacity(pixels), got;
	uint8_t *rgba = malloc(4 * pixels + 1), *secret;
	enum stego_progress progress;

	if (!rgba)
		abort();
	memcpy(rgba, data, 4 * pixels);
	length -= length % step < length ? length % step : 0;
	if (stego_pixels(length) <= pixels) {
		stego_embed(rgba, data, length);
		secret = extract(rgba, pixels, step, &progress, &got);
		if (progress != STEGO_END || got != length ||
		    memcmp(secret, data, length) != 0)
			abort();
		for (size_t i = 0; i < 4 * pixels; i++)
			if ((rgba[i] ^ data[i]) & (i % 4 == 3 ? 0xff : 0xfe))
				abort();
		free(secret);
	}
	free(rgba);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t pixels, step;

	if (size < 1)
		return 0;
	pixels = (size - 1) / 4;
	step = 1 + data[0] % 41;
	read_as_it_is(data + 1, pixels, step);
	embed_and_read(data + 1, pixels, step);
	return 0;
}
