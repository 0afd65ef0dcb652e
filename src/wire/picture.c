#include "wire/picture.h"

#include "wire/picture_limits.h"

#include <spng.h>

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

const char *picture_format(const uint8_t *file, size_t length)
{
	static const uint8_t png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a,
		'\n' };
	static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff };

	if (length >= sizeof(png) && memcmp(file, png, sizeof(png)) == 0)
		return "png";
	if (length >= sizeof(jpeg) && memcmp(file, jpeg, sizeof(jpeg)) == 0)
		return "jpeg";
	return NULL;
}

void picture_release(struct picture *picture)
{
	free(picture->rgba);
	*picture = (struct picture){ 0 };
}

static int allocate(struct picture *picture, uint32_t width, uint32_t height,
    struct err *err)
{
	size_t bytes = (size_t)width * height * 4;

	if (width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX ||
	    bytes > PICTURE_BYTES_MAX)
		return err_set(err, "picture too large: %u x %u pixels",
		    (unsigned)width, (unsigned)height);
	picture->rgba = malloc(bytes);
	if (!picture->rgba)
		return err_system(err, "%u x %u pixels", (unsigned)width,
		    (unsigned)height);
	picture->width = width;
	picture->height = height;
	return 0;
}

static int decode_png(struct picture *picture, const uint8_t *file,
    size_t length, struct err *err)
{
	spng_ctx *png = spng_ctx_new(0);
	struct spng_ihdr header;
	int fault = SPNG_EMEM, result = -1;

	if (!png || (fault = spng_set_png_buffer(png, file, length)) ||
	    (fault = spng_set_chunk_limits(png, PICTURE_CHUNK_MAX,
	         PICTURE_CHUNK_MAX)) ||
	    (fault = spng_get_ihdr(png, &header))) {
		err_set(err, "no readable PNG: %s", spng_strerror(fault));
		goto out;
	}
	if (allocate(picture, header.width, header.height, err) < 0)
		goto out;
	fault = spng_decode_image(png, picture->rgba,
	    (size_t)header.width * header.height * 4, SPNG_FMT_RGBA8,
	    SPNG_DECODE_TRNS);
	if (fault)
		err_set(err, "no readable PNG: %s", spng_strerror(fault));
	else
		result = 0;
out:
	spng_ctx_free(png);
	return result;
}

/* libjpeg reports through functions that do not return. */
struct jpeg_errors {
	struct jpeg_error_mgr manager; /* first: libjpeg knows only this */
	jmp_buf back;
	char text[JMSG_LENGTH_MAX];
};

static void fail_jpeg(j_common_ptr info)
{
	struct jpeg_errors *errors = (struct jpeg_errors *)info->err;

	info->err->format_message(info, errors->text);
	longjmp(errors->back, 1);
}

/* A file that ends early would come out grey from there on. */
static void warn_jpeg(j_common_ptr info, int level)
{
	if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF)
		fail_jpeg(info);
}

static void read_jpeg(struct jpeg_decompress_struct *info,
    struct picture *picture)
{
	jpeg_start_decompress(info);
	while (info->output_scanline < info->output_height) {
		JSAMPROW row = picture->rgba + (size_t)info->output_scanline *
		                                   picture->width * 4;

		jpeg_read_scanlines(info, &row, 1);
	}
	jpeg_finish_decompress(info);
}

static int decode_jpeg(struct picture *picture, const uint8_t *file,
    size_t length, struct err *err)
{
	struct jpeg_decompress_struct info = { 0 };
	struct jpeg_errors errors = { 0 };
	volatile int result = -1; /* survives the longjmp */

	info.err = jpeg_std_error(&errors.manager);
	errors.manager.error_exit = fail_jpeg;
	errors.manager.emit_message = warn_jpeg;
	if (setjmp(errors.back)) {
		result = err_set(err, "no readable JPEG: %s", errors.text);
		goto out;
	}
	jpeg_create_decompress(&info);
	jpeg_mem_src(&info, file, (unsigned long)length);
	jpeg_read_header(&info, TRUE);
	info.out_color_space = JCS_EXT_RGBA; /* from grey and YCbCr */
	if (allocate(picture, info.image_width, info.image_height, err) == 0) {
		read_jpeg(&info, picture);
		result = 0;
	}
out:
	jpeg_destroy_decompress(&info);
	return result;
}

int picture_decode(struct picture *picture, const uint8_t *file, size_t length,
    struct err *err)
{
	const char *format = picture_format(file, length);
	int result;

	*picture = (struct picture){ 0 };
	if (!format)
		return err_set(err, "neither a PNG nor a JPEG file");
	if (format[0] == 'p')
		result = decode_png(picture, file, length, err);
	else
		result = decode_jpeg(picture, file, length, err);
	if (result < 0)
		picture_release(picture);
	return result;
}
