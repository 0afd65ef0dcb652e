/* cloudp2p_table.h - the messages and their fields (specification 1.2), for
 * both ways. Private to cloudp2p. */
#ifndef WIRE_CLOUDP2P_TABLE_H
#define WIRE_CLOUDP2P_TABLE_H

#include "wire/cloudp2p.h"

#define CLOUDP2P_TYPES      (CLOUDP2P_HISTORY_SYNC_RESPONSE + 1)
#define CLOUDP2P_FIELDS_MAX 4

enum cloudp2p_kind {
	FIELD_U32,
	FIELD_U64,
	FIELD_F64,
	FIELD_BOOL,
	FIELD_TEXT,
	FIELD_TEXT_OR_NULL, /* may be missing: null */
	FIELD_PICTURE,      /* not in struct cloudp2p_message */
	FIELD_ENTRIES,
};

struct cloudp2p_field {
	const char *name;
	enum cloudp2p_kind kind;
	size_t offset; /* in struct cloudp2p_message */
};

struct cloudp2p_variant {
	const char *name;
	size_t count;
	struct cloudp2p_field fields[CLOUDP2P_FIELDS_MAX]; /* in wire order */
};

extern const struct cloudp2p_variant cloudp2p_variants[CLOUDP2P_TYPES];

/* The index of its picture among the fields; -1: it has none. */
int cloudp2p_picture_index(const struct cloudp2p_variant *variant);

/* Takes apart a whole JSON text in which the picture is `[]`; text[length] may
 * be written. Returns 0, or -1 with *error; then there is nothing to release.
 */
int cloudp2p_parse(char *text, size_t length, struct cloudp2p_message *message,
    const char **error);

#endif
