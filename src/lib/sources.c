#define _GNU_SOURCE /* strverscmp */
#include "lib/sources.h"

#include "lib/mem.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDERS_DEEP 8

/* The first pattern that fits decides. */
static const struct pattern {
	const char *glob;
	bool read;
	enum source_kind kind;
} patterns[] = {
	{ ".*", false, SOURCE_STREAM },
	{ "*fault*.jsonl", true, SOURCE_FAULTS },
	{ "clock.json", false, SOURCE_STREAM }, /* machine_clock.h */
	{ "*timeline.jsonl", true, SOURCE_TIMELINE },
	{ "host_*.jsonl", true, SOURCE_SAMPLES },
	{ "probe_*.jsonl", true, SOURCE_SAMPLES },
	{ "*run.json", true, SOURCE_RUN },
	{ "final_report.json", false, SOURCE_STREAM },
	{ "*.json", true, SOURCE_CLIENT },
	{ "*", false, SOURCE_STREAM },
};

static const struct pattern *pattern_of(const char *name)
{
	const struct pattern *pattern = patterns;
	while (fnmatch(pattern->glob, name, 0) != 0)
		pattern++;
	return pattern;
}

static void add(struct sources *sources, const char *path,
    enum source_kind kind)
{
	sources->items = mem_resize(sources->items, sources->count + 1,
	    sizeof *sources->items);
	sources->items[sources->count++] =
	    (struct source){ mem_text(path), kind };
}

static int add_folder(struct sources *sources, const char *path, int depth,
    struct err *err);

/* Of folders those of machines are read: others hold other runs. */
static bool is_wanted_folder(const char *name)
{
	return fnmatch("machine_*", name, 0) == 0 ||
	       strcmp(name, "collected") == 0;
}

/* One name in a folder. A folder that cannot be listed is added as a file:
 * reading it fails, and then it is named and left out while the rest counts.
 * Links are followed to files, not to folders, so that no way leads round in a
 * circle. */
static int add_entry(struct sources *sources, const char *folder,
    const char *name, int depth, struct err *err)
{
	char *path = mem_format("%s/%s", folder, name);
	const struct pattern *pattern = pattern_of(name);
	struct stat link, target;
	int result = 0;
	if (lstat(path, &link) != 0)
		memset(&link, 0, sizeof link);
	if (S_ISDIR(link.st_mode) && !is_wanted_folder(name))
		;
	else if (S_ISDIR(link.st_mode) && access(path, R_OK | X_OK) == 0)
		result = add_folder(sources, path, depth + 1, err);
	else if (S_ISDIR(link.st_mode))
		add(sources, path, SOURCE_CLIENT);
	else if (pattern->read &&
	         (stat(path, &target) != 0 || S_ISREG(target.st_mode)))
		add(sources, path, pattern->kind);
	free(path);
	return result;
}

static int add_folder(struct sources *sources, const char *path, int depth,
    struct err *err)
{
	if (depth > FOLDERS_DEEP)
		return err_set(err,
		    "%s: folders lie more than %d deep; name "
		    "the one that holds the metrics",
		    path, FOLDERS_DEEP);
	DIR *folder = opendir(path);
	if (!folder)
		return err_system(err, "cannot read the folder %s", path);
	int result = 0;
	const struct dirent *entry;
	while (result == 0 && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			result =
			    add_entry(sources, path, entry->d_name, depth, err);
	closedir(folder);
	return result;
}

int sources_add(struct sources *sources, const char *path, struct err *err)
{
	if (strcmp(path, "-") == 0) {
		add(sources, path, SOURCE_STREAM);
		return 0;
	}
	struct stat status;
	if (stat(path, &status) != 0)
		return err_system(err, "cannot read %s", path);
	if (S_ISDIR(status.st_mode)) {
		sources->has_folder = true;
		size_t length = strlen(path);
		while (length > 1 && path[length - 1] == '/')
			length--;
		char *folder = mem_text_n(path, length);
		int result = add_folder(sources, folder, 0, err);
		free(folder);
		return result;
	}
	const char *slash = strrchr(path, '/');
	const struct pattern *pattern = pattern_of(slash ? slash + 1 : path);
	add(sources, path, pattern->read ? pattern->kind : SOURCE_STREAM);
	return 0;
}

void sources_add_faults(struct sources *sources, const char *path)
{
	add(sources, path, SOURCE_FAULTS);
}

/* "client_2" before "client_10": runs of digits compare as numbers. */
static int compare(const void *left, const void *right)
{
	const struct source *a = left, *b = right;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strverscmp(a->path, b->path);
}

void sources_sort(struct sources *sources)
{
	size_t kept = 0;
	if (sources->count)
		qsort(sources->items, sources->count, sizeof *sources->items,
		    compare);
	for (size_t i = 0; i < sources->count; i++) {
		struct source *source = &sources->items[i];
		if (kept && compare(&sources->items[kept - 1], source) == 0)
			free(source->path);
		else
			sources->items[kept++] = *source;
	}
	sources->count = kept;
}

void sources_release(struct sources *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		free(sources->items[i].path);
	free(sources->items);
	*sources = (struct sources){ 0 };
}
