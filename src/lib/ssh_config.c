#define _GNU_SOURCE
#include "lib/ssh_config.h"

#include "lib/buf.h"
#include "lib/conf.h"
#include "lib/infile.h"
#include "lib/mem.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG_BYTES (1 << 20)
#define MOST_DEEP    16 /* as OpenSSH has it */

/* A line taken apart: its keyword and what it says. */
struct line {
	char *text;   /* owned; the words point into it */
	char **words; /* owned */
	size_t count;
	char *rest; /* owned: all behind the keyword, as it stands */
};

/* What is known of a target while its configuration is read. */
struct reading {
	struct ssh_target *target;
	unsigned depth; /* of the file, in those that include it */
	bool said_identities_only, said_agent;
	bool has_place; /* the error names the place already */
};

/* Lines */

static void add_path(const struct ssh_target *target, struct text_list *list,
    const char *text)
{
	char *path = ssh_target_expand(target, text);
	text_list_add(list, path, strlen(path));
	free(path);
}

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
	equals += strspn(equals, " \t");
	length = strlen(equals);
	while (length > 0 && isspace((unsigned char)equals[length - 1]))
		length--;
	line->rest = mem_text_n(equals, length);
	while ((word = take_word(&rest))) {
		line->words = mem_resize(line->words, line->count + 1,
		    sizeof *line->words);
		line->words[line->count++] = word;
	}
}

