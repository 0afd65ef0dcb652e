#include "stress_client/aws_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/aws_keys.XXXXXX";

static void write_file(const char *text)
{
	snprintf(path, sizeof path, "/tmp/aws_keys.XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
}

static int forget(void **state)
{
	(void)state;
	unsetenv("AWS_PROFILE");
	unsetenv("AWS_ACCESS_KEY_ID");
	unsetenv("AWS_SECRET_ACCESS_KEY");
	unsetenv("AWS_SESSION_TOKEN");
	return 0;
}

static void a_file_gives_the_keys_of_its_default_profile(void **state)
{
	struct aws_keys keys = { 0 };
	(void)state;
	write_file(
	    "[other]\naws_access_key_id = NO\n"
	    "[default]\r\n aws_access_key_id=ID \r\n# aws_session_token = x\n"
	    "aws_secret_access_key = a=b/+c\nregion = x\n"
	    "[last]\naws_secret_access_key = NO");
	assert_int_equal(aws_keys_find(&keys, path, NULL), 0);
	assert_string_equal(keys.id, "ID");
	assert_string_equal(keys.secret, "a=b/+c");
	assert_null(keys.token);
	aws_keys_release(&keys);
	unlink(path);
}

static void the_environment_chooses_the_profile(void **state)
{
	struct aws_keys keys = { 0 };
	(void)state;
	write_file("[default]\naws_access_key_id=NO\n"
	           "[mine]\naws_access_key_id=ID\naws_secret_access_key=S\n"
	           "aws_session_token=T");
	setenv("AWS_PROFILE", "mine", 1);
	assert_int_equal(aws_keys_find(&keys, path, NULL), 0);
	assert_string_equal(keys.id, "ID");
	assert_string_equal(keys.token, "T");
	aws_keys_release(&keys);
	unlink(path);
}

static void a_profile_without_keys_is_named_and_no_key_is_shown(void **state)
{
	struct aws_keys keys = { 0 };
	struct err err;
	(void)state;
	write_file("[default]\naws_secret_access_key=hidden\n");
	assert_int_equal(aws_keys_find(&keys, path, &err), -1);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "[default]"));
	assert_null(strstr(err.text, "hidden"));
	aws_keys_release(&keys);
	unlink(path);
	assert_int_equal(aws_keys_find(&keys, "/nowhere/keys", &err), -1);
	assert_non_null(strstr(err.text, "/nowhere/keys"));
}

static void without_a_file_they_are_the_environments(void **state)
{
	struct aws_keys keys = { 0 };
	struct err err;
	(void)state;
	setenv("AWS_ACCESS_KEY_ID", "ID", 1);
	assert_int_equal(aws_keys_find(&keys, NULL, &err), -1);
	assert_non_null(strstr(err.text, "AWS_SECRET_ACCESS_KEY"));
	setenv("AWS_SECRET_ACCESS_KEY", "S", 1);
	setenv("AWS_SESSION_TOKEN", "T", 1);
	assert_int_equal(aws_keys_find(&keys, NULL, &err), 0);
	assert_string_equal(keys.secret, "S");
	assert_string_equal(keys.token, "T");
	aws_keys_release(&keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    a_file_gives_the_keys_of_its_default_profile, forget),
		cmocka_unit_test_setup(the_environment_chooses_the_profile,
		    forget),
		cmocka_unit_test_setup(
		    a_profile_without_keys_is_named_and_no_key_is_shown,
		    forget),
		cmocka_unit_test_setup(without_a_file_they_are_the_environments,
		    forget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
