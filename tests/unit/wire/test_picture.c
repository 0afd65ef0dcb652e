#include "wire/picture.h"

#include "source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <spng.h>
#include <zlib.h>

#include <cmocka.h>

#include <jpeglib.h>

#define WIDTH  23
#define HEIGHT 17

static uint32_t seed = 1;

static uint8_t any(void)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint8_t)(seed >> 24);
}

static struct picture noise(uint32_t width, uint32_t height)
{
	struct picture picture = { .width = width, .height = height };
	size_t bytes = (size_t)width * height * 4;

	picture.rgba = malloc(bytes);
	assert_non_null(picture.rgba);
	for (size_t i = 0; i < bytes; i++)
		picture.rgba[i] = any();
	return picture;
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

/* A PNG file of another kind, by libspng; to be freed. */
static uint8_t *png_of_kind(uint8_t color, uint8_t depth, uint8_t interlace,
    size_t *length)
{
	spng_ctx *png = spng_ctx_new(SPNG_CTX_ENCODER);
	struct spng_ihdr header = { .width = WIDTH,
		.height = HEIGHT,
		.bit_depth = depth,
		.color_type = color,
		.interlace_method = interlace };
	struct spng_plte palette = { .n_entries = 4,
		.entries = { { 1, 2, 3, 0 }, { 4, 5, 6, 0 }, { 7, 8, 9, 0 },
		    { 250, 251, 252, 0 } } };
	uint8_t pixels[WIDTH * HEIGHT * 8];
	size_t channels = color == 6 ? 4 : color == 2 ? 3 : 1;
	int fault = 0;

	for (size_t i = 0; i < sizeof(pixels); i++)
		pixels[i] = color == 3 ? i % 4 : (uint8_t)(i * 7);
	(void)spng_set_option(png, SPNG_ENCODE_TO_BUFFER, 1);
	(void)spng_set_ihdr(png, &header);
	if (color == 3)
		(void)spng_set_plte(png, &palette);
	assert_int_equal(spng_encode_image(png, pixels,
	                     WIDTH * HEIGHT * channels * depth / 8,
	                     SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE),
	    0);
	uint8_t *file = spng_get_png_buffer(png, length, &fault);
	assert_non_null(file);
	spng_ctx_free(png);
	return file;
}

static uint8_t *jpeg_of_noise(J_COLOR_SPACE space, int channels,
    unsigned long *length)
{
	struct jpeg_compress_struct info;
	struct jpeg_error_mgr errors;
	uint8_t row[WIDTH * 4], *rows[] = { row }, *file = NULL;

	info.err = jpeg_std_error(&errors);
	jpeg_create_compress(&info);
	jpeg_mem_dest(&info, &file, length);
	info.image_width = WIDTH;
	info.image_height = HEIGHT;
	info.input_components = channels;
	info.in_color_space = space;
	jpeg_set_defaults(&info);
	jpeg_start_compress(&info, TRUE);
	for (int y = 0; y < HEIGHT; y++) {
		for (size_t i = 0; i < sizeof(row); i++)
			row[i] = any();
		jpeg_write_scanlines(&info, rows, 1);
	}
	jpeg_finish_compress(&info);
	jpeg_destroy_compress(&info);
	return file;
}

/* Reads a file row by row; returns what the last call said. */
static int read_rows(const uint8_t *file, size_t length, struct buf *pixels)
{
	struct source source = { file, length };
	struct picture_reader reader;
	uint8_t *row;
	int more;

	if (picture_reader_open(&reader, read_source, &source) < 0)
		return -1;
	row = malloc((size_t)reader.width * 4);
	assert_non_null(row);
	while ((more = picture_reader_row(&reader, row)) > 0)
		assert_int_equal(buf_add(pixels, row, (size_t)reader.width * 4),
		    0);
	free(row);
	picture_reader_close(&reader);
	return more;
}

static void a_picture_survives_being_a_file(void **state)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 1, 50 }, { 50, 1 },
		{ WIDTH, HEIGHT }, { 612, 405 } };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct picture picture = noise(sizes[i][0], sizes[i][1]), back;
		size_t bytes = (size_t)picture.width * picture.height * 4;
		struct buf file = { 0 }, rows = { 0 };

		assert_int_equal(picture_encode(&file, &picture, NULL), 0);
		assert_string_equal(picture_format(file.data, file.length),
		    "png");
		assert_int_equal(
		    picture_decode(&back, file.data, file.length, NULL), 0);
		assert_int_equal(back.width, picture.width);
		assert_int_equal(back.height, picture.height);
		assert_memory_equal(back.rgba, picture.rgba, bytes);
		assert_int_equal(read_rows(file.data, file.length, &rows), 0);
		assert_int_equal(rows.length, bytes);
		assert_memory_equal(rows.data, picture.rgba, bytes);
		picture_release(&picture);
		picture_release(&back);
		buf_release(&file);
		buf_release(&rows);
	}
}

