/* bench_numarray.c - the number-array codec, in MB/s of raw bytes. */
#include "wire/numarray.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BYTES  (1u << 20)
#define ROUNDS 300
#define CHUNK  65536 /* of text, as a client receives it */

static uint8_t bytes[BYTES], back[BYTES];
static char text[4 * BYTES + 2];

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print(const char *what, double seconds)
{
	printf("numarray %-16s %7.0f MB/s\n", what,
	    (double)BYTES * ROUNDS / 1e6 / seconds);
}

static void encode(void)
{
	double begin = cpu_seconds();

	for (int i = 0; i < ROUNDS; i++)
		(void)numarray_encode(text, bytes, BYTES);
	print("encode", cpu_seconds() - begin);
}

static void decode(const char *what,
    enum numarray_progress (*decoder)(struct numarray_decoder *, const char *,
        size_t *, uint8_t *, size_t *))
{
	size_t length = numarray_text_length(bytes, BYTES);
	double begin = cpu_seconds();

	for (int i = 0; i < ROUNDS; i++) {
		struct numarray_decoder state = { 0 };
		size_t in = 1, out = 0;

		while (in < length) {
			size_t take = length - in < CHUNK ? length - in : CHUNK;
			size_t room = BYTES - out;

			(void)decoder(&state, text + in, &take, back + out,
			    &room);
			in += take;
			out += room;
		}
	}
	print(what, cpu_seconds() - begin);
	if (memcmp(bytes, back, BYTES) != 0)
		abort();
}

int main(void)
{
	uint32_t seed = 1;

	for (size_t i = 0; i < BYTES; i++) {
		seed = seed * 1664525u + 1013904223u;
		bytes[i] = (uint8_t)(seed >> 24);
	}
	encode();
	decode("decode plain", numarray_decode_plain);
	decode(numarray_decoder_name(), numarray_decode);
	return 0;
}
