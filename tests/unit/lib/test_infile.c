#include "lib/infile.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A file of that many bytes is read into a buffer with that ceiling. */
static int read_one(struct buf *buf, size_t length, size_t ceiling)
{
	char path[] = "/tmp/ringstorm-infile-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	assert_non_null(file);
	for (size_t i = 0; i < length; i++)
		putc((int)('a' + i % 26), file);
	assert_int_equal(fclose(file), 0);
	*buf = (struct buf){ .ceiling = ceiling };
	errno = 0;
	int result = infile_read(buf, path);
	unlink(path);
	return result;
}

static void a_file_of_any_length_is_read_to_its_end(void **state)
{
	static const size_t lengths[] = { 0, 1, 65535, 65536, 65537, 300000 };
	struct buf buf;
	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		assert_int_equal(read_one(&buf, lengths[i], 0), 0);
		assert_int_equal(buf.length, lengths[i]);
		for (size_t k = 0; k < buf.length; k++)
			assert_int_equal(buf.data[k], 'a' + k % 26);
		buf_release(&buf);
	}
}

static void a_file_may_fill_the_buffer_and_not_pass_its_ceiling(void **state)
{
	struct buf buf;
	(void)state;
	assert_int_equal(read_one(&buf, 70000, 70000), 0);
	assert_int_equal(buf.length, 70000);
	buf_release(&buf);
	assert_int_equal(read_one(&buf, 70001, 70000), -1);
	assert_int_equal(errno, EMSGSIZE);
	buf_release(&buf);
}

static void what_cannot_be_read_keeps_the_system_s_reason(void **state)
{
	struct buf buf = { 0 };
	(void)state;
	assert_int_equal(infile_read(&buf, "/nowhere/at/all"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(infile_read(&buf, "/"), -1);
	assert_int_equal(errno, EISDIR);
	buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_any_length_is_read_to_its_end),
		cmocka_unit_test(
		    a_file_may_fill_the_buffer_and_not_pass_its_ceiling),
		cmocka_unit_test(what_cannot_be_read_keeps_the_system_s_reason),
	};
	return cmocka_run_group_tests_name("infile", tests, NULL, NULL);
}
