#include "lib/log.h"

#include "lib/clock.h"
#include "lib/printable.h"

#include <stdarg.h>
#include <string.h>

static const char *const level_words[] = {
	[LOG_DEBUG] = "DEBUG",
	[LOG_INFO] = "INFO",
	[LOG_WARN] = "WARN",
	[LOG_ERROR] = "ERROR",
};

int log_open(struct log *log, const char *path, struct err *err)
{
	if (strcmp(path, "-") == 0) {
		log->stream = stderr;
		return 0;
	}
	log->stream = fopen(path, "ae");
	if (!log->stream)
		return err_system(err, "cannot open the log %s", path);
	setvbuf(log->stream, NULL, _IOLBF, BUFSIZ);
	return 0;
}

void log_write(struct log *log, enum log_level level, const char *format, ...)
{
	if (!log->stream || level < log->least)
		return;
	char stamp[CLOCK_STAMP], text[1024];
	clock_stamp(stamp, clock_unix_ms());
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	printable(text);
	fprintf(log->stream, "[%s] [%s] %s\n", stamp + strlen("2025-10-31 "),
	    level_words[level], text);
}

void log_close(struct log *log)
{
	if (log->stream && log->stream != stderr)
		fclose(log->stream);
	log->stream = NULL;
}
