#define _GNU_SOURCE /* SO_TIMESTAMPNS */
#include "lib/stamp.h"

#include "lib/clock.h"
#include "lib/fiber_state.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

/* One connection in so many, and of it one read in so many: the rest is plain
 * recv. A saturated generator of 50,000/s has 780 samples a second. */
#define CONNECTIONS 16
#define READS       4

void stamp_init(struct stamp *stamp, int fd)
{
	struct loop *loop = loop_current();
	*stamp = (struct stamp){ 0 };
	if (!loop || !loop->samples_delays ||
	    loop->connections++ % CONNECTIONS != 0)
		return;
	stamp->is_sampled = setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS,
	                        &(int){ 1 }, sizeof(int)) == 0;
}

/* The moment at which the kernel had what was read; 0 where it does not say. */
static int64_t received_unix_ns(struct msghdr *message)
{
	struct cmsghdr *part;
	for (part = CMSG_FIRSTHDR(message); part;
	     part = CMSG_NXTHDR(message, part)) {
		struct timespec time;
		if (part->cmsg_level != SOL_SOCKET ||
		    part->cmsg_type != SCM_TIMESTAMPNS ||
		    part->cmsg_len < CMSG_LEN(sizeof time))
			continue;
		memcpy(&time, CMSG_DATA(part), sizeof time);
		return time.tv_sec * NS_PER_SECOND + time.tv_nsec;
	}
	return 0;
}

static ssize_t receive_stamped(int fd, void *to, size_t size, int flags)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct timespec))];
	} control;
	struct iovec part = { to, size };
	struct msghdr message = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof control.bytes };
	ssize_t got = recvmsg(fd, &message, flags);
	if (got <= 0)
		return got;
	int64_t then_ns = received_unix_ns(&message);
	int64_t delay_ns = clock_unix_ns() - then_ns;
	if (then_ns != 0 && delay_ns >= 0) /* the clock may be set meanwhile */
		loop_keep_delay(loop_current(), delay_ns / NS_PER_US);
	return got;
}

#ifdef __SANITIZE_THREAD__
/* What the kernel drops the sanitizer takes for written, to the same place by
 * all threads. Here too less than `size` means that there was no more. */
static ssize_t drop(int fd, size_t size)
{
	static _Thread_local char dropped[16384];
	size_t all = 0;
	while (all < size) {
		size_t left = size - all;
		size_t most = left < sizeof dropped ? left : sizeof dropped;
		ssize_t got = recv(fd, dropped, most, 0);
		if (got <= 0)
			return all > 0 ? (ssize_t)all : got;
		all += (size_t)got;
	}
	return (ssize_t)all;
}
#endif

ssize_t stamp_receive(struct stamp *stamp, int fd, void *to, size_t size,
    int flags)
{
#ifdef __SANITIZE_THREAD__
	if (!to)
		return drop(fd, size);
#endif
	if (!stamp->is_sampled || stamp->reads++ % READS != 0)
		return recv(fd, to, size, flags);
	return receive_stamped(fd, to, size, flags);
}
