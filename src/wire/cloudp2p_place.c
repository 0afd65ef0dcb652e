#include "wire/cloudp2p_place.h"

#include "wire/json_scan.h"

#include <string.h>

#define NAME_MAX_ESCAPED (6 * 24) /* "secret_image_data", all in \uXXXX */

static bool text_is(const struct cloudp2p_place *place, const char *json,
    const char *name)
{
	char copy[NAME_MAX_ESCAPED + 3], *text; /* with quotes, NUL */
	struct json_scan scan = { .at = copy };
	size_t quoted = place->text_length + 2;

	if (place->text == 0 || place->text_length > NAME_MAX_ESCAPED)
		return false;
	memcpy(copy, json + place->text - 1, quoted);
	scan.end = copy + quoted;
	return json_text(&scan, &text) == 0 && strcmp(text, name) == 0;
}

static const struct cloudp2p_variant *with_picture(
    const struct cloudp2p_place *place, const char *json)
{
	for (size_t i = 0; i < CLOUDP2P_TYPES; i++)
		if (cloudp2p_picture_index(&cloudp2p_variants[i]) >= 0 &&
		    text_is(place, json, cloudp2p_variants[i].name))
			return &cloudp2p_variants[i];
	return NULL;
}

static bool is_picture(const struct cloudp2p_place *place, const char *json)
{
	int index;

	if (place->depth != 2 || !place->variant)
		return false;
	index = cloudp2p_picture_index(place->variant);
	if (place->by_name)
		return place->before == ':' &&
		       text_is(place, json, place->variant->fields[index].name);
	return place->before == ',' && place->index == (unsigned)index;
}

static void next_in_text(struct cloudp2p_place *place, char c, size_t at)
{
	if (place->escaped) {
		place->escaped = false;
	} else if (c == '\\') {
		place->escaped = true;
	} else if (c == '"') {
		place->in_text = false;
		place->text_length = at - place->text;
	}
}

static void open(struct cloudp2p_place *place, const char *json, char c)
{
	if (place->depth++ != 1)
		return;
	place->variant = with_picture(place, json);
	place->by_name = c == '{';
	place->index = 0;
}

bool cloudp2p_place_next(struct cloudp2p_place *place, const char *json,
    size_t at)
{
	char c = json[at];
	bool picture = false;

	if (place->in_text) {
		next_in_text(place, c, at);
		return false;
	}
	switch (c) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return false;
	case '"':
		place->in_text = true;
		place->text = at + 1;
		return false;
	case '[':
		picture = is_picture(place, json);
		open(place, json, c);
		break;
	case '{':
		open(place, json, c);
		break;
	case ']':
	case '}':
		place->depth -= place->depth > 0;
		break;
	case ',':
		place->index += place->depth == 2;
		break;
	default:
		break;
	}
	place->before = c;
	return picture;
}
