#include "wire/stego.h"

#include "wire/bytes.h"

#include <assert.h>

/* Three bytes of payload are the low bits of eight pixels, 24 channels. That
 * group goes two pixels at a time: the six low bits of eight RGBA bytes. */
#define GROUP_BITS   24
#define GROUP_PIXELS 8
#define GROUP_BYTES  3
#define PIXEL_BYTES  4
#define LENGTH_BITS  32
#define LOW_BITS     UINT64_C(0x0001010100010101) /* of R, G, B, twice */

size_t stego_capacity(uint64_t pixels)
{
	uint64_t bytes = pixels / 8 * 3 + pixels % 8 * 3 / 8;

	if (bytes <= 4)
		return 0;
	return bytes - 4 > UINT32_MAX ? UINT32_MAX : (size_t)(bytes - 4);
}

uint64_t stego_pixels(size_t length)
{
	return (8 * (4 + (uint64_t)length) + 2) / 3;
}

uint8_t stego_lost_bits(size_t length)
{
	static const uint8_t lost[3] = { 0x03, 0x01, 0x00 };

	return lost[length % 3];
}

/* Bit 5 of `six` to the first R, bit 0 to the second B: each factor moves one
 * bit to its place (eight too high), and no two products meet. */
static uint64_t spread(uint64_t six)
{
	const uint64_t factors = UINT64_C(1) << 3 | UINT64_C(1) << 12 |
	                         UINT64_C(1) << 21 | UINT64_C(1) << 38 |
	                         UINT64_C(1) << 47 | UINT64_C(1) << 56;

	return six * factors >> 8 & LOW_BITS;
}

/* The way back: six bits meet in the highest byte, every other product falls
 * below or out of it. */
static uint32_t gather(uint64_t two_pixels)
{
	const uint64_t factors = UINT64_C(1) << 61 | UINT64_C(1) << 52 |
	                         UINT64_C(1) << 43 | UINT64_C(1) << 26 |
	                         UINT64_C(1) << 17 | UINT64_C(1) << 8;

	return (uint32_t)((two_pixels & LOW_BITS) * factors >> 56 & 0x3f);
}

static void embed_group(uint8_t *rgba, const uint8_t bytes[GROUP_BYTES])
{
	uint32_t group =
	    (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];

	for (int i = 0; i < GROUP_PIXELS / 2; i++) {
		uint8_t *at = rgba + 2 * PIXEL_BYTES * i;
		uint64_t kept = bytes_load(at) & ~LOW_BITS;

		bytes_store(at, kept | spread(group >> (18 - 6 * i) & 0x3f));
	}
}

static void embed_byte(uint8_t *rgba, uint64_t bit, uint8_t byte)
{
	for (int i = 7; i >= 0; i--, bit++) {
		uint8_t *channel = rgba + bit / 3 * PIXEL_BYTES + bit % 3;

		*channel = (uint8_t)((*channel & 0xfe) | (byte >> i & 1));
	}
}

/* Puts the bytes behind the first `bit` bits of the payload. */
static void embed(uint8_t *rgba, uint64_t bit, const uint8_t *bytes,
    size_t count)
{
	while (count > 0) {
		size_t step = 1;

		if (bit % GROUP_BITS == 0 && count >= GROUP_BYTES) {
			embed_group(rgba + bit / 3 * PIXEL_BYTES, bytes);
			step = GROUP_BYTES;
		} else {
			embed_byte(rgba, bit, *bytes);
		}
		bytes += step;
		count -= step;
		bit += 8 * step;
	}
}

void stego_embed(uint8_t *rgba, const uint8_t *secret, size_t length)
{
	const uint8_t head[4] = { (uint8_t)(length >> 24),
		(uint8_t)(length >> 16), (uint8_t)(length >> 8),
		(uint8_t)length };

	assert(length <= UINT32_MAX);
	embed(rgba, 0, head, sizeof(head));
	embed(rgba, LENGTH_BITS, secret, length);
}

static uint64_t end_bit(const struct stego_reader *reader)
{
	return LENGTH_BITS + 8 * (uint64_t)reader->length;
}

/* As many whole groups as there are pixels and secret for; returns how many
 * pixels that were. */
static size_t read_groups(struct stego_reader *reader, const uint8_t *rgba,
    size_t count, uint8_t *out)
{
	uint64_t groups = (end_bit(reader) - reader->bits) / GROUP_BITS;

	if (groups > count / GROUP_PIXELS)
		groups = count / GROUP_PIXELS;
	for (uint64_t g = 0; g < groups; g++) {
		uint32_t bits = 0;

		for (int i = 0; i < GROUP_PIXELS / 2; i++) {
			bits = bits << 6 | gather(bytes_load(rgba));
			rgba += 2 * PIXEL_BYTES;
		}
		*out++ = (uint8_t)(bits >> 16);
		*out++ = (uint8_t)(bits >> 8);
		*out++ = (uint8_t)bits;
	}
	reader->bits += groups * GROUP_BITS;
	return (size_t)groups * GROUP_PIXELS;
}

/* One bit; returns whether it completed a byte of the secret. */
static bool read_bit(struct stego_reader *reader, uint8_t bit)
{
	uint64_t at = reader->bits++;

	if (at < LENGTH_BITS) {
		reader->length = reader->length << 1 | bit;
		return false;
	}
	reader->partial = (uint8_t)(reader->partial << 1 | bit);
	return at % 8 == 7;
}

static enum stego_progress progress(const struct stego_reader *reader)
{
	if (3 * reader->pixels < LENGTH_BITS)
		return STEGO_BAD;
	if (reader->bits < LENGTH_BITS)
		return STEGO_MORE;
	if (reader->length > stego_capacity(reader->pixels))
		return STEGO_BAD;
	return reader->bits < end_bit(reader) ? STEGO_MORE : STEGO_END;
}

enum stego_progress stego_read(struct stego_reader *reader, const uint8_t *rgba,
    size_t count, uint8_t *out, size_t *written)
{
	uint8_t *begin = out;

	while (count > 0 && progress(reader) == STEGO_MORE) {
		size_t step = 1;

		if (reader->bits > LENGTH_BITS &&
		    reader->bits % GROUP_BITS == 0 && count >= GROUP_PIXELS &&
		    end_bit(reader) - reader->bits >= GROUP_BITS) {
			step = read_groups(reader, rgba, count, out);
			out += step / GROUP_PIXELS * GROUP_BYTES;
		} else {
			for (int i = 0; i < 3; i++)
				if (progress(reader) == STEGO_MORE &&
				    read_bit(reader, rgba[i] & 1))
					*out++ = reader->partial;
		}
		rgba += step * PIXEL_BYTES;
		count -= step;
	}
	*written = (size_t)(out - begin);
	return progress(reader);
}
