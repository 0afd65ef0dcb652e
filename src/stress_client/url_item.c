#include "stress_client/url_item.h"

#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS "\t "

char *url_item_split(const char *item, double *weight, struct err *err)
{
	size_t length = strcspn(item, BLANKS);
	const char *text = item + length + strspn(item + length, BLANKS);
	*weight = 0;
	if (*text) {
		char *end;
		*weight = strtod(text, &end);
		if (*end || !(*weight > 0 && *weight <= 1e9)) {
			err_set(err,
			    "%s: '%s' is no weight; write URL, or URL and a "
			    "number above 0, at most 1e9",
			    item, text);
			return NULL;
		}
	}
	return mem_text_n(item, length);
}
