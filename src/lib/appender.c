#include "lib/appender.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

int appender_open(struct appender *appender, const char *path, struct err *err)
{
	bool is_stdout = strcmp(path, "-") == 0;
	appender->path = is_stdout ? "stdout" : path;
	appender->fd =
	    is_stdout
	        ? STDOUT_FILENO
	        : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (appender->fd < 0)
		return err_system(err, "cannot write %s", path);
	return 0;
}

int appender_write(struct appender *appender, struct buf *lines,
    struct err *err)
{
	size_t sent = 0;
	while (sent < lines->length) {
		ssize_t wrote = write(appender->fd, lines->data + sent,
		    lines->length - sent);
		if (wrote < 0 && errno != EINTR)
			return err_system(err, "cannot write %s",
			    appender->path);
		sent += wrote > 0 ? (size_t)wrote : 0;
	}
	lines->length = 0;
	return 0;
}

void appender_close(struct appender *appender)
{
	if (appender->fd > STDERR_FILENO)
		close(appender->fd);
	appender->fd = -1;
}
