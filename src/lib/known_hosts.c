#include "lib/known_hosts.h"

#include "lib/base64.h"

#include <ctype.h>
#include <fnmatch.h>
#include <libssh2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_BYTES 1024
#define HASH_BYTES  20 /* of SHA-1 */
#define HASH_TEXT   28 /* the same in base64 */

struct field {
	const char *text;
	size_t length;
};

struct entry {
	struct field marker, names, type, key;
};

static struct field take_field(const char **rest)
{
	*rest += strspn(*rest, " \t");
	struct field field = { *rest, strcspn(*rest, " \t\r\n") };
	*rest += field.length;
	return field;
}

static bool is_text(struct field field, const char *text)
{
	return strlen(text) == field.length &&
	       memcmp(field.text, text, field.length) == 0;
}

static bool read_entry(struct entry *entry, const char *line)
{
	*entry = (struct entry){ 0 };
	entry->names = take_field(&line);
	if (entry->names.length > 0 && *entry->names.text == '@') {
		entry->marker = entry->names;
		entry->names = take_field(&line);
	}
	entry->type = take_field(&line);
	entry->key = take_field(&line);
	return entry->key.length > 0 && *entry->names.text != '#';
}

static bool is_sha1(const char *text)
{
	uint8_t hash[HASH_TEXT / 4 * 3];
	size_t length = 0;
	return base64_decode(hash, &length, text, HASH_TEXT) == 0 &&
	       length == HASH_BYTES;
}

/* "|1|SALT|HASH", both as long as SHA-1: libssh2 1.10 leaks memory over
 * others. */
static bool is_hashed(struct field names)
{
	return names.length == 3 + HASH_TEXT + 1 + HASH_TEXT &&
	       memcmp(names.text, "|1|", 3) == 0 && is_sha1(names.text + 3) &&
	       names.text[3 + HASH_TEXT] == '|' &&
	       is_sha1(names.text + 3 + HASH_TEXT + 1);
}

/* libssh2 knows how names are hashed. */
static bool hashed_matches(const struct entry *entry, const char *name)
{
	LIBSSH2_SESSION *session = libssh2_session_init();
	LIBSSH2_KNOWNHOSTS *hosts =
	    session ? libssh2_knownhost_init(session) : NULL;
	size_t length =
	    (size_t)(entry->key.text + entry->key.length - entry->names.text);
	int answer = LIBSSH2_KNOWNHOST_CHECK_NOTFOUND;

	if (hosts && libssh2_knownhost_readline(hosts, entry->names.text,
	                 length, LIBSSH2_KNOWNHOST_FILE_OPENSSH) == 0)
		answer = libssh2_knownhost_checkp(hosts, name, -1, "", 0,
		    LIBSSH2_KNOWNHOST_TYPE_PLAIN |
		        LIBSSH2_KNOWNHOST_KEYENC_BASE64,
		    NULL);
	if (hosts)
		libssh2_knownhost_free(hosts);
	if (session)
		libssh2_session_free(session);
	return answer == LIBSSH2_KNOWNHOST_CHECK_MATCH ||
	       answer == LIBSSH2_KNOWNHOST_CHECK_MISMATCH;
}

/* fnmatch takes the brackets of "[host]:port" for a set, so they are quoted. */
static bool pattern_matches(struct field pattern, const char *name)
{
	char text[2 * NAMES_BYTES + 1];
	size_t length = 0;
	if (pattern.length > NAMES_BYTES)
		return false;
	for (size_t i = 0; i < pattern.length; i++) {
		char c = pattern.text[i];
		if (c != '*' && c != '?' && !isalnum((unsigned char)c))
			text[length++] = '\\';
		text[length++] = (char)tolower((unsigned char)c);
	}
	text[length] = '\0';
	return fnmatch(text, name, 0) == 0;
}

static bool names_match(const struct entry *entry, const char *name)
{
	if (*entry->names.text == '|')
		return is_hashed(entry->names) && hashed_matches(entry, name);
	bool matches = false;
	const char *end = entry->names.text + entry->names.length;
	for (const char *next = entry->names.text; next < end;) {
		const char *comma = memchr(next, ',', (size_t)(end - next));
		if (!comma)
			comma = end;
		bool negated = *next == '!';
		struct field pattern = { next + negated,
			(size_t)(comma - next) - negated };
		if (pattern_matches(pattern, name)) {
			if (negated)
				return false;
			matches = true;
		}
		next = comma + 1;
	}
	return matches;
}

enum known known_line(const char *line, const struct host_key *key)
{
	struct entry entry;
	if (!read_entry(&entry, line) ||
	    is_text(entry.marker, "@cert-authority") ||
	    !names_match(&entry, key->name))
		return KNOWN_NOT;
	bool revoked = is_text(entry.marker, "@revoked");
	if (!is_text(entry.type, key->type))
		return revoked ? KNOWN_NOT : KNOWN_OTHER_TYPE;
	if (is_text(entry.key, key->text))
		return revoked ? KNOWN_REVOKED : KNOWN_SAME;
	return revoked ? KNOWN_NOT : KNOWN_CHANGED;
}

struct known_place known_search(const struct text_list *files,
    const struct host_key *key)
{
	struct known_place place = { .verdict = KNOWN_NOT };
	char *line = NULL;
	size_t size = 0;

	for (size_t i = 0; i < files->count; i++) {
		FILE *file = fopen(files->items[i], "re");
		for (int number = 1; file && getline(&line, &size, file) >= 0;
		     number++) {
			enum known verdict = known_line(line, key);
			if (verdict > place.verdict)
				place = (struct known_place){ verdict,
					files->items[i], number };
		}
		if (file)
			fclose(file);
	}
	free(line);
	return place;
}

int known_types(const struct text_list *files, const char *name, struct buf *to)
{
	char *line = NULL;
	size_t size = 0;
	int result = 0;

	for (size_t i = 0; i < files->count; i++) {
		FILE *file = fopen(files->items[i], "re");
		while (file && getline(&line, &size, file) >= 0) {
			struct entry entry;
			if (!read_entry(&entry, line) ||
			    entry.marker.length > 0 ||
			    !names_match(&entry, name))
				continue;
			result |=
			    buf_add(to, entry.type.text, entry.type.length) |
			    buf_add_text(to, ",");
		}
		if (file)
			fclose(file);
	}
	free(line);
	return result;
}
