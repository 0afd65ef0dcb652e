#define _GNU_SOURCE
#include "lib/known_hosts.h"

#include "lib/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Two real keys, so that libssh2 reads their lines. */
#define ED                                                                     \
	"AAAAC3NzaC1lZDI1NTE5AAAAIJ6nnKmLOS7WVyiKfGVZaC/GR1l0M8AnTqPmjv0kpyhh"
#define ED_OTHER                                                               \
	"AAAAC3NzaC1lZDI1NTE5AAAAIKS1zD5aZZ/tT2QdEvXV6dNlwlPQVTFnVEKqbDT27gXJ"

/* "host" and "[host]:2222" as ssh-keygen -H hashes them. */
#define HASHED_HOST                                                            \
	"|1|McCfTHHR0Kh0+1ib3vv6MLQapfo=|5Bm8/l3lkp9f8fMXXv8HkGhbmlI="
#define HASHED_PORT                                                            \
	"|1|i3F7Sb0gdyfmxH/aWfg2hPHAcYM=|viSzVrkWIotlaRS6aVnnXSvmfl0="

static enum known says(const char *line, const char *name)
{
	const struct host_key key = { name, "ssh-ed25519", ED };
	return known_line(line, &key);
}

static void a_line_with_the_host_and_its_key_knows_it(void **state)
{
	(void)state;
	assert_int_equal(says("host ssh-ed25519 " ED, "host"), KNOWN_SAME);
	assert_int_equal(says("host ssh-ed25519 " ED " a comment\n", "host"),
	    KNOWN_SAME);
	assert_int_equal(says("a,10.0.0.1,host ssh-ed25519 " ED, "host"),
	    KNOWN_SAME);
	assert_int_equal(says("HOST ssh-ed25519 " ED, "host"), KNOWN_SAME);
	assert_int_equal(says("\thost\tssh-ed25519\t" ED "\r\n", "host"),
	    KNOWN_SAME);
}

static void another_key_of_the_same_type_is_a_change(void **state)
{
	(void)state;
	assert_int_equal(says("host ssh-ed25519 " ED_OTHER, "host"),
	    KNOWN_CHANGED);
	assert_int_equal(says("host ssh-rsa AAAAB3NzaC1yc2E=", "host"),
	    KNOWN_OTHER_TYPE);
}

static void lines_of_other_hosts_say_nothing(void **state)
{
	(void)state;
	assert_int_equal(says("other ssh-ed25519 " ED, "host"), KNOWN_NOT);
	assert_int_equal(says("hos ssh-ed25519 " ED, "host"), KNOWN_NOT);
	assert_int_equal(says("host2 ssh-ed25519 " ED, "host"), KNOWN_NOT);
	assert_int_equal(says("# host ssh-ed25519 " ED, "host"), KNOWN_NOT);
	assert_int_equal(says("", "host"), KNOWN_NOT);
	assert_int_equal(says("host", "host"), KNOWN_NOT);
	assert_int_equal(says("host ssh-ed25519", "host"), KNOWN_NOT);
}

static void a_port_belongs_to_the_name(void **state)
{
	(void)state;
	assert_int_equal(says("[host]:2222 ssh-ed25519 " ED, "[host]:2222"),
	    KNOWN_SAME);
	assert_int_equal(says("host ssh-ed25519 " ED, "[host]:2222"),
	    KNOWN_NOT);
	assert_int_equal(says("[host]:22 ssh-ed25519 " ED, "host"), KNOWN_NOT);
	assert_int_equal(says("h:2222 ssh-ed25519 " ED, "[host]:2222"),
	    KNOWN_NOT);
}

static void patterns_match_and_exclamation_marks_exclude(void **state)
{
	(void)state;
	assert_int_equal(says("*.lab ssh-ed25519 " ED, "one.lab"), KNOWN_SAME);
	assert_int_equal(says("10.0.0.? ssh-ed25519 " ED, "10.0.0.7"),
	    KNOWN_SAME);
	assert_int_equal(says("*.lab,!one.lab ssh-ed25519 " ED, "one.lab"),
	    KNOWN_NOT);
	assert_int_equal(says("!one.lab,*.lab ssh-ed25519 " ED, "two.lab"),
	    KNOWN_SAME);
	assert_int_equal(says("[a-z]ost ssh-ed25519 " ED, "host"), KNOWN_NOT);
}

