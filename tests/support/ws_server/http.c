/* http.c - what ws_server says to plain HTTP requests. */
#include "peer.h"

#include "lib/clock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Resident bytes of this process. */
static unsigned long long resident(void)
{
	unsigned long long all = 0, pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	if (file) {
		if (fscanf(file, "%llu %llu", &all, &pages) != 2)
			pages = 0;
		fclose(file);
	}
	return pages * (unsigned long long)sysconf(_SC_PAGESIZE);
}

static void answer(struct peer *peer, const char *status, const char *type,
    const char *body)
{
	struct buf buf = { 0 };
	buf_add_format(&buf,
	    "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s",
	    status, type, strlen(body), body);
	peer_put(peer, buf.data, buf.length);
	buf_release(&buf);
}

/* As the tonk relay's, but that `rss` is what it says. */
static void answer_metrics(struct peer *peer)
{
	struct server *server = peer->server;
	char body[256];
	snprintf(body, sizeof body,
	    "{\"connections\":%llu,\"memory\":{\"rss\":%llu,\"total\":%llu},"
	    "\"process\":{\"pid\":%ld},\"timestamp\":%lld,\"uptime\":%lld}",
	    (unsigned long long)server->open, resident(),
	    (unsigned long long)sysconf(_SC_PHYS_PAGES) *
	        (unsigned long long)sysconf(_SC_PAGESIZE),
	    (long)getpid(), (long long)clock_unix_ms(),
	    (long long)((clock_now_ns() - server->start_ns) / NS_PER_SECOND));
	answer(peer, "200 OK", "application/json", body);
}

/* All that are connected but for who asks. */
static void do_to_all(struct peer *asking, void (*what)(struct peer *))
{
	struct peer *next;
	for (struct peer *peer = asking->server->peers; peer; peer = next) {
		next = peer->next;
		if (peer != asking)
			what(peer);
	}
}

static void do_command(struct peer *peer, const char *name)
{
	struct server *server = peer->server;
	const char *done = "done\n";
	if (strncmp(name, "drop ", 5) == 0)
		do_to_all(peer, peer_drop);
	else if (strncmp(name, "reset ", 6) == 0)
		do_to_all(peer, peer_reset);
	else if (strncmp(name, "silent ", 7) == 0)
		server->silent = true;
	else if (strncmp(name, "talk ", 5) == 0)
		server->silent = false;
	else if (strncmp(name, "leak ", 5) == 0)
		server->settings.leak_bytes = 65536;
	else
		done = "unknown\n";
	answer(peer, "200 OK", "text/plain", done);
}

void http_answer(struct peer *peer, const char *head)
{
	if (strncmp(head, "GET /metrics ", 13) == 0)
		answer_metrics(peer);
	else if (strncmp(head, "GET /do/", 8) == 0)
		do_command(peer, head + 8);
	else
		answer(peer, "404 Not Found", "text/plain", "not found\n");
}
