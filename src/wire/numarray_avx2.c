#include "wire/numarray_block.h"

#if NUMARRAY_HAS_AVX2

#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

/* A step looks at 64 bytes of text and decodes the numbers that end in them.
 * It reads each from where it begins, four bytes, so a little further. */
#define STEP     64
#define READ     (STEP + 4)
#define NUMBERS  (STEP / 2)
#define FUNCTION __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))
#define INLINE   FUNCTION static inline

/* A bit for every byte of a step: those that are `c`, or above it. */
struct text {
	__m256i low, high;
};

INLINE uint64_t mask(__m256i low, __m256i high)
{
	return (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32 |
	       (uint32_t)_mm256_movemask_epi8(low);
}

INLINE uint64_t equal(struct text text, char c)
{
	__m256i all = _mm256_set1_epi8(c);

	return mask(_mm256_cmpeq_epi8(text.low, all),
	    _mm256_cmpeq_epi8(text.high, all));
}

INLINE uint64_t above(struct text text, char c)
{
	__m256i all = _mm256_set1_epi8(c);

	return mask(_mm256_cmpgt_epi8(text.low, all),
	    _mm256_cmpgt_epi8(text.high, all));
}

/* Whether there is nothing but single commas and numbers of one to three
 * digits, none with a leading zero, none above 255. */
INLINE bool is_plain(struct text text, uint64_t comma)
{
	uint64_t digit = above(text, '0' - 1) & ~above(text, '9');
	uint64_t begin = comma << 1 | 1;
	uint64_t empty = comma & begin;
	uint64_t leading = equal(text, '0') & begin & digit >> 1;
	uint64_t three = digit & digit >> 1 & digit >> 2;
	uint64_t four = three & digit >> 3;
	uint64_t over5 = above(text, '5');
	uint64_t over55 = over5 >> 1 | (equal(text, '5') >> 1 & over5 >> 2);
	uint64_t over255 =
	    begin & three & (above(text, '2') | (equal(text, '2') & over55));

	return (empty | leading | four | over255 | ~(comma | digit)) == 0;
}

/* The numbers that end at the commas. */
INLINE void numbers(const char *in, uint64_t comma, uint8_t *out)
{
	unsigned begin = 0;

	while (comma != 0) {
		unsigned end = (unsigned)_tzcnt_u64(comma);
		uint32_t digits;

		/* The last digit in the highest byte; a missing one is 0. */
		memcpy(&digits, in + begin, sizeof(digits));
		digits = digits << (8 * (4 - (end - begin))) & 0x0f0f0f00;
		/* The sum of the products meets in that byte. */
		*out++ = (uint8_t)(digits * (100 << 16 | 10 << 8 | 1) >> 24);
		begin = end + 1;
		comma = _blsr_u64(comma);
	}
}

FUNCTION void numarray_block_avx2(struct numarray_cursor *cursor)
{
	while (cursor->in_end - cursor->in >= READ &&
	       cursor->out_end - cursor->out >= NUMBERS) {
		const __m256i *in = (const __m256i *)(const void *)cursor->in;
		struct text text = { _mm256_loadu_si256(in),
			_mm256_loadu_si256(in + 1) };
		uint64_t comma = equal(text, ',');

		if (!is_plain(text, comma))
			break;
		numbers(cursor->in, comma, cursor->out);
		cursor->in += STEP - (unsigned)_lzcnt_u64(comma);
		cursor->out += _mm_popcnt_u64(comma);
	}
	numarray_block_plain(cursor);
}

#else
int numarray_avx2_unused(void); /* a file must not be empty */
#endif
