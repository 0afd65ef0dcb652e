#include "lib/infile.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define PART_BYTES 65536

/* Up to the next part of the file; 0 at its end, -1 with errno. */
static ssize_t read_part(struct buf *buf, int fd)
{
	size_t room = PART_BYTES;
	uint8_t beyond;
	if (buf->ceiling && buf->ceiling - buf->length < room)
		room = buf->ceiling - buf->length;
	/* A file that fills it is fine when nothing follows. */
	uint8_t *to = room ? buf_room(buf, room) : &beyond;
	if (!to)
		return -1;
	ssize_t got = read(fd, to, room ? room : 1);
	if (got > 0 && room == 0) {
		errno = EMSGSIZE;
		return -1;
	}
	if (got > 0)
		buf->length += (size_t)got;
	return got;
}

int infile_read(struct buf *buf, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t got;
	do
		got = read_part(buf, fd);
	while (got > 0 || (got < 0 && errno == EINTR));
	int error = errno;
	close(fd);
	errno = error;
	return got < 0 ? -1 : 0;
}
