#include "live_view/follow.h"

#include "lib/mem.h"
#include "lib/record.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES (16u << 20)

static int add_file(struct follower *follower, char *path, struct err *err)
{
	FILE *stream;

	for (size_t i = 0; i < follower->count; i++) {
		if (strcmp(follower->files[i].path, path) == 0) {
			free(path);
			return 0;
		}
	}
	stream = fopen(path, "rb");
	if (stream == NULL) {
		int error = errno;

		if (error != ENOENT)
			err_system(err, "cannot read %s", path);
		free(path);
		return error == ENOENT ? 0 : -1;
	}
	follower->files = mem_resize(follower->files, follower->count + 1,
	    sizeof(*follower->files));
	follower->files[follower->count++] = (struct followed){ .path = path,
		.stream = stream,
		.line = { .ceiling = LINE_MAX_BYTES } };
	return 0;
}

/* Finds files that have appeared. */
static int look(struct follower *follower, struct err *err)
{
	DIR *folder = opendir(follower->path);
	const struct dirent *entry;
	int result = 0;

	if (folder == NULL)
		return add_file(follower, mem_text(follower->path), err);
	while (result == 0 && (entry = readdir(folder)) != NULL) {
		if (fnmatch("machine_*_timeline.jsonl", entry->d_name, 0) == 0)
			result = add_file(follower,
			    mem_format("%s/%s", follower->path, entry->d_name),
			    err);
	}
	closedir(folder);
	return result;
}

static int take_line(struct follower *follower, struct followed *file,
    struct live *live, struct err *err)
{
	struct record record;
	struct err why;

	if (record_read(&record, (const char *)file->line.data,
	        file->line.length, &why) == -1) {
		file->line.length = 0;
		return file->is_timeline
		           ? 0
		           : err_set(err, "%s: %s", file->path, why.text);
	}
	file->is_timeline = true;
	if (record.kind == RECORD_INTERVAL) {
		live_interval(live, &record.as.interval);
		follower->ended += record.as.interval.last;
	}
	record_release(&record);
	file->line.length = 0;
	return 0;
}

static int read_file(struct follower *follower, struct followed *file,
    struct live *live, struct err *err)
{
	char part[65536];

	clearerr(file->stream);
	while (fgets(part, sizeof(part), file->stream) != NULL) {
		size_t length = strlen(part);
		bool whole = length > 0 && part[length - 1] == '\n';

		if (buf_add(&file->line, part, length - whole) == -1)
			return err_set(err, "%s: a line is too long",
			    file->path);
		if (whole && take_line(follower, file, live, err) == -1)
			return -1;
	}
	if (ferror(file->stream))
		return err_system(err, "cannot read %s", file->path);
	return 0;
}

int follower_read(struct follower *follower, struct live *live, struct err *err)
{
	if (look(follower, err) == -1)
		return -1;
	for (size_t i = 0; i < follower->count; i++) {
		if (read_file(follower, &follower->files[i], live, err) == -1)
			return -1;
	}
	return 0;
}

void follower_release(struct follower *follower)
{
	for (size_t i = 0; i < follower->count; i++) {
		free(follower->files[i].path);
		fclose(follower->files[i].stream);
		buf_release(&follower->files[i].line);
	}
	free(follower->files);
}