/* With nothing but the PNG specification and zlib. */
static void the_file_is_three_whole_chunks_with_right_checksums(void **state)
{
	static const char *const types[] = { "IHDR", "IDAT", "IEND" };
	struct picture picture = noise(WIDTH, HEIGHT);
	struct buf file = { 0 };
	uint8_t rows[HEIGHT * (1 + WIDTH * 4)];
	uLongf length = sizeof(rows);
	size_t at = 8;

	(void)state;
	assert_int_equal(picture_encode(&file, &picture, NULL), 0);
	for (int i = 0; i < 3; i++) {
		uint32_t size = get32(file.data + at);

		assert_true(at + 12 + size <= file.length);
		assert_memory_equal(file.data + at + 4, types[i], 4);
		assert_int_equal(get32(file.data + at + 8 + size),
		    crc32(0, file.data + at + 4, 4 + size));
		if (i == 1)
			assert_int_equal(
			    uncompress(rows, &length, file.data + at + 8, size),
			    Z_OK);
		at += 12 + size;
	}
	assert_int_equal(at, file.length);
	assert_memory_equal(file.data + 24, "\x08\x06\0\0\0", 5);
	assert_int_equal(length, sizeof(rows));
	for (size_t y = 0; y < HEIGHT; y++) {
		const uint8_t *row = rows + y * (1 + WIDTH * 4);

		assert_int_equal(row[0], 0);
		assert_memory_equal(row + 1, picture.rgba + y * WIDTH * 4,
		    WIDTH * 4);
	}
	picture_release(&picture);
	buf_release(&file);
}

