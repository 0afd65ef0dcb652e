#include "stress_client/pictures.h"

#include "lib/infile.h"
#include "lib/mem.h"
#include "lib/unit.h"
#include "wire/cloudp2p.h"
#include "wire/numarray.h"
#include "wire/picture.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Of the beginning of a file that is no picture, for the message. */
#define GLIMPSE 16

static bool has_picture_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && dot != name &&
	       (strcmp(dot, ".png") == 0 || strcmp(dot, ".jpg") == 0 ||
	           strcmp(dot, ".jpeg") == 0);
}

/* The printable beginning of a file, up to the end of its first line or tag. */
static void glimpse(const struct picture_file *file, char out[GLIMPSE + 1])
{
	size_t n = 0;

	while (n < GLIMPSE && n < file->length && isprint(file->bytes[n])) {
		out[n] = (char)file->bytes[n];
		if (out[n++] == '>')
			break;
	}
	out[n] = '\0';
}

static int check_picture(const struct picture_file *file, const char *path,
    struct err *err)
{
	char begin[GLIMPSE + 1], length[UNIT_TEXT];

	if (file->length == 0)
		return err_set(err,
		    "%s is no PNG or JPEG picture (it is empty)", path);
	if (picture_format(file->bytes, file->length) == NULL) {
		glimpse(file, begin);
		if (begin[0] == '\0')
			return err_set(err,
			    "%s is no PNG or JPEG picture (it begins with "
			    "the byte 0x%02x)",
			    path, file->bytes[0]);
		return err_set(err,
		    "%s is no PNG or JPEG picture (it begins with \"%s\")",
		    path, begin);
	}
	if (file->array_length > CLOUDP2P_FRAME_MAX - 1024)
		return err_set(err,
		    "%s is too large: its %s fill more than a frame of 100 MiB",
		    path, unit_bytes(length, file->length));
	return 0;
}

static int load(struct picture_file *file, const char *folder, const char *name,
    struct err *err)
{
	char *path = mem_format("%s/%s", folder, name);
	struct buf bytes = { 0 };
	int result = infile_read(&bytes, path);

	file->name = mem_text(name);
	file->weight = 1;
	file->bytes = bytes.data;
	file->length = bytes.length;
	if (result == -1) {
		err_system(err, "cannot read %s", path);
		goto out;
	}
	result = -1;
	file->array_length = numarray_text_length(file->bytes, file->length);
	if (check_picture(file, path, err) == -1)
		goto out;
	file->array = mem_new(file->array_length + 4, 1);
	(void)numarray_encode(file->array, file->bytes, file->length);
	result = 0;
out:
	free(path);
	return result;
}

static bool is_regular(const char *folder, const char *name)
{
	char *path = mem_format("%s/%s", folder, name);
	struct stat facts;
	bool regular = stat(path, &facts) == 0 && S_ISREG(facts.st_mode);

	free(path);
	return regular;
}

/* "small.png=12": the weight, or 0 when it is none. */
static uint64_t weight_of(const char *item, size_t name_length)
{
	double weight = 0;

	if (item[name_length] != '=' ||
	    unit_parse(item + name_length + 1, UNIT_NONE, &weight) == -1 ||
	    weight > 1e9)
		return 0;
	return (uint64_t)weight;
}

/* The weight of that file in the mix, 0 when it is not in it. */
static uint64_t mix_weight(const struct text_list *mix, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < mix->count; i++) {
		if (strncmp(mix->items[i], name, length) == 0 &&
		    mix->items[i][length] == '=')
			return weight_of(mix->items[i], length);
	}
	return 0;
}

static int check_mix(const struct text_list *mix, const char *folder,
    struct err *err)
{
	for (size_t i = 0; i < mix->count; i++) {
		const char *item = mix->items[i];
		const char *equals = strrchr(item, '=');
		char *name;
		bool known;

		if (equals == NULL ||
		    weight_of(item, (size_t)(equals - item)) == 0)
			return err_set(err,
			    "IMAGE_MIX: '%s' is no FILE=WEIGHT such as "
			    "small.png=12",
			    item);
		name = mem_text_n(item, (size_t)(equals - item));
		known = has_picture_name(name) && is_regular(folder, name);
		free(name);
		if (!known)
			return err_set(err,
			    "IMAGE_MIX: there is no picture %.*s in %s",
			    (int)(equals - item), item, folder);
	}
	return 0;
}

static int add(struct pictures *pictures, const char *folder, const char *name,
    const struct text_list *mix, struct err *err)
{
	struct picture_file *file;
	uint64_t weight = mix->count == 0 ? 1 : mix_weight(mix, name);

	if (!has_picture_name(name) || weight == 0 || !is_regular(folder, name))
		return 0;
	pictures->files = mem_resize(pictures->files, pictures->count + 1,
	    sizeof(*pictures->files));
	file = &pictures->files[pictures->count++];
	*file = (struct picture_file){ 0 };
	if (load(file, folder, name, err) == -1)
		return -1;
	file->weight = weight;
	pictures->weight += weight;
	return 0;
}

int pictures_load(struct pictures *pictures, const char *folder,
    const struct text_list *mix, struct err *err)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, alphasort);
	int result = 0;

	if (count == -1)
		return err_system(err,
		    "cannot read the pictures' folder %s (IMAGE_DIRECTORY)",
		    folder);
	if (check_mix(mix, folder, err) == -1)
		result = -1;
	for (int i = 0; i < count; i++) {
		if (result == 0)
			result =
			    add(pictures, folder, entries[i]->d_name, mix, err);
		free(entries[i]);
	}
	free(entries);
	if (result == 0 && pictures->count == 0)
		result = err_set(err,
		    "%s holds no picture (*.png, *.jpg, *.jpeg); put some "
		    "there or name another folder with --image-directory",
		    folder);
	if (result == -1)
		pictures_release(pictures);
	return result;
}

const struct picture_file *pictures_choose(const struct pictures *pictures,
    struct rng *rng)
{
	uint64_t place = rng_below(rng, pictures->weight);
	const struct picture_file *file = pictures->files;

	while (place >= file->weight) {
		place -= file->weight;
		file++;
	}
	return file;
}

const struct picture_file *pictures_smallest(const struct pictures *pictures)
{
	const struct picture_file *smallest = pictures->files;

	for (size_t i = 1; i < pictures->count; i++) {
		if (pictures->files[i].length < smallest->length)
			smallest = &pictures->files[i];
	}
	return smallest;
}

void pictures_release(struct pictures *pictures)
{
	for (size_t i = 0; i < pictures->count; i++) {
		free(pictures->files[i].name);
		free(pictures->files[i].bytes);
		free(pictures->files[i].array);
	}
	free(pictures->files);
	*pictures = (struct pictures){ 0 };
}
