#include "lib/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct values {
	bool loud, quick;
	uint64_t clients, size;
	int64_t delay_ns, wait_ns, pause_ns;
	double rate, share;
	char *name, *more;
	struct text_list servers, headers;
	int choice;
};

#define ROW(flag, kind, member, ...)                                           \
	{                                                                      \
		.name = flag, .type = kind,                                    \
		.offset = offsetof(struct values, member), .help = flag,       \
		__VA_ARGS__                                                    \
	}

static const struct option rows[] = {
	ROW("loud", OPTION_FLAG, loud, .fallback = "true"),
	ROW("quick", OPTION_FLAG, quick, .fallback = NULL),
	ROW("num-clients", OPTION_COUNT, clients, .fallback = "100",
	    .from = "1", .to = "100000000000G"),
	ROW("delay-ms", OPTION_TIME, delay_ns, .fallback = "2s", .from = "0",
	    .to = "1h"),
	ROW("wait-secs", OPTION_TIME, wait_ns, .fallback = "10"),
	ROW("pause", OPTION_TIME, pause_ns, .from = "1ms"),
	ROW("size", OPTION_BYTES, size, .fallback = "4k"),
	ROW("rate", OPTION_RATE, rate, .fallback = "90/m"),
	ROW("share", OPTION_SHARE, share, .fallback = "80%"),
	ROW("name", OPTION_TEXT, name, .fallback = NULL),
	ROW("servers", OPTION_LIST, servers, .fallback = NULL),
	ROW("header", OPTION_ITEMS, headers, .words = "TEXT"),
	ROW("choice", OPTION_CHOICE, choice, .fallback = "first",
	    .words = "first|ordered"),
	ROW("more", OPTION_CONF, more, .words = "FILE"),
};

/* A second set that shares a name with the first. */
struct other {
	uint64_t clients;
};

static const struct option other_rows[] = {
	{ .name = "num-clients",
	    .type = OPTION_COUNT,
	    .offset = offsetof(struct other, clients),
	    .help = "too" },
};

/* A family: SERVER_1_HOST, SERVER_2_HOST, ... */
struct member {
	char *host;
	int64_t wait_ns;
};

static const struct option member_rows[] = {
	{ .name = "host",
	    .type = OPTION_TEXT,
	    .offset = offsetof(struct member, host),
	    .help = "where" },
	{ .name = "wait-secs",
	    .type = OPTION_TIME,
	    .offset = offsetof(struct member, wait_ns),
	    .fallback = "5",
	    .help = "how long" },
};

static struct member members[OPTION_MEMBERS];
static struct values values;
static struct other other;
static const struct option_set sets[] = {
	{ .title = "One",
	    .rows = rows,
	    .count = sizeof rows / sizeof *rows,
	    .values = &values },
	{ .title = "Two", .rows = other_rows, .count = 1, .values = &other },
	{ .title = "None" },
	{ .title = "Members",
	    .rows = member_rows,
	    .count = 2,
	    .values = members,
	    .family = "server",
	    .size = sizeof *members },
};
static struct options options = { .program = "program",
	.operands = "PATH...",
	.about = "A program.",
	.sets = sets,
	.set_count = 4 };
static struct err err;
static int operand;

/* Reads "program" and the arguments up to NULL. */
static enum options_result read_all(const char *const *arguments)
{
	static char *argv[20];
	int argc = 0;
	char program[] = "program";
	options_release(&options);
	for (int i = 1; argv[i]; i++)
		free(argv[i]);
	memset(argv, 0, sizeof argv);
	argv[argc++] = program;
	for (; *arguments; arguments++)
		argv[argc++] = strdup(*arguments);
	err.text[0] = '\0';
	enum options_result result =
	    options_read(&options, argc, argv, &operand, &err);
	argv[0] = NULL;
	if (result == OPTIONS_RUN && operand < argc)
		assert_string_equal(argv[argc - 1], "last");
	return result;
}
#define READ(...) read_all((const char *const[]){ __VA_ARGS__, NULL })