static void line_release(struct line *line)
{
	free(line->text);
	free(line->words);
	free(line->rest);
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

static void keep(char **where, const char *text)
{
	if (!*where)
		*where = mem_text(text);
}

static void keep_flag(bool *flag, bool *said, bool value)
{
	if (!*said)
		*flag = value;
	*said = true;
}

/* Of ProxyJump and ProxyCommand the first counts, also for the other. */
static int apply_proxy(struct ssh_target *target, const struct line *line,
    struct err *err)
{
	if (target->proxy_jump || target->proxy_command)
		return 0;
	if (strcasecmp(line->words[0], "ProxyCommand") == 0) {
		target->proxy_command = mem_text(line->rest);
		return 0;
	}
	target->proxy_jump = mem_text(line->words[1]);
	return ssh_jumps_check(line->words[1], err);
}

/* One setting of a block that applies. */
static int apply(struct reading *reading, const struct line *line,
    bool first_known_hosts, struct err *err)
{
	struct ssh_target *target = reading->target;
	const char *key = line->words[0], *value = line->words[1];
	unsigned port = 0;

	if (strcasecmp(key, "HostName") == 0 && !target->hostname) {
		target->hostname = ssh_target_expand(target, value);
	} else if (strcasecmp(key, "User") == 0) {
		keep(&target->user, value);
	} else if (strcasecmp(key, "HostKeyAlias") == 0) {
		keep(&target->key_name, value);
	} else if (strcasecmp(key, "Port") == 0) {
		if (!ssh_port_parse(value, &port))
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
		keep_flag(&target->identities_only,
		    &reading->said_identities_only,
		    strcasecmp(value, "yes") == 0);
	} else if (strcasecmp(key, "IdentityAgent") == 0) {
		keep_flag(&target->no_agent, &reading->said_agent,
		    strcasecmp(value, "none") == 0);
	} else if (strcasecmp(key, "UserKnownHostsFile") == 0) {
		for (size_t i = 1; i < line->count && first_known_hosts; i++)
			add_path(target, &target->known_hosts, line->words[i]);
	} else if (strcasecmp(key, "ProxyJump") == 0 ||
	           strcasecmp(key, "ProxyCommand") == 0) {
		return apply_proxy(target, line, err);
	}
	return 0;
}

/* Files */

/* What others can write must not say whom we trust: OpenSSH refuses it, too. In
 * a group of one's own, by Debian's custom of the same number, are no others.
 */
static bool is_ours(const struct stat *status)
{
	bool own_group = status->st_gid == getgid() && getgid() == getuid();
	mode_t others = own_group ? S_IWOTH : S_IWGRP | S_IWOTH;
	return (status->st_uid == 0 || status->st_uid == getuid()) &&
	       (status->st_mode & others) == 0;
}

/* Reads the file that was named to us, or one that must be ours: a folder is an
 * empty one. -1 with `err` and errno. */
static int read_text(struct buf *to, const char *path, bool chosen,
    struct err *err)
{
	struct stat status;
	to->ceiling = CONFIG_BYTES;
	if (!chosen && stat(path, &status) == 0 && !is_ours(&status)) {
		errno = EACCES;
		return err_set(err,
		    "%s: others may write it, or it is another user's; mend "
		    "that with chown and chmod go-w",
		    path);
	}
	if (infile_read(to, path) == 0 && buf_add(to, "", 1) == 0)
		return 0;
	if (errno == EISDIR && !chosen)
		return 0;
	return err_system(err, "cannot read %s", path);
}

static int configure(struct reading *reading, const char *path,
    const char *text, struct err *err);

static int include_file(struct reading *reading, const char *path,
    struct err *err)
{
	struct buf text = { 0 };
	int result = read_text(&text, path, false, err);
	if (result != 0 && errno == ENOENT)
		result = 0; /* a link to nothing */
	else if (result == 0 && text.length > 0)
		result = configure(reading, path, (char *)text.data, err);
	buf_release(&text);
	return result;
}

static int include_pattern(struct reading *reading, const char *pattern,
    struct err *err)
{
	char *below = *pattern == '/' || *pattern == '~'
	                  ? mem_text(pattern)
	                  : mem_format("~/.ssh/%s", pattern);
	glob_t found = { 0 };
	int result = 0, answer = glob(below, GLOB_TILDE, NULL, &found);

	if (answer != 0 && answer != GLOB_NOMATCH)
		result = err_set(err, "Include: cannot look for %s", below);
	for (size_t i = 0; i < found.gl_pathc && result == 0; i++)
		result = include_file(reading, found.gl_pathv[i], err);
	globfree(&found);
	free(below);
	return result;
}

/* A block of an included file ends with the file. */
static int include(struct reading *reading, const struct line *line,
    struct err *err)
{
	int result = 0;
	if (reading->depth == MOST_DEEP)
		return err_set(err,
		    "Include: more than %d files one in another; does one "
		    "include itself?",
		    MOST_DEEP);
	reading->depth++;
	for (size_t i = 1; i < line->count && result == 0; i++)
		result = include_pattern(reading, line->words[i], err);
	reading->depth--;
	return result;
}

static int follow(struct reading *reading, const struct line *line,
    bool *applies, struct err *err)
{
	const char *key = line->words[0];

	if (line->count == 1)
		return err_set(err, "%s has no value", key);
	if (strcasecmp(key, "Host") == 0)
		*applies = host_matches(reading->target, line);
	else if (strcasecmp(key, "Match") == 0)
		*applies = strcasecmp(line->words[1], "all") == 0;
	else if (*applies && strcasecmp(key, "Include") == 0)
		return include(reading, line, err);
	else if (*applies)
		return apply(reading, line,
		    reading->target->known_hosts.count == 0, err);
	return 0;
}

static int configure(struct reading *reading, const char *path,
    const char *text, struct err *err)
{
	bool applies = true;
	int result = 0;

	for (int number = 1; *text && result == 0; number++) {
		size_t length = strcspn(text, "\n");
		struct line line = { 0 };
		struct err why = { "" };
		split_line(&line, text, length);
		if (line.count > 0)
			result = follow(reading, &line, &applies, &why);
		line_release(&line);
		if (result != 0 && reading->has_place)
			err_set(err, "%s", why.text);
		else if (result != 0)
			err_set(err, "%s:%d: %s", path, number, why.text);
		reading->has_place = result != 0;
		text += length + (text[length] == '\n');
	}
	return result;
}

int ssh_target_configure(struct ssh_target *target, const char *path,
    const char *text, struct err *err)
{
	struct reading reading = { .target = target };
	return configure(&reading, path, text, err);
}

static int read_config(struct ssh_target *target, const char *path,
    struct err *err)
{
	bool chosen = path != NULL;
	char *usual = ssh_target_expand(target, "~/.ssh/config");
	struct buf text = { 0 };

	if (!chosen)
		path = usual;
	int result = read_text(&text, path, chosen, err);
	if (result != 0 && !chosen && errno == ENOENT)
		result = 0;
	else if (result == 0 && text.length > 0)
		result =
		    ssh_target_configure(target, path, (char *)text.data, err);
	buf_release(&text);
	free(usual);
	return result;
}

/* Every ssh on the way starts the one before it, as its configuration says: a
 * circle would have no end. */
static int expect_end(const struct ssh_target *target, const char *path,
    struct err *err)
{
	char *jumps = target->proxy_jump ? mem_text(target->proxy_jump) : NULL;
	int result = 0;

	for (int i = 0; result == 0 && jumps && strcasecmp(jumps, "none") != 0;
	     i++) {
		struct ssh_target jump;
		jumps[strcspn(jumps, ",")] = '\0';
		result = ssh_jump_parse(&jump, jumps, err);
		if (result == 0)
			result = read_config(&jump, path, err);
		if (result == 0 && i == MOST_DEEP)
			result = err_set(err,
			    "%s: ProxyJump %s leads round in a circle; end it "
			    "with: Host %s, ProxyJump none",
			    target->words, target->proxy_jump, jump.host);
		free(jumps);
		jumps = jump.proxy_jump ? mem_text(jump.proxy_jump) : NULL;
		ssh_target_release(&jump);
	}
	free(jumps);
	return result;
}

/* The defaults */

int ssh_target_complete(struct ssh_target *target, const char *path,
    struct err *err)
{
	const char *environment = getenv("RINGSTORM_SSH_CONFIG");
	if (!path && environment && *environment)
		path = environment;
	if (read_config(target, path, err) != 0 ||
	    expect_end(target, path, err) != 0)
		return -1;
	keep(&target->hostname, target->host);
	if (!target->user)
		target->user = ssh_target_expand(target, "%u");
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
	return ssh_target_route(target, path, err);
}
