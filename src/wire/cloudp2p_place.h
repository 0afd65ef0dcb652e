/* cloudp2p_place.h - finds where the picture begins in a frame's JSON, byte by
 * byte. Right for every text that is JSON; one that is not is refused later by
 * the parser, which sees the same bytes. Private to cloudp2p. */
#ifndef WIRE_CLOUDP2P_PLACE_H
#define WIRE_CLOUDP2P_PLACE_H

#include "wire/cloudp2p_table.h"

struct cloudp2p_place {
	unsigned depth; /* 1: within the outer object, 2: within the fields */
	bool in_text, escaped;
	size_t text, text_length; /* the latest text, where it stands */
	const struct cloudp2p_variant *variant; /* NULL: none with a picture */
	bool by_name;   /* the fields are an object, not an array */
	unsigned index; /* of the field, in an array of them */
	char before;    /* the latest byte that was no white space or text */
};

/* Looks at json[at]; json[0..at] is there. Returns whether it is the '[' of
 * the picture. */
bool cloudp2p_place_next(struct cloudp2p_place *place, const char *json,
    size_t at);

#endif