static void write_conf(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* A folder of its own for each run of this program. */
static int enter_folder(void **state)
{
	char folder[] = "/tmp/ringstorm-options-XXXXXX";
	*state = mkdtemp(folder) ? strdup(folder) : NULL;
	return *state ? chdir(*state) : -1;
}

static int leave_folder(void **state)
{
	options_release(&options);
	unlink("a.conf");
	unlink("b.conf");
	unlink("more.conf");
	int result = chdir("/") | rmdir(*state);
	free(*state);
	return result;
}

static void flags_beat_conf_files_which_beat_defaults(void **state)
{
	(void)state;
	write_conf("a.conf", "NUM_CLIENTS=2\nRATE=3\nMORE=more.conf\n");
	write_conf("b.conf", "RATE=4\n");
	write_conf("more.conf", "NUM_CLIENTS=7\nRATE=7\nSIZE=7\nNAME=seven\n");
	assert_int_equal(
	    READ("--conf", "a.conf", "--conf=b.conf", "--size", "9"),
	    OPTIONS_RUN);
	assert_int_equal(values.clients, 2);
	assert_int_equal(other.clients, 2);
	assert_true(values.rate == 4);
	assert_int_equal(values.size, 9);
	assert_string_equal(values.name, "seven");
	assert_true(values.delay_ns == INT64_C(2000000000));
	assert_true(options_given(&options, "rate"));
	assert_false(options_given(&options, "delay-ms"));
}

static void numbered_keys_fill_an_array_with_gaps(void **state)
{
	(void)state;
	write_conf("a.conf", "SERVER_64_HOST=z\nSERVER_2_HOST=b\n"
	                     "SERVER_2_WAIT_SECS=7\n");
	assert_int_equal(READ("--conf", "a.conf", "--server-2-host", "c"),
	    OPTIONS_RUN);
	assert_null(members[0].host);
	assert_string_equal(members[1].host, "c");
	assert_true(members[1].wait_ns == INT64_C(7000000000));
	assert_string_equal(members[63].host, "z");
	assert_true(members[63].wait_ns == INT64_C(5000000000));
	assert_true(options_given(&options, "server-2-wait-secs"));
	assert_false(options_given(&options, "server-64-wait-secs"));
}

static void numbered_keys_are_checked_like_others(void **state)
{
	(void)state;
	write_conf("a.conf", "SERVER_3_HOTS=a\n");
	assert_int_equal(READ("--conf", "a.conf"), OPTIONS_BAD);
	assert_string_equal(err.text, "a.conf:1: unknown key 'SERVER_3_HOTS' "
	                              "(did you mean SERVER_3_HOST?)");
	write_conf("a.conf", "SERVER_65_HOST=a\n");
	assert_int_equal(READ("--conf", "a.conf"), OPTIONS_BAD);
	write_conf("a.conf", "SERVER_0_HOST=a\n");
	assert_int_equal(READ("--conf", "a.conf"), OPTIONS_BAD);
	assert_int_equal(READ("--server-9-wait-secs", "x"), OPTIONS_BAD);
	assert_non_null(strstr(err.text, "--server-9-wait-secs=x: "));
}

static void of_numbered_keys_those_given_are_printed(void **state)
{
	(void)state;
	char text[2048] = "";
	assert_int_equal(READ("--server-7-host", "a b"), OPTIONS_RUN);
	FILE *file = tmpfile();
	assert_non_null(file);
	options_print(&options, file);
	rewind(file);
	assert_true(fread(text, 1, sizeof text - 1, file) > 0);
	fclose(file);
	assert_non_null(strstr(text, "\nSERVER_7_HOST='a b'\n"));
	assert_null(strstr(text, "SERVER_7_WAIT_SECS"));
	assert_null(strstr(text, "SERVER_6"));
}

static void a_bare_time_has_the_unit_of_its_name(void **state)
{
	(void)state;
	assert_int_equal(
	    READ("--delay-ms", "5", "--wait-secs", "6", "--pause", "7us"),
	    OPTIONS_BAD);
	assert_string_equal(err.text,
	    "--pause=7us: a time such as 250ms, 10s or 5m, at least 1ms");
	assert_int_equal(
	    READ("--delay-ms", "5", "--wait-secs=6", "--pause", "7m"),
	    OPTIONS_RUN);
	assert_true(values.delay_ns == INT64_C(5000000));
	assert_true(values.wait_ns == INT64_C(6000000000));
	assert_true(values.pause_ns == INT64_C(420000000000));
	assert_int_equal(READ("--pause", "7"), OPTIONS_BAD);
}

static void counts_keep_every_digit(void **state)
{
	(void)state;
	assert_int_equal(READ("--num-clients", "12345678901234567890"),
	    OPTIONS_RUN);
	assert_true(values.clients == UINT64_C(12345678901234567890));
	assert_int_equal(READ("--num-clients", "1.5"), OPTIONS_BAD);
	assert_int_equal(READ("--num-clients", "1.5k"), OPTIONS_RUN);
	assert_int_equal(values.clients, 1500);
}

static void a_comma_between_braces_parts_no_items(void **state)
{
	(void)state;
	assert_int_equal(READ("--servers", "a,up{x=\"1\",y=\"2\"},b{c,d"),
	    OPTIONS_RUN);
	assert_int_equal(values.servers.count, 4);
	assert_string_equal(values.servers.items[1], "up{x=\"1\",y=\"2\"}");
	assert_string_equal(values.servers.items[2], "b{c");
	assert_string_equal(values.servers.items[3], "d");
}

static void flags_and_operands_stand_in_any_order(void **state)
{
	(void)state;
	assert_int_equal(READ("--no-loud", "a", "--quick", "last"),
	    OPTIONS_RUN);
	assert_false(values.loud);
	assert_true(values.quick);
	assert_int_equal(operand, 3);
	assert_int_equal(READ("--", "--quick", "last"), OPTIONS_RUN);
	assert_false(values.quick);
	assert_int_equal(operand, 2);
}

static void mistakes_are_named_with_what_is_right(void **state)
{
	static const struct {
		const char *argument, *message;
	} cases[] = {
		{ "--num-clints=3", "unknown flag --num-clints (did you mean "
		                    "--num-clients?)" },
		{ "--xyzzy", "unknown flag --xyzzy; see program --help" },
		{ "--size", "--size needs a value" },
		{ "--help=x", "--help takes no value" },
		{ "--num-clients=0",
		    "--num-clients=0: a whole number such as 100, 4k or 2M, "
		    "from 1 to 100000000000G" },
		{ "--choice=last", "--choice=last: one of first/ordered" },
		{ "--share=80", "--share=80: a share such as 80% or 0.8" },
		{ "--conf=none.conf",
		    "cannot open none.conf: No such file or directory" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(READ(cases[i].argument), OPTIONS_BAD);
		assert_string_equal(err.text, cases[i].message);
	}
}

static void an_empty_value_takes_back_what_has_no_default(void **state)
{
	(void)state;
	write_conf("a.conf", "PAUSE=5s\nNAME=seven\n");
	write_conf("b.conf", "NAME=''\n");
	assert_int_equal(READ("--conf", "a.conf", "--conf", "b.conf"),
	    OPTIONS_RUN);
	assert_null(values.name);
	assert_int_equal(values.pause_ns, INT64_C(5000000000));
	assert_int_equal(READ("--conf", "a.conf", "--pause", ""), OPTIONS_RUN);
	assert_int_equal(values.pause_ns, 0);
	assert_false(options_given(&options, "pause"));
	assert_int_equal(READ("--rate", ""), OPTIONS_BAD);
	assert_string_equal(err.text,
	    "--rate=: a rate such as 5000, 5000/s or 90/m");
	write_conf("a.conf", "RATE=\n");
	assert_int_equal(READ("--conf", "a.conf"), OPTIONS_BAD);
}

static void conf_mistakes_are_named_with_file_and_line(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "\nNUM_CLINTS=3", "a.conf:2: unknown key 'NUM_CLINTS' (did "
		                    "you mean NUM_CLIENTS?)" },
		{ "DELAY_MS=250x",
		    "a.conf:1: DELAY_MS=250x: a number of milliseconds "
		    "without unit, or a time such as 250ms, from 0 to 1h" },
		{ "SIZE=(1 2)",
		    "a.conf:1: SIZE=( ... ): one value, not a list" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		write_conf("a.conf", cases[i].text);
		assert_int_equal(READ("--conf", "a.conf"), OPTIONS_BAD);
		assert_string_equal(err.text, cases[i].message);
	}
}

static void items_are_given_one_by_one_and_keep_their_commas(void **state)
{
	(void)state;
	write_conf("a.conf", "HEADER=( \"c: 1\" \"d: 2\" )\n");
	assert_int_equal(READ("--conf", "a.conf"), OPTIONS_RUN);
	assert_int_equal(values.headers.count, 2);

	/* Flags together beat the file. */
	assert_int_equal(
	    READ("--header", "a: 1, 2", "--conf", "a.conf", "--header=b: 3"),
	    OPTIONS_RUN);
	assert_int_equal(values.headers.count, 2);
	assert_string_equal(values.headers.items[0], "a: 1, 2");
	assert_string_equal(values.headers.items[1], "b: 3");
	assert_int_equal(READ("--header", "a: \001", "--header", "b"),
	    OPTIONS_BAD);
	assert_int_equal(READ("--header", "b", "--header", "a: \001"),
	    OPTIONS_BAD);
	assert_int_equal(READ("--conf", "a.conf", "--header="), OPTIONS_RUN);
	assert_int_equal(values.headers.count, 0);
}

static char *printed(void)
{
	char *text = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&text, &length);
	assert_non_null(memory);
	options_print(&options, memory);
	assert_int_equal(fclose(memory), 0);
	return text;
}

