/* plain_pace HOST:PORT RATE COUNT [late] - the least that an even pace of HTTP
 * requests costs on this machine: one connection, and nothing but a sleep to
 * each planned moment, a send and a blocking receive. With `late` an answer is
 * received at the next moment, which spares a waking. Prints COUNT. */
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND 1000000000L

static int die(const char *what)
{
	fprintf(stderr, "plain_pace: %s\n", what);
	return 1;
}

static int connect_to(char *address)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char *colon = strrchr(address, ':');
	if (!colon)
		return -1;
	*colon = '\0';
	if (getaddrinfo(address, colon + 1, &hints, &found) != 0)
		return -1;
	int fd = socket(found->ai_family, found->ai_socktype, 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	int result = connect(fd, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return result == 0 ? fd : -1;
}

static bool send_one(int fd)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: plain\r\n\r\n";
	const ssize_t length = sizeof request - 1;
	return send(fd, request, (size_t)length, MSG_NOSIGNAL) == length;
}

/* Answers are small and come whole. */
static bool receive_one(int fd)
{
	static char answer[16384];
	return recv(fd, answer, sizeof answer, 0) > 0;
}

static void sleep_until(struct timespec moment)
{
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL))
		continue;
}

static struct timespec later(struct timespec moment, long ns)
{
	moment.tv_nsec += ns;
	moment.tv_sec += moment.tv_nsec / NS_PER_SECOND;
	moment.tv_nsec %= NS_PER_SECOND;
	return moment;
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return die("HOST:PORT RATE COUNT [late]");
	long rate = atol(argv[2]), count = atol(argv[3]);
	bool late = argc > 4;
	int fd = connect_to(argv[1]);
	if (fd < 0 || rate <= 0)
		return die("cannot connect, or no rate");
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);

	struct timespec moment;
	clock_gettime(CLOCK_MONOTONIC, &moment);
	for (long i = 0; i < count; i++) {
		moment = later(moment, NS_PER_SECOND / rate);
		sleep_until(moment);
		if (late && i > 0 && !receive_one(fd))
			return die("no answer");
		if (!send_one(fd))
			return die("cannot send");
		if (!late && !receive_one(fd))
			return die("no answer");
	}
	close(fd);
	printf("%ld\n", count);
	return 0;
}
