#include "wire/base58check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/vectors.h"

static void every_document_id_is_written_and_read_as_automerge_does(
    void **state)
{
	const json_t *all = json_object_get(vectors, "document_ids");
	size_t i;
	json_t *one;

	(void)state;
	assert_true(json_array_size(all) > 0);
	json_array_foreach(all, i, one)
	{
		struct bytes id = bytes_of(one, "bytes");
		const char *text = text_of(one, "document_id");
		char written[DOCUMENT_ID_TEXT];
		uint8_t read[DOCUMENT_ID];

		document_id_write(written, id.data);
		assert_string_equal(written, text);
		assert_int_equal(document_id_read(read, text, strlen(text)), 0);
		assert_memory_equal(read, id.data, DOCUMENT_ID);
		free(id.data);
	}
}

static void what_is_no_document_id_is_refused(void **state)
{
	const json_t *all = json_object_get(vectors, "bad_document_ids");
	uint8_t read[DOCUMENT_ID];
	size_t i;
	json_t *one;

	(void)state;
	assert_true(json_array_size(all) > 0);
	json_array_foreach(all, i, one)
	{
		const char *text = json_string_value(one);
		assert_int_equal(document_id_read(read, text, strlen(text)),
		    -1);
	}
}

static void one_wrong_character_anywhere_is_noticed(void **state)
{
	char text[] = "2VzPLXwa47QWna8JFvmCpx6t7VTY";
	uint8_t read[DOCUMENT_ID];

	(void)state;
	assert_int_equal(document_id_read(read, text, strlen(text)), 0);
	for (size_t i = 0; text[i] != '\0'; i++) {
		char right = text[i];
		text[i] = right == 'z' ? 'y' : 'z';
		assert_int_equal(document_id_read(read, text, strlen(text)),
		    -1);
		text[i] = right;
	}
	assert_int_equal(document_id_read(read, text, strlen(text) - 1), -1);
	assert_int_equal(document_id_read(read, text, strlen(text) + 1), -1);
}

static void leading_zero_bytes_are_kept(void **state)
{
	(void)state;
	for (size_t zeros = 0; zeros <= DOCUMENT_ID; zeros++) {
		uint8_t id[DOCUMENT_ID] = { 0 }, read[DOCUMENT_ID];
		char text[DOCUMENT_ID_TEXT];

		for (size_t i = zeros; i < DOCUMENT_ID; i++)
			id[i] = (uint8_t)(1 + i);
		document_id_write(text, id);
		assert_int_equal(strspn(text, "1"), zeros);
		assert_int_equal(document_id_read(read, text, strlen(text)), 0);
		assert_memory_equal(read, id, DOCUMENT_ID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_document_id_is_written_and_read_as_automerge_does),
		cmocka_unit_test(what_is_no_document_id_is_refused),
		cmocka_unit_test(one_wrong_character_anywhere_is_noticed),
		cmocka_unit_test(leading_zero_bytes_are_kept),
	};
	return cmocka_run_group_tests(tests, load_vectors, free_vectors);
}