static void every_kind_of_png_becomes_rgba(void **state)
{
	static const uint8_t kinds[][3] = { { 0, 8, 0 }, { 0, 16, 0 },
		{ 2, 8, 0 }, { 2, 8, 1 }, { 2, 16, 1 }, { 3, 8, 0 },
		{ 3, 8, 1 }, { 6, 8, 1 }, { 6, 16, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t length;
		uint8_t *file =
		    png_of_kind(kinds[i][0], kinds[i][1], kinds[i][2], &length);
		struct picture picture;
		struct buf rows = { 0 };

		assert_int_equal(picture_decode(&picture, file, length, NULL),
		    0);
		assert_int_equal(picture.width, WIDTH);
		if (kinds[i][0] == 3)
			assert_memory_equal(picture.rgba + 12,
			    "\xfa\xfb\xfc\xff", 4);
		/* Row by row only what CloudP2P sends: not interlaced. */
		assert_int_equal(read_rows(file, length, &rows),
		    kinds[i][2] ? -1 : 0);
		if (!kinds[i][2])
			assert_memory_equal(rows.data, picture.rgba,
			    (size_t)WIDTH * HEIGHT * 4);
		buf_release(&rows);
		picture_release(&picture);
		free(file);
	}
}

static void a_jpeg_becomes_opaque_rgba(void **state)
{
	static const J_COLOR_SPACE spaces[] = { JCS_RGB, JCS_GRAYSCALE };

	(void)state;
	for (int i = 0; i < 2; i++) {
		unsigned long length = 0;
		uint8_t *file =
		    jpeg_of_noise(spaces[i], i == 0 ? 3 : 1, &length);
		struct picture picture;

		assert_string_equal(picture_format(file, length), "jpeg");
		assert_int_equal(picture_decode(&picture, file, length, NULL),
		    0);
		assert_int_equal(picture.width, WIDTH);
		assert_int_equal(picture.height, HEIGHT);
		for (size_t p = 0; p < WIDTH * HEIGHT; p++)
			assert_int_equal(picture.rgba[4 * p + 3], 255);
		picture_release(&picture);
		free(file);
	}
}

static void a_jpeg_for_printing_is_refused_with_a_reason(void **state)
{
	unsigned long length = 0;
	uint8_t *file = jpeg_of_noise(JCS_CMYK, 4, &length);
	struct picture picture;
	struct err err = { "" };

	(void)state;
	assert_int_equal(picture_decode(&picture, file, length, &err), -1);
	assert_non_null(strstr(err.text, "no readable JPEG: "));
	assert_null(picture.rgba);
	free(file);
}

static void a_file_cut_short_is_refused_wherever_it_is_cut(void **state)
{
	struct picture picture = noise(WIDTH, HEIGHT), back;
	struct buf png = { 0 };
	unsigned long length = 0;
	uint8_t *jpeg = jpeg_of_noise(JCS_RGB, 3, &length);

	(void)state;
	assert_int_equal(picture_encode(&png, &picture, NULL), 0);
	/* The checksum of the empty last chunk is left unread. */
	for (size_t cut = 0; cut < png.length - 4; cut++) {
		struct buf rows = { 0 };

		assert_int_equal(read_rows(png.data, cut, &rows), -1);
		buf_release(&rows);
	}
	/* Decoding a whole file asks for its pixels, not for its end. */
	for (size_t cut = 0; cut < png.length - 20; cut++)
		assert_int_equal(picture_decode(&back, png.data, cut, NULL),
		    -1);
	for (size_t cut = 0; cut < length - 20; cut++)
		assert_int_equal(picture_decode(&back, jpeg, cut, NULL), -1);
	picture_release(&picture);
	buf_release(&png);
	free(jpeg);
}

static void a_damaged_file_is_refused(void **state)
{
	struct picture picture = noise(WIDTH, HEIGHT), back;
	struct buf png = { 0 }, rows = { 0 };

	(void)state;
	assert_int_equal(picture_encode(&png, &picture, NULL), 0);
	png.data[png.length / 2] ^= 1;
	assert_int_equal(picture_decode(&back, png.data, png.length, NULL), -1);
	assert_int_equal(read_rows(png.data, png.length, &rows), -1);
	picture_release(&picture);
	buf_release(&png);
	buf_release(&rows);
}

/* A few bytes that announce a picture of 16 GiB. */
static void a_picture_too_large_is_refused_before_memory_is_spent(void **state)
{
	struct picture picture = noise(1, 1), back;
	struct buf png = { 0 }, rows = { 0 };
	struct err err = { "" };

	(void)state;
	assert_int_equal(picture_encode(&png, &picture, NULL), 0);
	memcpy(png.data + 16, "\0\0\xff\xff\0\0\xff\xff", 8);
	uLong sum = crc32(0, png.data + 12, 17);
	for (int i = 0; i < 4; i++)
		png.data[29 + i] = (uint8_t)(sum >> (24 - 8 * i));
	assert_int_equal(picture_decode(&back, png.data, png.length, &err), -1);
	assert_string_equal(err.text,
	    "picture too large: 65535 x 65535 pixels");
	assert_int_equal(read_rows(png.data, png.length, &rows), -1);
	picture_release(&picture);
	buf_release(&png);
}

static void what_is_no_picture_is_refused_with_a_reason(void **state)
{
	static const char *const files[] = { "", "x", "GIF89a", "\x89PNG",
		"\xff\xd8" };
	struct picture picture;
	struct err err = { "" };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		const uint8_t *file = (const uint8_t *)files[i];

		assert_null(picture_format(file, strlen(files[i])));
		assert_int_equal(
		    picture_decode(&picture, file, strlen(files[i]), &err), -1);
		assert_string_equal(err.text, "neither a PNG nor a JPEG file");
	}
}

#define T(test) cmocka_unit_test(test)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_picture_survives_being_a_file),
		T(the_file_is_three_whole_chunks_with_right_checksums),
		T(every_kind_of_png_becomes_rgba),
		T(a_jpeg_becomes_opaque_rgba),
		T(a_jpeg_for_printing_is_refused_with_a_reason),
		T(a_file_cut_short_is_refused_wherever_it_is_cut),
		T(a_damaged_file_is_refused),
		T(a_picture_too_large_is_refused_before_memory_is_spent),
		T(what_is_no_picture_is_refused_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
