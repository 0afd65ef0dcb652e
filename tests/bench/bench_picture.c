/* bench_picture.c - what an embedding server and a checking client do with one
 * picture, in ms of CPU: decode the carrier, embed and encode; read row by row
 * and extract. */
#include "wire/picture.h"
#include "wire/stego.h"

#include "../unit/wire/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A soft gradient, as a carrier that the server makes itself. */
static void paint(struct picture *picture, size_t secret_length)
{
	uint64_t pixels = stego_pixels(secret_length);

	picture->width = 512;
	while ((uint64_t)picture->width * picture->width < pixels)
		picture->width += 64;
	picture->height =
	    (uint32_t)((pixels + picture->width - 1) / picture->width);
	picture->rgba = malloc((size_t)picture->width * picture->height * 4);
	if (!picture->rgba)
		abort();
	for (size_t y = 0; y < picture->height; y++) {
		for (size_t x = 0; x < picture->width; x++) {
			uint8_t *at =
			    picture->rgba + 4 * (y * picture->width + x);

			at[0] = (uint8_t)(x / 4);
			at[1] = (uint8_t)(y / 4);
			at[2] = (uint8_t)((x + y) / 8);
			at[3] = 255;
		}
	}
}

static void extract(const struct buf *file, uint8_t *out, size_t length)
{
	struct source source = { file->data, file->length };
	struct picture_reader reader;
	struct stego_reader stego = { 0 };
	size_t got = 0;
	uint8_t *row;

	if (picture_reader_open(&reader, read_source, &source) < 0)
		abort();
	stego.pixels = (uint64_t)reader.width * reader.height;
	row = malloc((size_t)reader.width * 4);
	while (picture_reader_row(&reader, row) > 0) {
		size_t written;

		(void)stego_read(&stego, row, reader.width, out + got,
		    &written);
		got += written;
	}
	if (got != length)
		abort();
	free(row);
	picture_reader_close(&reader);
}

static void run(size_t length, int rounds)
{
	uint8_t *secret = malloc(length), *out = malloc(length);
	struct picture picture;
	struct buf file = { 0 };
	struct err err;
	double embed = 0, encode = 0, read = 0, begin;
	uint32_t seed = 1;

	if (!secret || !out)
		abort();
	for (size_t i = 0; i < length; i++) {
		seed = seed * 1664525u + 1013904223u;
		secret[i] = (uint8_t)(seed >> 24);
	}
	paint(&picture, length);
	for (int i = 0; i < rounds; i++) {
		file.length = 0;
		begin = cpu_ms();
		stego_embed(picture.rgba, secret, length);
		embed += cpu_ms() - begin;
		begin = cpu_ms();
		if (picture_encode(&file, &picture, &err) < 0)
			abort();
		encode += cpu_ms() - begin;
		begin = cpu_ms();
		extract(&file, out, length);
		read += cpu_ms() - begin;
		if (memcmp(secret, out, length) != 0)
			abort();
	}
	printf("picture %8zu bytes in %u x %u: embed %.2f ms, encode %.2f ms "
	       "(%zu bytes), read and extract %.2f ms\n",
	    length, (unsigned)picture.width, (unsigned)picture.height,
	    embed / rounds, encode / rounds, file.length, read / rounds);
	picture_release(&picture);
	buf_release(&file);
	free(secret);
	free(out);
}

int main(void)
{
	run(37000, 50);
	run(100000, 30);
	run(1000000, 5);
	run(5000000, 3);
	return 0;
}
