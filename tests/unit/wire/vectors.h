/* vectors.h - tonk_vectors.json for the tests: bytes in hexadecimal that real
 * relays, clients and libraries have sent, made or accepted. */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Programs run where the project's Makefile is. */
#define VECTORS "tests/unit/wire/tonk_vectors.json"

static json_t *vectors; /* set_up's */

static inline int load_vectors(void **state)
{
	json_error_t error;
	(void)state;
	vectors = json_load_file(VECTORS, 0, &error);
	if (!vectors)
		print_error(VECTORS ":%d: %s\n", error.line, error.text);
	return vectors ? 0 : -1;
}

static inline int free_vectors(void **state)
{
	(void)state;
	json_decref(vectors);
	return 0;
}

/* Bytes in a block of exactly their size, so that the sanitizers see a read
 * beyond it. */
struct bytes {
	uint8_t *data;
	size_t length;
};

static inline struct bytes from_hex(const char *hex)
{
	struct bytes bytes = { .length = strlen(hex) / 2 };
	bytes.data = malloc(bytes.length ? bytes.length : 1);
	assert_non_null(bytes.data);
	for (size_t i = 0; i < bytes.length; i++) {
		const char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };
		bytes.data[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return bytes;
}

static inline const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	if (!text)
		fail_msg("a vector has no text '%s'", key);
	return text;
}

static inline int64_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static inline struct bytes bytes_of(const json_t *object, const char *key)
{
	return from_hex(text_of(object, key));
}

static inline void assert_hex(const uint8_t *data, size_t length,
    const char *hex)
{
	struct bytes bytes = from_hex(hex);
	assert_int_equal(length, bytes.length);
	if (length > 0)
		assert_memory_equal(data, bytes.data, length);
	free(bytes.data);
}

#endif
