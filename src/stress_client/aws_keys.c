#include "stress_client/aws_keys.h"

#include "lib/infile.h"
#include "lib/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX ((size_t)1 << 20)

static const char blanks[] = " \t\r";

/* The text without the blanks around it; cuts it. */
static char *trim(char *text)
{
	text += strspn(text, blanks);
	size_t length = strlen(text);
	while (length > 0 && strchr(blanks, text[length - 1]))
		length--;
	text[length] = '\0';
	return text;
}

static void keep(char **to, const char *value)
{
	free(*to);
	*to = mem_text(value);
}

static void take_line(struct aws_keys *keys, char *line)
{
	char *value = strchr(line, '=');
	if (!value)
		return;
	*value++ = '\0';
	const char *name = trim(line);
	value = trim(value);
	if (strcmp(name, "aws_access_key_id") == 0)
		keep(&keys->id, value);
	else if (strcmp(name, "aws_secret_access_key") == 0)
		keep(&keys->secret, value);
	else if (strcmp(name, "aws_session_token") == 0)
		keep(&keys->token, value);
}

static bool is_head(const char *line, const char *profile)
{
	size_t length = strlen(profile);
	return strncmp(line + 1, profile, length) == 0 &&
	       strcmp(line + 1 + length, "]") == 0;
}

static void take_profile(struct aws_keys *keys, char *text, const char *profile)
{
	bool inside = false;
	for (char *next; text; text = next) {
		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		char *line = trim(text);
		if (line[0] == '[')
			inside = is_head(line, profile);
		else if (inside && line[0] != '#')
			take_line(keys, line);
	}
}

static int read_file(struct aws_keys *keys, const char *file, struct err *err)
{
	const char *profile = getenv("AWS_PROFILE");
	struct buf text = { .ceiling = FILE_BYTES_MAX };
	if (!profile || !*profile)
		profile = "default";
	if (infile_read(&text, file) < 0 || buf_add(&text, "", 1) < 0) {
		err_system(err, "--aws-credentials %s", file);
		buf_release(&text);
		return -1;
	}
	take_profile(keys, (char *)text.data, profile);
	memset(text.data, 0, text.length);
	buf_release(&text);
	if (keys->id && keys->secret)
		return 0;
	return err_set(err,
	    "--aws-credentials %s has no aws_access_key_id and "
	    "aws_secret_access_key of the profile [%s]",
	    file, profile);
}

int aws_keys_find(struct aws_keys *keys, const char *file, struct err *err)
{
	if (file)
		return read_file(keys, file, err);
	const char *id = getenv("AWS_ACCESS_KEY_ID");
	const char *secret = getenv("AWS_SECRET_ACCESS_KEY");
	const char *token = getenv("AWS_SESSION_TOKEN");
	if (!id || !*id || !secret || !*secret)
		return err_set(err,
		    "--aws-sigv4 needs keys: set AWS_ACCESS_KEY_ID and "
		    "AWS_SECRET_ACCESS_KEY, or name --aws-credentials FILE");
	keys->id = mem_text(id);
	keys->secret = mem_text(secret);
	if (token && *token)
		keys->token = mem_text(token);
	return 0;
}

static void wipe(char **text)
{
	if (*text)
		memset(*text, 0, strlen(*text));
	free(*text);
	*text = NULL;
}

void aws_keys_release(struct aws_keys *keys)
{
	wipe(&keys->id);
	wipe(&keys->secret);
	wipe(&keys->token);
}
