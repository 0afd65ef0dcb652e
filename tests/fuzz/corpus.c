/* corpus.c - the main that a fuzz target gets when it runs as a plain test:
 * every file of the corpus folder goes through LLVMFuzzerTestOneInput, and so
 * does every one of its beginnings up to 64 bytes. A finding is a crash.
 * Prints TAP, one line a file. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIXES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The whole file in a block of exactly its size, so that the sanitizers see a
 * read past its end; NULL with a message. */
static uint8_t *read_whole(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long end;

	if (!file)
		goto out;
	if (fseek(file, 0, SEEK_END) < 0 || (end = ftell(file)) < 0)
		goto out;
	rewind(file);
	*size = (size_t)end;
	data = malloc(*size ? *size : 1);
	if (data && fread(data, 1, *size, file) != *size) {
		free(data);
		data = NULL;
	}
out:
	if (!data)
		perror(path);
	if (file)
		(void)fclose(file);
	return data;
}

/* A beginning in a block of its own, for the same reason. */
static void run_prefix(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int run_file(const char *path)
{
	size_t size = 0;
	uint8_t *data = read_whole(path, &size);

	if (!data)
		return -1;
	for (size_t i = 0; i < size && i < PREFIXES; i++)
		run_prefix(data, i);
	(void)LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	struct dirent **entries = NULL;
	int count, failed = 0;
	char path[4096];

	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	count = scandir(argv[1], &entries, hidden, alphasort);
	if (count < 0) {
		perror(argv[1]);
		return 1;
	}
	printf("1..%d\n", count > 0 ? count : 1);
	if (count == 0) {
		printf("not ok 1 - %s holds no file\n", argv[1]);
		failed = 1;
	}
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		snprintf(path, sizeof(path), "%s/%s", argv[1], name);
		(void)fflush(stdout); /* a crash leaves the plan unfulfilled */
		bool read = run_file(path) == 0;
		failed |= !read;
		printf("%s %d - %s\n", read ? "ok" : "not ok", i + 1, name);
		free(entries[i]);
	}
	free(entries);
	return failed;
}
