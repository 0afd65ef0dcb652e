/* fuzz_picture.c - a file that may be a picture, read whole and row by row. The
 * rows are those of the whole, and a picture survives being encoded. A PNG gets
 * the right checksums first, or hardly any would get beyond them. */
#include "wire/picture.h"

#include "../unit/wire/source.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define PIXELS_MAX (1u << 20) /* larger ones are only slow */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* 0: all rows read, and alike where `whole` has pixels; -1: refused. */
static int read_rows(const uint8_t *data, size_t size,
    const struct picture *whole)
{
	struct source source = { data, size };
	struct picture_reader reader;
	uint8_t *row = NULL;
	int more = -1;

	if (picture_reader_open(&reader, read_source, &source) < 0)
		return -1;
	if ((uint64_t)reader.width * reader.height <= PIXELS_MAX) {
		size_t bytes = (size_t)reader.width * 4, y = 0;

		row = malloc(bytes);
		if (!row)
			abort();
		for (; (more = picture_reader_row(&reader, row)) > 0; y++)
			if (whole->rgba &&
			    memcmp(whole->rgba + y * bytes, row, bytes) != 0)
				abort();
		if (more == 0 && y != reader.height)
			abort();
	}
	free(row);
	picture_reader_close(&reader);
	return more;
}

static void round_trip(const struct picture *picture)
{
	struct buf file = { 0 };
	struct picture again;

	if (picture_encode(&file, picture, NULL) < 0 ||
	    picture_decode(&again, file.data, file.length, NULL) < 0 ||
	    again.width != picture->width || again.height != picture->height ||
	    memcmp(again.rgba, picture->rgba,
	        (size_t)again.width * again.height * 4) != 0 ||
	    read_rows(file.data, file.length, picture) < 0)
		abort();
	picture_release(&again);
	buf_release(&file);
}

static uint64_t number(const uint8_t *at, int bytes)
{
	uint64_t value = 0;

	for (int i = 0; i < bytes; i++)
		value = value << 8 | at[i];
	return value;
}

/* The most pixels that anything in the file which looks like a header says. */
static uint64_t announced(const uint8_t *data, size_t size)
{
	const char *format = picture_format(data, size);
	uint64_t most = 0;

	if (format && format[0] == 'p' && size >= 24)
		return number(data + 16, 4) * number(data + 20, 4);
	for (size_t i = 0; format && i + 9 <= size; i++) {
		uint64_t pixels =
		    number(data + i + 5, 2) * number(data + i + 7, 2);

		if (data[i] == 0xff && data[i + 1] >> 4 == 0xc && pixels > most)
			most = pixels;
	}
	return most;
}

static void seal_chunks(uint8_t *file, size_t size)
{
	size_t at = 8;

	while (at + 12 <= size) {
		uint64_t length = number(file + at, 4);
		uLong sum;

		if (length > size - at - 12)
			break;
		sum = crc32(0, file + at + 4, (uInt)length + 4);
		at += 8 + (size_t)length;
		for (int i = 0; i < 4; i++)
			file[at++] = (uint8_t)(sum >> (24 - 8 * i));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *format = picture_format(data, size);
	struct picture picture = { 0 };
	uint8_t *file = malloc(size + 1);
	struct err err;

	if (!file)
		abort();
	memcpy(file, data, size);
	if (format && format[0] == 'p')
		seal_chunks(file, size);
	if (announced(file, size) <= PIXELS_MAX &&
	    picture_decode(&picture, file, size, &err) == 0 &&
	    (uint64_t)picture.width * picture.height <= PIXELS_MAX)
		round_trip(&picture);
	(void)read_rows(file, size, &picture);
	picture_release(&picture);
	free(file);
	return 0;
}