static void hashed_names_are_recognised(void **state)
{
	(void)state;
	assert_int_equal(says(HASHED_HOST " ssh-ed25519 " ED, "host"),
	    KNOWN_SAME);
	assert_int_equal(says(HASHED_HOST " ssh-ed25519 " ED_OTHER, "host"),
	    KNOWN_CHANGED);
	assert_int_equal(says(HASHED_HOST " ssh-ed25519 " ED, "other"),
	    KNOWN_NOT);
	assert_int_equal(says(HASHED_PORT " ssh-ed25519 " ED, "[host]:2222"),
	    KNOWN_SAME);
	assert_int_equal(says(HASHED_PORT " ssh-ed25519 " ED, "host"),
	    KNOWN_NOT);
	assert_int_equal(says("|1|broken ssh-ed25519 " ED, "host"), KNOWN_NOT);
	assert_int_equal(says("| ssh-ed25519 " ED, "host"), KNOWN_NOT);
}

static void a_revoked_key_is_refused_and_authorities_are_not_asked(void **state)
{
	(void)state;
	assert_int_equal(says("@revoked host ssh-ed25519 " ED, "host"),
	    KNOWN_REVOKED);
	assert_int_equal(says("@revoked * ssh-ed25519 " ED_OTHER, "host"),
	    KNOWN_NOT);
	assert_int_equal(says("@cert-authority host ssh-ed25519 " ED, "host"),
	    KNOWN_NOT);
}

/* Files */

static char *write_file(const char *text)
{
	char path[] = "/tmp/known_hosts.XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	return strdup(path);
}

static void the_files_are_searched_and_the_line_is_named(void **state)
{
	(void)state;
	char *first = write_file("# none here\n\nother ssh-ed25519 " ED "\n");
	char *second =
	    write_file("other ssh-ed25519 " ED "\nhost ssh-ed25519 " ED_OTHER
	               "\nhost ssh-rsa AAAAB3NzaC1yc2E=\n");
	struct text_list files = { 0 };
	const struct host_key key = { "host", "ssh-ed25519", ED };

	text_list_add(&files, "/nonexistent/known_hosts", 24);
	text_list_add(&files, first, strlen(first));
	text_list_add(&files, second, strlen(second));
	struct known_place place = known_search(&files, &key);
	assert_int_equal(place.verdict, KNOWN_CHANGED);
	assert_string_equal(place.path, second);
	assert_int_equal(place.line, 2);

	struct buf types = { 0 };
	assert_int_equal(known_types(&files, "host", &types), 0);
	assert_int_equal(buf_add(&types, "", 1), 0);
	assert_string_equal(types.data, "ssh-ed25519,ssh-rsa,");
	buf_release(&types);
	text_list_clear(&files);
	unlink(first);
	unlink(second);
	free(first);
	free(second);
}

static void a_right_line_counts_beside_an_old_one(void **state)
{
	(void)state;
	char *path = write_file(
	    "host ssh-ed25519 " ED_OTHER "\nhost ssh-ed25519 " ED "\n");
	struct text_list files = { &path, 1 };
	const struct host_key key = { "host", "ssh-ed25519", ED };
	struct known_place place = known_search(&files, &key);

	assert_int_equal(place.verdict, KNOWN_SAME);
	assert_int_equal(place.line, 2);
	unlink(path);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_with_the_host_and_its_key_knows_it),
		cmocka_unit_test(another_key_of_the_same_type_is_a_change),
		cmocka_unit_test(lines_of_other_hosts_say_nothing),
		cmocka_unit_test(a_port_belongs_to_the_name),
		cmocka_unit_test(patterns_match_and_exclamation_marks_exclude),
		cmocka_unit_test(hashed_names_are_recognised),
		cmocka_unit_test(
		    a_revoked_key_is_refused_and_authorities_are_not_asked),
		cmocka_unit_test(the_files_are_searched_and_the_line_is_named),
		cmocka_unit_test(a_right_line_counts_beside_an_old_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
