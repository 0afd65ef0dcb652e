#include "ring_server/carrier.h"

#include "lib/infile.h"
#include "wire/stego.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COVER_FILE_MAX (256u << 20)

int carrier_open(struct carrier *carrier, const char *path, struct err *err)
{
	struct buf file = { .ceiling = COVER_FILE_MAX };
	struct err why = { "" };
	int result;

	*carrier = (struct carrier){ 0 };
	if (!path)
		return 0;
	result = infile_read(&file, path);
	if (result != 0)
		err_system(err, "cannot read COVER_IMAGE %s", path);
	else if (picture_decode(&carrier->cover, file.data, file.length,
	             &why) != 0)
		result = err_set(err, "COVER_IMAGE %s: %s", path, why.text);
	buf_release(&file);
	return result;
}

void carrier_release(struct carrier *carrier)
{
	if (carrier->cover.rgba)
		picture_release(&carrier->cover);
}

/* As square as can be, so that neither side meets a decoder's limit. */
static void size_for(struct picture *picture, size_t length)
{
	uint64_t pixels = stego_pixels(length), width = 64;

	while (width * width < pixels)
		width += 64;
	picture->width = (uint32_t)width;
	picture->height = (uint32_t)((pixels + width - 1) / width);
}

/* One colour all over: the low bits are all that the PNG has to carry. */
static void paint(uint8_t *rgba, size_t bytes)
{
	static const uint8_t steel_blue[4] = { 70, 130, 180, 255 };

	memcpy(rgba, steel_blue, 4);
	for (size_t done = 4; done < bytes;) {
		size_t more = done < bytes - done ? done : bytes - done;

		memcpy(rgba + done, rgba, more);
		done += more;
	}
}

int carrier_embed(const struct carrier *carrier, struct buf *out,
    const uint8_t *secret, size_t length, struct err *err)
{
	struct picture picture = carrier->cover;
	uint64_t pixels;
	size_t bytes;
	int result;

	if (!carrier->cover.rgba)
		size_for(&picture, length);
	pixels = (uint64_t)picture.width * picture.height;
	if (stego_pixels(length) > pixels)
		return err_set(err,
		    "Carrier image too small: need %" PRIu64
		    " bits but only have %" PRIu64
		    " bits available. Secret image size: %zu bytes",
		    8 * (4 + (uint64_t)length), 3 * pixels, length);
	bytes = (size_t)pixels * 4;
	picture.rgba = malloc(bytes);
	if (!picture.rgba)
		return err_set(err, "out of memory");
	if (carrier->cover.rgba)
		memcpy(picture.rgba, carrier->cover.rgba, bytes);
	else
		paint(picture.rgba, bytes);
	stego_embed(picture.rgba, secret, length);
	result = picture_encode(out, &picture, err);
	free(picture.rgba);
	return result;
}