static void what_is_printed_reads_back_the_same(void **state)
{
	(void)state;
	write_conf("more.conf", "");
	assert_int_equal(READ("--name", "it's $HOME \"x\" \\ `", "--servers",
	                     "a b,c:1", "--pause=1500us", "--delay-ms=1.5ms",
	                     "--rate=1/m", "--more", "more.conf", "--no-loud"),
	    OPTIONS_RUN);
	char *first = printed();
	assert_non_null(strstr(first, "DELAY_MS=1.5\n"));
	assert_non_null(strstr(first, "SERVERS=( 'a b' c:1 )\n"));
	write_conf("a.conf", first);
	if (READ("--conf", "a.conf") != OPTIONS_RUN)
		fail_msg("%s", err.text);
	assert_string_equal(values.name, "it's $HOME \"x\" \\ `");
	char *second = printed();
	assert_string_equal(first, second);
	free(first);
	free(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_beat_conf_files_which_beat_defaults),
		cmocka_unit_test(numbered_keys_fill_an_array_with_gaps),
		cmocka_unit_test(numbered_keys_are_checked_like_others),
		cmocka_unit_test(of_numbered_keys_those_given_are_printed),
		cmocka_unit_test(a_bare_time_has_the_unit_of_its_name),
		cmocka_unit_test(counts_keep_every_digit),
		cmocka_unit_test(a_comma_between_braces_parts_no_items),
		cmocka_unit_test(flags_and_operands_stand_in_any_order),
		cmocka_unit_test(mistakes_are_named_with_what_is_right),
		cmocka_unit_test(an_empty_value_takes_back_what_has_no_default),
		cmocka_unit_test(conf_mistakes_are_named_with_file_and_line),
		cmocka_unit_test(
		    items_are_given_one_by_one_and_keep_their_commas),
		cmocka_unit_test(what_is_printed_reads_back_the_same),
	};

	return cmocka_run_group_tests_name("options", tests, enter_folder,
	    leave_folder);
}
