#include "lib/outfile.h"

#include "lib/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_stdout(const struct outfile *file)
{
	return file->stream == stdout;
}

static void release(struct outfile *file)
{
	free(file->path);
	free(file->temporary);
	*file = (struct outfile){ 0 };
}

/* A device, a pipe, or /dev/stdout: a file in its place would be its end. */
static bool stays(const char *path)
{
	static const char open_files[] = "/proc/self/fd/";
	char target[sizeof open_files - 1];
	struct stat status;
	if (readlink(path, target, sizeof target) == (ssize_t)sizeof target &&
	    memcmp(target, open_files, sizeof target) == 0)
		return true;
	return stat(path, &status) == 0 && !S_ISREG(status.st_mode) &&
	       !S_ISDIR(status.st_mode);
}

static int open_for(struct outfile *file, const char *path)
{
	if (stays(path))
		return open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	/* The process id keeps two writers of one file apart. */
	file->temporary = mem_format("%s.%ld.tmp", path, (long)getpid());
	return open(file->temporary,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
}

static void remove_temporary(const struct outfile *file)
{
	if (file->temporary)
		unlink(file->temporary);
}

int outfile_open(struct outfile *file, const char *path, struct err *err)
{
	*file = (struct outfile){ 0 };
	if (strcmp(path, "-") == 0) {
		file->stream = stdout;
		return 0;
	}
	file->path = mem_text(path);
	int fd = open_for(file, path);
	if (fd >= 0)
		file->stream = fdopen(fd, "w");
	if (!file->stream) {
		err_system(err, "cannot write %s", path);
		if (fd >= 0) {
			close(fd);
			remove_temporary(file);
		}
		release(file);
		return -1;
	}
	return 0;
}

int outfile_commit(struct outfile *file, struct err *err)
{
	if (is_stdout(file)) {
		file->stream = NULL;
		return err_stdout(err);
	}
	int failed = fflush(file->stream) != 0 || ferror(file->stream);
	int error = errno;
	if (fclose(file->stream) != 0 && !failed) {
		failed = 1;
		error = errno;
	}
	file->stream = NULL;
	if (!failed && file->temporary &&
	    rename(file->temporary, file->path) != 0) {
		failed = 1;
		error = errno;
	}
	if (failed) {
		remove_temporary(file);
		errno = error;
		err_system(err, "cannot write %s", file->path);
	}
	release(file);
	return failed ? -1 : 0;
}

void outfile_discard(struct outfile *file)
{
	if (file->stream && !is_stdout(file)) {
		fclose(file->stream);
		remove_temporary(file);
	}
	release(file);
}

int outfile_folder(const char *path, struct err *err)
{
	char *partial = mem_text(path);
	int result = 0;
	for (char *end = partial + 1; result == 0; end++) {
		if (*end != '/' && *end != '\0')
			continue;
		char kept = *end;
		*end = '\0';
		struct stat status;
		if (mkdir(partial, 0777) != 0 && errno != EEXIST)
			result =
			    err_system(err, "cannot make the folder %s", path);
		else if (stat(partial, &status) != 0)
			result = err_system(err, "cannot enter %s", partial);
		else if (!S_ISDIR(status.st_mode))
			result = err_set(err, "%s is no folder", partial);
		*end = kept;
		if (kept == '\0')
			break;
	}
	free(partial);
	return result;
}
