#include "lib/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_proves_who_asks_is_secret(void **state)
{
	(void)state;
	assert_true(secret_in("HEADER=( 'Authorization: Bearer x' )"));
	assert_true(secret_in("API_TOKEN=x"));
	assert_true(secret_in("URL=( http://host/?apiKey=1 )"));
	assert_true(secret_in("Set-Cookie: x"));
}

static void a_url_with_a_user_is_secret(void **state)
{
	(void)state;
	assert_true(secret_in("PROXY=http://user:pw@proxy:80/"));
	assert_true(secret_in("URL=( http://a/ 'ws://user@host 3' )"));
}

static void another_setting_is_none(void **state)
{
	(void)state;
	assert_false(secret_in(""));
	assert_false(secret_in("NUM_CLIENTS=4"));
	assert_false(secret_in("URL=( http://a/@b 'http://a?x@y' )"));
	assert_false(secret_in("NOTIFY_MAIL=a@b"));
	assert_false(secret_in("X=://"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_proves_who_asks_is_secret),
		cmocka_unit_test(a_url_with_a_user_is_secret),
		cmocka_unit_test(another_setting_is_none),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
