#include "lib/err.h"

#include "lib/printable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *program_name = "ringstorm";

int err_set(struct err *err, const char *format, ...)
{
	if (!err)
		return -1;
	va_list args;
	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	printable(err->text);
	return -1;
}

int err_system(struct err *err, const char *format, ...)
{
	if (!err)
		return -1;
	int error = errno;
	va_list args;
	va_start(args, format);
	int length = vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	if (length >= 0 && (size_t)length < sizeof err->text)
		snprintf(err->text + length, sizeof err->text - (size_t)length,
		    ": %s", strerror(error));
	printable(err->text);
	errno = error;
	return -1;
}

/* Else the next file or connection would take the place of a closed stderr, and
 * what is printed would go there. Writing fails as it does where it is closed.
 */
static void open_missing(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

void err_program(const char *argv0)
{
	open_missing();
	const char *slash = strrchr(argv0, '/');
	program_name = slash ? slash + 1 : argv0;
}

void err_warn(const char *format, ...)
{
	char text[8192];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	printable(text);
	fprintf(stderr, "%s: %s\n", program_name, text);
}

/* Whether a message begins with "path:line: ". "host:port: " looks the same,
 * but is no file. */
static int begins_with_place(const char *text)
{
	char file[sizeof((struct err *)NULL)->text];
	size_t path = strcspn(text, ": ");
	if (path == 0 || text[path] != ':')
		return 0;
	const char *line = text + path + 1;
	size_t digits = strspn(line, "0123456789");
	snprintf(file, sizeof file, "%.*s", (int)path, text);
	return digits > 0 && line[digits] == ':' && line[digits + 1] == ' ' &&
	       access(file, F_OK) == 0;
}

int err_fail(const struct err *err, enum exit_code code)
{
	if (begins_with_place(err->text))
		fprintf(stderr, "%s\n", err->text);
	else
		err_warn("%s", err->text);
	return (int)code;
}

int err_stdout(struct err *err)
{
	/* What failed before is gone from the buffer, and so is its errno. */
	bool lost = ferror(stdout) != 0;
	if (fflush(stdout) != 0)
		err_system(err, "cannot write to stdout");
	else if (lost)
		err_set(err, "cannot write to stdout");
	else
		return 0;
	clearerr(stdout);
	return -1;
}

int err_end(int code)
{
	struct err err;
	if (err_stdout(&err) == 0)
		return code;
	err_fail(&err, EXIT_CANNOT);
	return code == EXIT_PASSED ? EXIT_CANNOT : code;
}
