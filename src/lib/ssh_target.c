#include "lib/ssh_config.h"

#include "lib/buf.h"
#include "lib/conf.h"
#include "lib/mem.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Words */

bool ssh_port_parse(const char *text, unsigned *port)
{
	char *end = NULL;
	unsigned long value = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || value < 1 ||
	    value > 65535)
		return false;
	*port = (unsigned)value;
	return true;
}

static bool is_host(const char *text)
{
	/* What begins with '-' is an option to whoever passes it on. */
	if (*text == '\0' || *text == '-')
		return false;
	for (; *text; text++)
		if (isspace((unsigned char)*text) ||
		    iscntrl((unsigned char)*text))
			return false;
	return true;
}

int ssh_target_parse(struct ssh_target *target, const char *words,
    struct err *err)
{
	*target = (struct ssh_target){ .words = mem_text(words) };
	const char *at = strrchr(words, '@');
	const char *host = at ? at + 1 : words;
	const char *close = *host == '[' ? strchr(host, ']') : NULL;
	const char *colon = strrchr(host, ':');

	if (at)
		target->user = mem_text_n(words, (size_t)(at - words));
	if (close)
		colon = close[1] == ':' ? close + 1 : NULL;
	else if (colon && strchr(host, ':') != colon)
		colon = NULL; /* an IPv6 address */
	size_t length = colon ? (size_t)(colon - host) : strlen(host);
	target->host = close ? mem_text_n(host + 1, (size_t)(close - host - 1))
	                     : mem_text_n(host, length);
	if (!is_host(target->host) || (at && !is_host(target->user)) ||
	    (close && !colon && close[1]))
		return err_set(err,
		    "'%s' is no host; write user@host or user@host:port",
		    words);
	if (colon && !ssh_port_parse(colon + 1, &target->port))
		return err_set(err, "'%s': a port is a number from 1 to 65535",
		    words);
	return 0;
}

void ssh_target_release(struct ssh_target *target)
{
	free(target->words);
	free(target->host);
	free(target->hostname);
	free(target->user);
	free(target->key_name);
	text_list_clear(&target->identities);
	text_list_clear(&target->known_hosts);
	*target = (struct ssh_target){ 0 };
}

/* What signs stand for */

static const char *home(void)
{
	const char *path = getenv("HOME");
	if (path && *path)
		return path;
	const struct passwd *self = getpwuid(getuid());
	return self ? self->pw_dir : "/";
}

static const char *local_user(void)
{
	const struct passwd *self = getpwuid(getuid());
	return self ? self->pw_name : "root";
}

static const char *stands_for(const struct ssh_target *target, char letter)
{
	switch (letter) {
	case 'd':
		return home();
	case 'h':
		return target->hostname ? target->hostname : target->host;
	case 'n':
		return target->host;
	case 'r':
		return target->user ? target->user : local_user();
	case 'u':
		return local_user();
	case '%':
		return "%";
	default:
		return NULL;
	}
}

char *ssh_target_expand(const struct ssh_target *target, const char *text)
{
	struct buf to = { 0 };
	int failed = 0;
	if (text[0] == '~' && (text[1] == '/' || text[1] == '\0')) {
		failed |= buf_add_text(&to, home());
		text++;
	}
	while (*text) {
		const char *value =
		    *text == '%' ? stands_for(target, text[1]) : NULL;
		if (value) {
			failed |= buf_add_text(&to, value);
			text += 2;
		} else {
			failed |= buf_add(&to, text++, 1);
		}
	}
	failed |= buf_add(&to, "", 1);
	char *result = failed ? NULL : mem_text((char *)to.data);
	buf_release(&to);
	return result ? result : mem_text("");
}
