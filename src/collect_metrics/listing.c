#include "collect_metrics/listing.h"

#include "collect_metrics/names.h"
#include "lib/conf.h"
#include "lib/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A listing under way. */
struct walk {
	struct listing *listing;
	const char *below;         /* "" or "machine_1/" */
	struct text_list *folders; /* machines' folders met; NULL: none here */
	struct err *err;
};

static int add(struct walk *walk, const struct remote_file *file)
{
	struct listing *listing = walk->listing;
	if (listing->count == listing->capacity) {
		listing->capacity = listing->capacity * 2 + 64;
		listing->files = mem_resize(listing->files, listing->capacity,
		    sizeof *listing->files);
	}
	size_t begin = listing->text.length;
	if (buf_add_text(&listing->text, walk->below) != 0 ||
	    buf_add(&listing->text, file->name, strlen(file->name) + 1) != 0)
		return err_system(walk->err, "cannot list the files");
	listing->files[listing->count++] =
	    (struct listed){ begin, file->size_bytes, file->modified_unix_s };
	return 0;
}

static int meet(void *arg, const struct remote_file *file)
{
	struct walk *walk = arg;
	if (walk->listing->met++ == walk->listing->most) {
		errno = EMSGSIZE;
		return err_set(walk->err,
		    "more than %zu files; raise --max-files",
		    walk->listing->most);
	}
	if (name_is_hostile(file->name))
		walk->listing->hostile++;
	else if (file->is_plain && name_is_metrics(file->name))
		return add(walk, file);
	else if (file->is_folder && walk->folders &&
	         name_is_machine(file->name))
		text_list_add(walk->folders, file->name, strlen(file->name));
	return 0;
}

int listing_read(struct listing *listing, struct remote *remote,
    const char *folder, int64_t deadline_ns, struct err *err)
{
	struct text_list folders = { 0 };
	struct walk walk = { listing, "", &folders, err };
	int result = remote_list(remote, folder, meet, &walk, deadline_ns, err);

	for (size_t i = 0; result == 0 && i < folders.count; i++) {
		char *below = mem_format("%s/", folders.items[i]);
		char *path = mem_format("%s/%s", folder, folders.items[i]);
		walk = (struct walk){ listing, below, NULL, err };
		result =
		    remote_list(remote, path, meet, &walk, deadline_ns, err);
		free(path);
		free(below);
	}
	text_list_clear(&folders);
	return result;
}

const char *listing_path(const struct listing *listing, size_t i)
{
	return (const char *)listing->text.data + listing->files[i].path;
}

void listing_release(struct listing *listing)
{
	free(listing->files);
	buf_release(&listing->text);
	*listing = (struct listing){ 0 };
}
