#include "lib/ssh_config.h"

#include "lib/buf.h"
#include "lib/conf.h"
#include "lib/mem.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CONFIG_BYTES (1 << 20)
#define LINE_WORDS   16

/* A line taken apart: its keyword and what it says. */
struct line {
	char *text; /* owned; the words point into it */
	char *words[LINE_WORDS];
	size_t count;
};

/* Words */

static bool parse_port(const char *text, unsigned *port)
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
	if (colon && !parse_port(colon + 1, &target->port))
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

/* Paths */

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

/* With ~ and %d, %h, ... put in. */
static char *expand(const struct ssh_target *target, const char *text)
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

static void add_path(const struct ssh_target *target, struct text_list *list,
    const char *text)
{
	char *path = expand(target, text);
	text_list_add(list, path, strlen(path));
	free(path);
}

/* Lines */

/* The next word of a line: quoted, or up to a space; after the keyword a '='
 * may stand. NULL at the end. */
static char *take_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t\r");
	char *end;
	if (*word == '\0' || *word == '#')
		return NULL;
	if (*word == '"') {
		word++;
		end = strchr(word, '"');
		if (!end)
			end = word + strlen(word);
	} else {
		end = word + strcspn(word, " \t\r");
	}
	*rest = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

static void split_line(struct line *line, const char *text, size_t length)
{
	char *rest = line->text = mem_text_n(text, length), *word;
	char *key_end = rest + strspn(rest, " \t");
	key_end += strcspn(key_end, " \t=\"");
	char *equals = key_end + strspn(key_end, " \t");
	if (*equals == '=')
		*equals = ' ';
	line->count = 0;
	while (line->count < LINE_WORDS && (word = take_word(&rest)))
		line->words[line->count++] = word;
}

/* Whether a Host line is about this host. */
static bool host_matches(struct ssh_target *target, const struct line *line)
{
	bool matches = false;
	for (size_t i = 1; i < line->count; i++) {
		const char *pattern = line->words[i];
		bool negated = *pattern == '!';
		if (fnmatch(pattern + negated, target->host, 0) != 0)
			continue;
		if (negated)
			return false;
		matches = true;
		if (!strpbrk(pattern, "*?"))
			target->is_named = true;
	}
	return matches;
}

static int refuse_proxy(const struct ssh_target *target,
    const struct line *line, struct err *err)
{
	if (strcasecmp(line->words[1], "none") == 0)
		return 0;
	return err_set(err,
	    "%s for %s: hosts are reached directly or not at all; use a tunnel "
	    "and name its end",
	    line->words[0], target->host);
}

static void keep(char **where, const char *text)
{
	if (!*where)
		*where = mem_text(text);
}

/* One setting of a block that applies. */
static int apply(struct ssh_target *target, const struct line *line,
    bool first_known_hosts, struct err *err)
{
	const char *key = line->words[0], *value = line->words[1];
	unsigned port = 0;

	if (strcasecmp(key, "HostName") == 0 && !target->hostname) {
		target->hostname = expand(target, value);
	} else if (strcasecmp(key, "User") == 0) {
		keep(&target->user, value);
	} else if (strcasecmp(key, "HostKeyAlias") == 0) {
		keep(&target->key_name, value);
	} else if (strcasecmp(key, "Port") == 0) {
		if (!parse_port(value, &port))
			return err_set(err,
			    "a port is a number from 1 to "
			    "65535, not '%s'",
			    value);
		if (target->port == 0)
			target->port = port;
	} else if (strcasecmp(key, "IdentityFile") == 0) {
		if (strcasecmp(value, "none") != 0)
			add_path(target, &target->identities, value);
	} else if (strcasecmp(key, "IdentitiesOnly") == 0) {
		target->identities_only |= strcasecmp(value, "yes") == 0;
	} else if (strcasecmp(key, "IdentityAgent") == 0) {
		target->no_agent |= strcasecmp(value, "none") == 0;
	} else if (strcasecmp(key, "UserKnownHostsFile") == 0) {
		for (size_t i = 1; i < line->count && first_known_hosts; i++)
			add_path(target, &target->known_hosts, line->words[i]);
	} else if (strcasecmp(key, "ProxyJump") == 0 ||
	           strcasecmp(key, "ProxyCommand") == 0) {
		return refuse_proxy(target, line, err);
	}
	return 0;
}

int ssh_target_configure(struct ssh_target *target, const char *path,
    const char *text, struct err *err)
{
	bool applies = true;
	int number = 0, result = 0;

	while (*text && result == 0) {
		size_t length = strcspn(text, "\n");
		struct line line;
		struct err why = { "" };
		split_line(&line, text, length);
		number++;
		if (line.count == 0)
			;
		else if (line.count == 1)
			result =
			    err_set(&why, "%s has no value", line.words[0]);
		else if (strcasecmp(line.words[0], "Host") == 0)
			applies = host_matches(target, &line);
		else if (strcasecmp(line.words[0], "Match") == 0)
			applies = strcasecmp(line.words[1], "all") == 0;
		else if (applies)
			result = apply(target, &line,
			    target->known_hosts.count == 0, &why);
		free(line.text);
		if (result != 0)
			err_set(err, "%s:%d: %s", path, number, why.text);
		text += length + (text[length] == '\n');
	}
	return result;
}

/* Files and defaults */

static int read_text(struct buf *to, const char *path)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return -1;
	to->ceiling = CONFIG_BYTES;
	size_t got = 1;
	int result = 0;
	while (result == 0 && got > 0) {
		uint8_t *room = buf_room(to, 4096);
		if (!room) {
			result = -1;
			break;
		}
		got = fread(room, 1, 4095, file);
		to->length += got;
		room[got] = '\0';
	}
	if (ferror(file))
		result = -1;
	fclose(file);
	return result;
}

static int read_config(struct ssh_target *target, const char *path,
    struct err *err)
{
	bool chosen = path != NULL;
	char *usual = expand(target, "~/.ssh/config");
	struct buf text = { 0 };
	int result = 0;

	if (!chosen)
		path = usual;
	if (read_text(&text, path) == 0)
		result =
		    ssh_target_configure(target, path, (char *)text.data, err);
	else if (chosen || errno != ENOENT)
		result = err_system(err, "cannot read %s", path);
	buf_release(&text);
	free(usual);
	return result;
}

int ssh_target_complete(struct ssh_target *target, const char *path,
    struct err *err)
{
	const char *environment = getenv("RINGSTORM_SSH_CONFIG");
	if (!path && environment && *environment)
		path = environment;
	if (read_config(target, path, err) != 0)
		return -1;
	keep(&target->hostname, target->host);
	keep(&target->user, local_user());
	if (target->port == 0)
		target->port = 22;
	if (target->identities.count == 0) {
		add_path(target, &target->identities, "~/.ssh/id_ed25519");
		add_path(target, &target->identities, "~/.ssh/id_ecdsa");
		add_path(target, &target->identities, "~/.ssh/id_rsa");
	}
	if (target->known_hosts.count == 0) {
		add_path(target, &target->known_hosts, "~/.ssh/known_hosts");
		add_path(target, &target->known_hosts,
		    "/etc/ssh/ssh_known_hosts");
	}
	return 0;
}
