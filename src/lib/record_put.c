#include "lib/record_put.h"

#include "lib/mem.h"
#include "lib/utf8.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void put(json_t **object, const char *name, json_t *value)
{
	if (json_object_set_new(*object, name, value)) {
		json_decref(*object);
		*object = NULL;
	}
}

void put_integer(json_t **object, const char *name, int64_t n)
{
	put(object, name, json_integer(n));
}

void put_count(json_t **object, const char *name, uint64_t n)
{
	assert(n <= INT64_MAX);
	put_integer(object, name, (int64_t)n);
}

double rounded(double value, int digits)
{
	double steps = pow(10, digits);
	return isfinite(value) ? round(value * steps) / steps : 0;
}

void put_real(json_t **object, const char *name, double value, int digits)
{
	put(object, name, json_real(rounded(value, digits)));
}

char *utf8_of(const char *text)
{
	if (utf8_is_valid((const uint8_t *)text, strlen(text)))
		return mem_text(text);
	char *copy = mem_new(2 * strlen(text) + 1, 1), *end = copy;
	for (; *text; text++)
		end += utf8_put((unsigned char)*text, end);
	return copy;
}

void put_text(json_t **object, const char *name, const char *text)
{
	if (!text)
		return;
	char *utf8 = utf8_of(text);
	put(object, name, json_string(utf8));
	free(utf8);
}

void put_counts(json_t **object, const char *name, const struct counts *counts)
{
	struct counts valid = { 0 }; /* what was two names may now be one */
	json_t *members = json_object();
	for (size_t i = 0; i < counts->length; i++) {
		char *key = utf8_of(counts->items[i].name);
		counts_add(&valid, key, counts->items[i].n);
		free(key);
	}
	for (size_t i = 0; i < valid.length; i++)
		put_count(&members, valid.items[i].name, valid.items[i].n);
	counts_clear(&valid);
	put(object, name, members);
}

void put_histogram(json_t **object, const char *name, const struct histogram *h)
{
	char *text = histogram_encode(h);
	put(object, name, text ? json_string(text) : NULL);
	free(text);
}
