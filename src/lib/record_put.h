/* record_put.h - members of a JSON object, written. Private to the writers of
 * records.
 *
 * Each sets (*object)[name]. Without memory, here or where a value was made,
 * the object is given up: it is NULL from then on, and only the end need look.
 */
#ifndef LIB_RECORD_PUT_H
#define LIB_RECORD_PUT_H

#include "lib/counts.h"
#include "lib/histogram.h"

#include <jansson.h>
#include <stdint.h>

/* Takes the value. */
void put(json_t **object, const char *name, json_t *value);

void put_integer(json_t **object, const char *name, int64_t n);
void put_count(json_t **object, const char *name, uint64_t n);
/* Rounded to so many digits; 0 for what is not finite. */
void put_real(json_t **object, const char *name, double value, int digits);
/* In UTF-8, Latin-1 taken for what is not; nothing where there is no text. */
void put_text(json_t **object, const char *name, const char *text);
void put_counts(json_t **object, const char *name, const struct counts *counts);
void put_histogram(json_t **object, const char *name,
    const struct histogram *h);

/* A number so rounded; the text in UTF-8, to be freed. */
double rounded(double value, int digits);
char *utf8_of(const char *text);

#endif
