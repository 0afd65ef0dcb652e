/* fuzz_ssh_config.c - whatever the bytes are, an SSH configuration is read or
 * refused with its place, and as lines of known_hosts they are read without
 * harm: what they call known holds the very key. */
#define _GNU_SOURCE
#include "lib/known_hosts.h"
#include "lib/ssh_config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether it could include files of this machine. */
static bool reaches_out(const char *text)
{
	return strcasestr(text, "include") && strpbrk(text, "/~");
}

static void configure(const char *text)
{
	struct ssh_target target;
	struct err err = { "" };
	if (reaches_out(text))
		return;
	setenv("HOME", "/nonexistent", 1);
	if (ssh_target_parse(&target, "me@host:22", &err) != 0)
		abort();
	if (ssh_target_configure(&target, "x", text, &err) != 0 &&
	    strncmp(err.text, "x:", 2) != 0)
		abort();
	target.hostname = target.hostname ? target.hostname : strdup("host");
	if (ssh_target_route(&target, "x", &err) == 0 &&
	    !target.proxy != !target.via)
		abort();
	if (target.port != 22 || strcmp(target.user, "me") != 0)
		abort();
	ssh_target_release(&target);
}

static void look_up(const char *line)
{
	const struct host_key key = { "host", "ssh-ed25519",
		"AAAAC3NzaC1lZDI1NTE5AAAAIJ6nnKmLOS7WVyiKfGVZaC/"
		"GR1l0M8AnTqPmjv0kpyhh" };
	if (known_line(line, &key) == KNOWN_SAME && !strstr(line, key.text))
		abort();
}

/* The first line as the words of a host: taken apart or refused. */
static void parse(const char *text)
{
	char words[128] = "";
	struct ssh_target target;
	struct err err = { "" };
	size_t length = strcspn(text, "\n");
	memcpy(words, text, length < 127 ? length : 127);
	if (ssh_target_parse(&target, words, &err) == 0 &&
	    (*target.host == '\0' || *target.host == '-'))
		abort();
	ssh_target_release(&target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	if (!text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	parse(text);
	configure(text);
	for (const char *line = text; line;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		look_up(line);
	free(text);
	return 0;
}
