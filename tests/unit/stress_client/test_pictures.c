/* test_pictures.c - what is sent: a folder of pictures, and which is chosen. */
#include "stress_client/pictures.h"

#include "lib/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char png[] = "\x89PNG\r\n\x1a\n and more";
static char folder[64];

static void write_file(const char *name, const char *bytes, size_t length)
{
	char *path = mem_format("%s/%s", folder, name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/pictures.XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "a.png", "b.jpg", "c.jpeg",
		"README", "d.PNG", ".png" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *path = mem_format("%s/%s", folder, names[i]);

		(void)unlink(path);
		free(path);
	}
	return rmdir(folder);
}

static void write_three(void)
{
	write_file("b.jpg", "\xff\xd8\xff\xe0 and much more", 18);
	write_file("a.png", png, sizeof(png));
	write_file("c.jpeg", "\xff\xd8\xff\xe0", 4);
}

static void only_files_named_as_pictures_are_loaded_in_order(void **state)
{
	struct pictures pictures = { 0 };
	struct text_list mix = { 0 };
	struct err err;

	(void)state;
	write_three();
	write_file("README", "about", 5);
	write_file("d.PNG", "no", 2);
	write_file(".png", "no", 2);
	assert_int_equal(pictures_load(&pictures, folder, &mix, &err), 0);
	assert_int_equal(pictures.count, 3);
	assert_string_equal(pictures.files[0].name, "a.png");
	assert_string_equal(pictures.files[1].name, "b.jpg");
	assert_string_equal(pictures.files[2].name, "c.jpeg");
	assert_ptr_equal(pictures_smallest(&pictures), &pictures.files[2]);
	pictures_release(&pictures);
}

static void a_picture_comes_with_its_number_array(void **state)
{
	struct pictures pictures = { 0 };
	struct text_list mix = { 0 };
	struct err err;

	(void)state;
	write_file("c.jpeg", "\xff\xd8\xff\xe0", 4);
	assert_int_equal(pictures_load(&pictures, folder, &mix, &err), 0);
	assert_int_equal(pictures.files[0].array_length, 17);
	assert_memory_equal(pictures.files[0].array, "[255,216,255,224]", 17);
	assert_memory_equal(pictures.files[0].bytes, "\xff\xd8\xff\xe0", 4);
	pictures_release(&pictures);
}

static void a_mix_gives_weights_and_leaves_out_the_others(void **state)
{
	char a[] = "a.png=3", c[] = "c.jpeg=1", *items[] = { a, c };
	struct text_list mix = { items, 2 };
	struct pictures pictures = { 0 };
	unsigned chosen[2] = { 0 };
	struct rng rng;
	struct err err;

	(void)state;
	write_three();
	assert_int_equal(pictures_load(&pictures, folder, &mix, &err), 0);
	assert_int_equal(pictures.count, 2);
	rng_init(&rng, 1, 1);
	for (int i = 0; i < 4000; i++)
		chosen[pictures_choose(&pictures, &rng) - pictures.files]++;
	assert_in_range(chosen[0], 2850, 3150);
	assert_int_equal(chosen[0] + chosen[1], 4000);
	pictures_release(&pictures);
}

static void without_a_mix_all_are_alike(void **state)
{
	struct pictures pictures = { 0 };
	struct text_list mix = { 0 };
	unsigned chosen[3] = { 0 };
	struct rng rng;
	struct err err;

	(void)state;
	write_three();
	assert_int_equal(pictures_load(&pictures, folder, &mix, &err), 0);
	rng_init(&rng, 2, 1);
	for (int i = 0; i < 3000; i++)
		chosen[pictures_choose(&pictures, &rng) - pictures.files]++;
	for (int i = 0; i < 3; i++)
		assert_in_range(chosen[i], 880, 1120);
	pictures_release(&pictures);
}

static void a_file_that_is_no_picture_is_shown_by_its_beginning(void **state)
{
	struct pictures pictures = { 0 };
	struct text_list mix = { 0 };
	struct err err;

	(void)state;
	write_file("a.png", "<html><body>", 12);
	assert_int_equal(pictures_load(&pictures, folder, &mix, &err), -1);
	assert_non_null(strstr(err.text,
	    "a.png is no PNG or JPEG picture (it begins with \"<html>\")"));
	write_file("a.png", "", 0);
	assert_int_equal(pictures_load(&pictures, folder, &mix, &err), -1);
	assert_non_null(strstr(err.text, "(it is empty)"));
	write_file("a.png", "\x01\x02", 2);
	assert_int_equal(pictures_load(&pictures, folder, &mix, &err), -1);
	assert_non_null(strstr(err.text, "it begins with the byte 0x01"));
}

static void a_mix_with_a_picture_that_is_not_there_is_an_error(void **state)
{
	char a[] = "z.png=3", *items[] = { a };
	struct text_list mix = { items, 1 };
	struct pictures pictures = { 0 };
	struct err err;

	(void)state;
	write_three();
	assert_int_equal(pictures_load(&pictures, folder, &mix, &err), -1);
	assert_non_null(strstr(err.text, "there is no picture z.png"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_files_named_as_pictures_are_loaded_in_order),
		TEST(a_picture_comes_with_its_number_array),
		TEST(a_mix_gives_weights_and_leaves_out_the_others),
		TEST(without_a_mix_all_are_alike),
		TEST(a_file_that_is_no_picture_is_shown_by_its_beginning),
		TEST(a_mix_with_a_picture_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
