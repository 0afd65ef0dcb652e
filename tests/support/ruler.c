/* ruler PORT RATE SECONDS - asks a web server of 127.0.0.1 so many times a
 * second, in the simplest way there is: one blocking socket, one request after
 * another. Prints the p50 and p99 of what that took, in ms: what the machine
 * allows at that time, whatever a load generator reports. */
#include "lib/clock.h"
#include "lib/histogram.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static int fail(const char *what)
{
	perror(what);
	return EXIT_FAILURE;
}

static int connect_to(const char *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	return connect(fd, (const struct sockaddr *)&address, sizeof address) ==
	               0
	           ? fd
	           : -1;
}

static void sleep_until(int64_t moment_ns)
{
	struct timespec moment = { .tv_sec = moment_ns / NS_PER_SECOND,
		.tv_nsec = moment_ns % NS_PER_SECOND };
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL))
		continue;
}

/* Small answers come in one piece. */
static int ask(int fd)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: ruler\r\n\r\n";
	char answer[4096];
	return send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0 &&
	               recv(fd, answer, sizeof answer, 0) > 0
	           ? 0
	           : -1;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: ruler PORT RATE SECONDS\n");
		return 2;
	}
	int64_t gap_ns = NS_PER_SECOND / strtoll(argv[2], NULL, 10);
	int fd = connect_to(argv[1]);
	if (fd < 0)
		return fail("ruler: connect");
	struct histogram took = { 0 };
	int64_t next_ns = clock_now_ns();
	int64_t end_ns = next_ns + strtoll(argv[3], NULL, 10) * NS_PER_SECOND;
	for (; next_ns < end_ns; next_ns += gap_ns) {
		sleep_until(next_ns);
		int64_t begin_ns = clock_now_ns();
		if (ask(fd) < 0)
			return fail("ruler: ask");
		histogram_record(&took,
		    (clock_now_ns() - begin_ns) / NS_PER_US);
	}
	printf("%.3f %.3f\n", (double)histogram_percentile(&took, 50) / 1000,
	    (double)histogram_percentile(&took, 99) / 1000);
	histogram_clear(&took);
	return 0;
}
