#include "lib/ssh_config.h"

#include "lib/buf.h"
#include "lib/conf.h"
#include "lib/mem.h"
#include "lib/remote.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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
	free(target->proxy_jump);
	free(target->proxy_command);
	free(target->proxy);
	free(target->via);
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
		if (text[0] == '%' && text[1] == 'p') {
			failed |= buf_add_format(&to, "%u",
			    target->port ? target->port : 22);
			text += 2;
		} else if (value) {
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

/* The way there */

int ssh_jump_parse(struct ssh_target *jump, const char *words, struct err *err)
{
	const char *scheme = "ssh://";
	size_t length = strlen(scheme);
	return ssh_target_parse(jump,
	    strncmp(words, scheme, length) == 0 ? words + length : words, err);
}

int ssh_jumps_check(const char *jumps, struct err *err)
{
	const char *comma;
	int result;
	do {
		struct ssh_target jump;
		comma = strchr(jumps, ',');
		char *one = comma ? mem_text_n(jumps, (size_t)(comma - jumps))
		                  : mem_text(jumps);
		result = ssh_jump_parse(&jump, one, err);
		ssh_target_release(&jump);
		free(one);
		jumps = comma ? comma + 1 : NULL;
	} while (result == 0 && jumps);
	return result;
}

static bool is_said(const char *text)
{
	return text && strcasecmp(text, "none") != 0;
}

/* As OpenSSH itself goes through hosts, but that nobody is asked, that nothing
 * of it stays when it ends, and that a host that has vanished is noticed. */
static int add_ssh(struct buf *to, const struct ssh_target *target,
    const struct ssh_target *jump, const char *before, const char *config)
{
	char *end = mem_format("[%s]:%u", target->hostname, target->port);
	int failed = buf_add_text(to, "ssh");
	if (config)
		failed |= buf_add_text(to, " -F ") | remote_quote(to, config);
	failed |= buf_add_text(to, " -o BatchMode=yes -o ControlMaster=no "
	                           "-o ServerAliveInterval=5 "
	                           "-o ServerAliveCountMax=2");
	if (*before)
		failed |= buf_add_text(to, " -J ") | remote_quote(to, before);
	if (jump->user)
		failed |=
		    buf_add_text(to, " -l ") | remote_quote(to, jump->user);
	if (jump->port)
		failed |= buf_add_format(to, " -p %u", jump->port);
	failed |= buf_add_text(to, " -W ") | remote_quote(to, end) |
	          buf_add_text(to, " ") | remote_quote(to, jump->host) |
	          buf_add(to, "", 1);
	free(end);
	return failed;
}

/* ssh goes to the last of the hosts, through those before it. */
static int route_jumps(struct ssh_target *target, const char *config,
    struct err *err)
{
	char *hosts = ssh_target_expand(target, target->proxy_jump);
	char *comma = strrchr(hosts, ',');
	struct ssh_target jump;
	struct buf command = { 0 };
	int result = ssh_jump_parse(&jump, comma ? comma + 1 : hosts, err);

	if (result == 0) {
		target->via = mem_format("ProxyJump %s", hosts);
		if (comma)
			*comma = '\0';
		result = add_ssh(&command, target, &jump, comma ? hosts : "",
		    config);
		if (result == 0)
			target->proxy = mem_text((char *)command.data);
		else
			err_system(err, "%s", target->via);
	}
	buf_release(&command);
	ssh_target_release(&jump);
	free(hosts);
	return result == 0 ? 0 : -1;
}

/* The command is the user's own and goes to sh as it is; a name put into it
 * must be a name there, too. */
static int route_command(struct ssh_target *target, struct err *err)
{
	const struct {
		const char *sign, *value;
	} names[] = {
		{ "%h", target->hostname },
		{ "%n", target->host },
		{ "%r", target->user },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strstr(target->proxy_command, names[i].sign) &&
		    strpbrk(names[i].value, "'`\"$\\;&<>|(){}*?!#~"))
			return err_set(err,
			    "ProxyCommand for %s: '%s' has signs that sh would "
			    "take for its own",
			    target->host, names[i].value);
	target->via = mem_text("ProxyCommand");
	target->proxy = ssh_target_expand(target, target->proxy_command);
	return 0;
}

int ssh_target_route(struct ssh_target *target, const char *config,
    struct err *err)
{
	if (is_said(target->proxy_jump))
		return route_jumps(target, config, err);
	if (is_said(target->proxy_command))
		return route_command(target, err);
	return 0;
}
