/* fuzz_conf.c - whatever the bytes are, a conf file is parsed or refused with
 * its place, and what was parsed is text with its lines in order. */
#include "lib/conf.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf conf;
	struct err err = { "" };
	int line = 0;
	int result =
	    conf_parse(&conf, "x.conf", (const char *)data, size, &err);
	if (result != 0 && strncmp(err.text, "x.conf:", 7) != 0)
		abort();
	for (size_t i = 0; result == 0 && i < conf.count; i++) {
		const struct conf_entry *entry = &conf.entries[i];
		if (entry->line < line || *entry->key == '\0' ||
		    (!entry->list && entry->values.count != 1))
			abort();
		line = entry->line;
	}
	conf_release(&conf);
	return 0;
}
