#include "wire/numarray.h"

#include "wire/bytes.h"
#include "wire/numarray_block.h"

#include <string.h>

/* The text of every byte with the comma behind it, in four bytes. */
#define T1(n)                                                                  \
	{                                                                      \
		'0' + (n), ','                                                 \
	}
#define T2(n)                                                                  \
	{                                                                      \
		'0' + (n) / 10, '0' + (n) % 10, ','                            \
	}
#define T3(n)                                                                  \
	{                                                                      \
		'0' + (n) / 100, '0' + (n) / 10 % 10, '0' + (n) % 10, ','      \
	}
#define TEN(T, n)                                                              \
	T(n), T((n) + 1), T((n) + 2), T((n) + 3), T((n) + 4), T((n) + 5),      \
	    T((n) + 6), T((n) + 7), T((n) + 8), T((n) + 9)
#define FIFTY(T, n)                                                            \
	TEN(T, n), TEN(T, (n) + 10), TEN(T, (n) + 20), TEN(T, (n) + 30),       \
	    TEN(T, (n) + 40)
static const char text_of[256][4] = { TEN(T1, 0), TEN(T2, 10), TEN(T2, 20),
	TEN(T2, 30), TEN(T2, 40), FIFTY(T2, 50), FIFTY(T3, 100), FIFTY(T3, 150),
	FIFTY(T3, 200), T3(250), T3(251), T3(252), T3(253), T3(254), T3(255) };

/* A look-up, because a sum of comparisons would be on the critical path. */
#define L1(n) 2
#define L2(n) 3
#define L3(n) 4
static const uint8_t length_of[256] = { TEN(L1, 0), TEN(L2, 10), TEN(L2, 20),
	TEN(L2, 30), TEN(L2, 40), FIFTY(L2, 50), FIFTY(L3, 100), FIFTY(L3, 150),
	FIFTY(L3, 200), 4, 4, 4, 4, 4, 4 };

size_t numarray_text_length(const uint8_t *bytes, size_t length)
{
	size_t sum = 1 + (length == 0); /* the last comma is the ']' */

	for (size_t i = 0; i < length; i++)
		sum += length_of[bytes[i]];
	return sum;
}

size_t numarray_encode(char *out, const uint8_t *bytes, size_t length)
{
	char *at = out;
	size_t i = 0;

	*at++ = '[';
	for (; length - i >= 8; i += 8) {
		/* Loaded once: the stores might otherwise have changed them. */
		uint64_t eight = bytes_load(bytes + i);

		for (int j = 0; j < 8; j++, eight >>= 8) {
			memcpy(at, text_of[eight & 0xff], 4);
			at += length_of[eight & 0xff];
		}
	}
	for (; i < length; i++) {
		memcpy(at, text_of[bytes[i]], 4);
		at += length_of[bytes[i]];
	}
	if (length > 0)
		at--;
	*at++ = ']';
	return (size_t)(at - out);
}

enum state {
	BEGIN,  /* behind the '[': a number or the end */
	NUMBER, /* within a number */
	BEHIND, /* white space behind a number: a comma or the end */
	COMMA,  /* behind a comma: a number */
	END,
};

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool take_digit(struct numarray_decoder *decoder, char c)
{
	unsigned digit = (unsigned)c - '0';

	if (decoder->state == BEHIND || digit > 9)
		return false;
	if (decoder->state != NUMBER) {
		decoder->state = NUMBER;
		decoder->value = decoder->digits = 0;
	}
	/* "00" and "01" are no numbers. */
	if (decoder->digits++ > 0 && decoder->value == 0)
		return false;
	decoder->value = decoder->value * 10 + digit;
	return decoder->value <= 255;
}

/* One byte of text that is neither digit nor white space before a number. */
static enum numarray_progress take_separator(struct numarray_decoder *decoder,
    char c)
{
	bool number = decoder->state == NUMBER || decoder->state == BEHIND;

	if (c == ']' && (number || decoder->state == BEGIN))
		decoder->state = END;
	else if (c == ',' && number)
		decoder->state = COMMA;
	else if (is_space(c))
		decoder->state = number ? BEHIND : decoder->state;
	else
		return NUMARRAY_BAD;
	return decoder->state == END ? NUMARRAY_END : NUMARRAY_MORE;
}

/* One byte of text. NUMARRAY_MORE: taken. NUMARRAY_OUTPUT: not taken. */
static enum numarray_progress take(struct numarray_decoder *decoder,
    struct numarray_cursor *cursor)
{
	char c = *cursor->in;
	bool ends =
	    decoder->state == NUMBER && (c == ',' || c == ']' || is_space(c));

	if (ends && cursor->out == cursor->out_end)
		return NUMARRAY_OUTPUT;
	if (ends)
		*cursor->out++ = (uint8_t)decoder->value;
	cursor->in++;
	if (c >= '0' && c <= '9')
		return take_digit(decoder, c) ? NUMARRAY_MORE : NUMARRAY_BAD;
	return take_separator(decoder, c);
}

static enum numarray_progress decode(struct numarray_decoder *decoder,
    const char *in, size_t *in_length, uint8_t *out, size_t *out_length,
    void (*block)(struct numarray_cursor *))
{
	struct numarray_cursor cursor = { in, in + *in_length, out,
		out + *out_length };
	enum numarray_progress progress = NUMARRAY_MORE;

	if (decoder->state == END)
		progress = NUMARRAY_END;
	while (progress == NUMARRAY_MORE && cursor.in < cursor.in_end) {
		if (decoder->state == BEGIN || decoder->state == COMMA) {
			block(&cursor);
			if (cursor.in > in && cursor.in[-1] == ',')
				decoder->state = COMMA;
		}
		if (cursor.in < cursor.in_end)
			progress = take(decoder, &cursor);
	}
	*in_length = (size_t)(cursor.in - in);
	*out_length = (size_t)(cursor.out - out);
	return progress;
}

enum numarray_progress numarray_decode_plain(struct numarray_decoder *decoder,
    const char *in, size_t *in_length, uint8_t *out, size_t *out_length)
{
	return decode(decoder, in, in_length, out, out_length,
	    numarray_block_plain);
}

/* What has AVX2 and BMI2 has lzcnt too, which clang 14 cannot ask for. */
static bool has_avx2(void)
{
#if NUMARRAY_HAS_AVX2
	return __builtin_cpu_supports("avx2") &&
	       __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("bmi2") &&
	       __builtin_cpu_supports("popcnt");
#else
	return false;
#endif
}

enum numarray_progress numarray_decode(struct numarray_decoder *decoder,
    const char *in, size_t *in_length, uint8_t *out, size_t *out_length)
{
#if NUMARRAY_HAS_AVX2
	if (has_avx2())
		return decode(decoder, in, in_length, out, out_length,
		    numarray_block_avx2);
#endif
	return numarray_decode_plain(decoder, in, in_length, out, out_length);
}

const char *numarray_decoder_name(void)
{
	return has_avx2() ? "avx2" : "plain";
}
