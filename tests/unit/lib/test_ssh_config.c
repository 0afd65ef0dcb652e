#define _GNU_SOURCE
#include "lib/ssh_config.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct ssh_target parsed(const char *words)
{
	struct ssh_target target;
	struct err err = { "" };
	assert_int_equal(ssh_target_parse(&target, words, &err), 0);
	return target;
}

static void expect_words(const char *words, const char *user, const char *host,
    unsigned port)
{
	struct ssh_target target = parsed(words);
	if (user)
		assert_string_equal(target.user, user);
	else
		assert_null(target.user);
	assert_string_equal(target.host, host);
	assert_int_equal(target.port, port);
	ssh_target_release(&target);
}

static void expect_refused(const char *words, const char *why)
{
	struct ssh_target target;
	struct err err = { "" };
	assert_int_equal(ssh_target_parse(&target, words, &err), -1);
	assert_non_null(strstr(err.text, why));
	ssh_target_release(&target);
}

static void words_are_user_host_and_port(void **state)
{
	(void)state;
	expect_words("host", NULL, "host", 0);
	expect_words("me@host", "me", "host", 0);
	expect_words("me@host:2222", "me", "host", 2222);
	expect_words("host:22", NULL, "host", 22);
	expect_words("me@[::1]:22", "me", "::1", 22);
	expect_words("[fe80::1]", NULL, "fe80::1", 0);
	expect_words("fe80::1", NULL, "fe80::1", 0);
	expect_words("a@b@host", "a@b", "host", 0);
}

static void words_that_are_no_host_are_refused(void **state)
{
	(void)state;
	expect_refused("", "is no host");
	expect_refused("me@", "is no host");
	expect_refused("@host", "is no host");
	expect_refused("-oProxyCommand=x", "is no host");
	expect_refused("a b", "is no host");
	expect_refused("host\n", "is no host");
	expect_refused("[::1]x", "is no host");
	expect_refused("host:", "a port is a number");
	expect_refused("host:0", "a port is a number");
	expect_refused("host:65536", "a port is a number");
	expect_refused("host:22x", "a port is a number");
}

static struct ssh_target configured(const char *words, const char *text)
{
	struct ssh_target target = parsed(words);
	struct err err = { "" };
	if (ssh_target_configure(&target, "config", text, &err) != 0)
		fail_msg("%s", err.text);
	return target;
}

static void a_host_block_says_where_and_how(void **state)
{
	(void)state;
	struct ssh_target target = configured("lab1",
	    "Host lab2\n  HostName 10.0.0.2\n"
	    "Host lab1 other\n  HostName 10.0.0.1\n  Port 2022\n"
	    "\tUser=root\n  IdentityFile \"/a b/key\" # mine\n"
	    "  identityfile /c\n  IdentitiesOnly yes\n"
	    "  UserKnownHostsFile /known1 /known2\n  HostKeyAlias one\n");

	assert_string_equal(target.hostname, "10.0.0.1");
	assert_int_equal(target.port, 2022);
	assert_string_equal(target.user, "root");
	assert_int_equal(target.identities.count, 2);
	assert_string_equal(target.identities.items[0], "/a b/key");
	assert_string_equal(target.identities.items[1], "/c");
	assert_int_equal(target.known_hosts.count, 2);
	assert_string_equal(target.known_hosts.items[1], "/known2");
	assert_string_equal(target.key_name, "one");
	assert_true(target.identities_only);
	assert_true(target.is_named);
	ssh_target_release(&target);
}

static void the_first_value_counts_and_the_words_beat_all(void **state)
{
	(void)state;
	struct ssh_target target = configured("me@lab1:22",
	    "Host lab*\nUser other\nPort 99\nHostName first\n"
	    "Host *\nHostName second\nUserKnownHostsFile /k\n"
	    "Host *\nUserKnownHostsFile /l\n");

	assert_string_equal(target.user, "me");
	assert_int_equal(target.port, 22);
	assert_string_equal(target.hostname, "first");
	assert_int_equal(target.known_hosts.count, 1);
	assert_false(target.is_named);
	ssh_target_release(&target);
}

static void blocks_of_others_do_not_apply(void **state)
{
	(void)state;
	struct ssh_target target = configured("lab1",
	    "# all\nUser all\nHost * !lab1\nPort 1\nHost lab\nPort 2\n"
	    "Match user x\nPort 3\nMatch all\nPort 4\n");

	assert_string_equal(target.user, "all");
	assert_int_equal(target.port, 4);
	ssh_target_release(&target);
}

static void a_host_line_may_have_many_names(void **state)
{
	(void)state;
	struct ssh_target target = configured("lab1",
	    "Host a b c d e f g h i j k l m n o p q r s lab1\nUser me\n");

	assert_string_equal(target.user, "me");
	ssh_target_release(&target);
}

static void a_yes_does_not_beat_an_earlier_no(void **state)
{
	(void)state;
	struct ssh_target target = configured("lab1",
	    "Host lab1\nIdentitiesOnly no\nIdentityAgent SSH_AUTH_SOCK\n"
	    "Host *\nIdentitiesOnly yes\nIdentityAgent none\n");

	assert_false(target.identities_only);
	assert_false(target.no_agent);
	ssh_target_release(&target);
}

/* Files to include: HOME is a folder of the test's own. */

static char home[32];

static int make_home(void **state)
{
	(void)state;
	char path[64];
	snprintf(home, sizeof home, "/tmp/ringstorm-ssh-XXXXXX");
	if (!mkdtemp(home))
		return -1;
	setenv("HOME", home, 1);
	snprintf(path, sizeof path, "%s/.ssh", home);
	return mkdir(path, 0700);
}

static int remove_one(const char *path, const struct stat *status, int kind,
    struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

static int remove_home(void **state)
{
	(void)state;
	return nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A file below ~/.ssh. */
static void write_file(const char *name, const char *text)
{
	char path[256];
	snprintf(path, sizeof path, "%s/.ssh/%s", home, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, 0600), 0);
}

static void make_folder(const char *name)
{
	char path[256];
	snprintf(path, sizeof path, "%s/.ssh/%s", home, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void expect_mistake(const char *text, const char *why)
{
	struct ssh_target target = parsed("lab1");
	struct err err = { "" };
	assert_int_equal(ssh_target_configure(&target, "conf", text, &err), -1);
	if (!strstr(err.text, why))
		fail_msg("%s", err.text);
	ssh_target_release(&target);
}

static void included_files_are_read_where_they_are_named(void **state)
{
	(void)state;
	make_folder("conf.d");
	make_folder("conf.d/folder");
	write_file("conf.d/1", "Host lab1\nUser one\nPort 1\n");
	write_file("conf.d/2", "User two\nHostName two\nPort 2\n");
	write_file("keys", "IdentityFile /k\n");
	struct ssh_target target = configured("lab1",
	    "Port 22\nInclude conf.d/* ~/.ssh/keys nothing* /nonexistent\n"
	    "User last\nIdentityFile /l\n");

	assert_string_equal(target.user, "one");
	assert_string_equal(target.hostname, "two");
	assert_int_equal(target.port, 22);
	assert_true(target.is_named);
	assert_int_equal(target.identities.count, 2);
	assert_string_equal(target.identities.items[0], "/k");
	ssh_target_release(&target);
}

static void a_block_holds_for_what_it_includes_and_no_further(void **state)
{
	(void)state;
	write_file("a", "Port 1\nHost *\nUser wrong\nHost lab1\nPort 2\n");
	write_file("b", "Host other\nPort 3\n");
	struct ssh_target target = configured("lab1",
	    "Host other\nInclude a\nMatch user x\nInclude a\n"
	    "Host lab1\nInclude b\nUser me\n");

	assert_int_equal(target.port, 0);
	assert_string_equal(target.user, "me");
	ssh_target_release(&target);
}

static void mistakes_name_the_included_file(void **state)
{
	(void)state;
	char path[256];
	write_file("outer", "\nInclude inner\n");
	write_file("inner", "\n\nPort none\n");
	snprintf(path, sizeof path, "%s/.ssh/inner:3: a port is", home);
	expect_mistake("Include outer\n", path);

	write_file("self", "Include self\n");
	expect_mistake("Include self\n", "/self:1: Include: more than 16");
	expect_mistake("Include\n", "conf:1: Include has no value");

	snprintf(path, sizeof path, "%s/.ssh/loop", home);
	assert_int_equal(symlink("loop", path), 0);
	expect_mistake("\nInclude lo*\n", "conf:2: cannot read /");

	snprintf(path, sizeof path, "%s/.ssh/inner", home);
	assert_int_equal(chmod(path, getgid() == getuid() ? 0602 : 0620), 0);
	expect_mistake("Include inner\n", "inner: others may write it");
}

static void a_link_to_nothing_includes_nothing(void **state)
{
	(void)state;
	char path[256];
	snprintf(path, sizeof path, "%s/.ssh/link", home);
	assert_int_equal(symlink("nothing", path), 0);
	struct ssh_target target = configured("lab1", "Include l*\nUser me\n");
	assert_string_equal(target.user, "me");
	ssh_target_release(&target);
}

static void signs_in_paths_stand_for_what_they_mean(void **state)
{
	(void)state;
	setenv("HOME", "/home/me", 1);
	struct ssh_target target = configured("lab1",
	    "Host lab1\nHostName %h.example\nIdentityFile ~/k\n"
	    "IdentityFile %d/%h-100%%\nIdentityFile none\n");

	assert_string_equal(target.hostname, "lab1.example");
	assert_int_equal(target.identities.count, 2);
	assert_string_equal(target.identities.items[0], "/home/me/k");
	assert_string_equal(target.identities.items[1],
	    "/home/me/lab1.example-100%");
	ssh_target_release(&target);
}

static void mistakes_name_their_line(void **state)
{
	(void)state;
	struct ssh_target target = parsed("lab1");
	struct err err = { "" };

	assert_int_equal(ssh_target_configure(&target, "conf",
	                     "Host lab1\n\nPort none\n", &err),
	    -1);
	assert_non_null(strstr(err.text, "conf:3: a port is a number"));
	assert_int_equal(ssh_target_configure(&target, "conf",
	                     "Host *\nProxyJump x,-y\n", &err),
	    -1);
	assert_non_null(strstr(err.text, "conf:2: '-y' is no host"));
	assert_int_equal(
	    ssh_target_configure(&target, "conf", "HostName\n", &err), -1);
	assert_non_null(strstr(err.text, "conf:1: HostName has no value"));
	ssh_target_release(&target);
}

/* The way there: what a configuration's text makes of it. */

static struct ssh_target completed(const char *words, const char *text)
{
	char path[64];
	struct ssh_target target = parsed(words);
	struct err err = { "" };
	write_file("given", text);
	snprintf(path, sizeof path, "%s/.ssh/given", home);
	if (ssh_target_complete(&target, path, &err) != 0)
		fail_msg("%s", err.text);
	return target;
}

static void expect_proxy(const char *text, const char *via, const char *command)
{
	struct ssh_target target = completed("me@lab1:2022", text);
	if (!command) {
		assert_null(target.proxy);
	} else {
		assert_string_equal(target.via, via);
		assert_string_equal(target.proxy, command);
	}
	ssh_target_release(&target);
}

static void a_proxy_command_is_the_rest_of_the_line_with_its_signs(void **state)
{
	(void)state;
	expect_proxy("ProxyCommand = nc -X \"5\" %h %p # %r %% %n \t\r\n"
	             "HostName 10.0.0.1\n",
	    "ProxyCommand", "nc -X \"5\" 10.0.0.1 2022 # me % lab1");
	expect_proxy("ProxyCommand none\nProxyJump x\n", NULL, NULL);
	expect_proxy("ProxyCommand a\nProxyJump x\nProxyCommand b\n",
	    "ProxyCommand", "a");
}

/* ssh with what is always said, up to the hosts. */
static void expect_jump(const char *jumps, const char *rest)
{
	char text[128], via[128], command[256];
	snprintf(text, sizeof text, "Host lab1\nProxyJump %s\nHostName ::1\n",
	    jumps);
	snprintf(via, sizeof via, "ProxyJump %s", jumps);
	snprintf(command, sizeof command,
	    "ssh -F '%s/.ssh/given' -o BatchMode=yes -o ControlMaster=no "
	    "-o ServerAliveInterval=5 -o ServerAliveCountMax=2 %s",
	    home, rest);
	expect_proxy(text, via, command);
}

static void a_jump_is_made_by_ssh_with_the_same_configuration(void **state)
{
	(void)state;
	expect_jump("bastion", "-W '[::1]:2022' 'bastion'");
	expect_jump("it's@[fe80::1]:22",
	    "-l 'it'\\''s' -p 22 -W '[::1]:2022' 'fe80::1'");
	expect_jump("a,me@b:1,ssh://c", "-J 'a,me@b:1' -W '[::1]:2022' 'c'");
	expect_proxy("ProxyJump none\nProxyCommand x\n", NULL, NULL);
}

static void expect_no_way(const char *text, const char *why)
{
	char path[64];
	struct ssh_target target = parsed("l;id");
	struct err err = { "" };
	write_file("given", text);
	snprintf(path, sizeof path, "%s/.ssh/given", home);
	assert_int_equal(ssh_target_complete(&target, path, &err), -1);
	if (!strstr(err.text, why))
		fail_msg("%s", err.text);
	ssh_target_release(&target);
}

static void a_name_that_sh_would_run_goes_into_no_command(void **state)
{
	(void)state;
	expect_no_way("ProxyCommand nc %h 22\n",
	    "ProxyCommand for l;id: 'l;id' has signs");
	struct ssh_target target =
	    completed("l;id", "HostName x\nProxyCommand nc %h 22\n");
	assert_string_equal(target.proxy, "nc x 22");
	ssh_target_release(&target);
}

static void jumps_in_a_circle_are_refused(void **state)
{
	(void)state;
	expect_no_way("Host *\nProxyJump bastion\n",
	    "ProxyJump bastion leads round in a circle; end it with: Host "
	    "bastion, ProxyJump none");
	expect_no_way("Host a\nProxyJump b\nHost *\nProxyJump x@a:22,c\n",
	    "ProxyJump x@a:22,c leads round in a circle");
	struct ssh_target target = completed("lab1",
	    "Host bastion\nProxyJump none\nHost *\nProxyJump bastion\n");
	assert_string_equal(target.via, "ProxyJump bastion");
	ssh_target_release(&target);
}

static void without_a_configuration_the_usual_holds(void **state)
{
	(void)state;
	setenv("HOME", "/home/me", 1);
	struct ssh_target target = parsed("lab1");
	struct err err = { "" };

	assert_int_equal(ssh_target_complete(&target, "/dev/null", &err), 0);
	assert_string_equal(target.hostname, "lab1");
	assert_int_equal(target.port, 22);
	assert_non_null(target.user);
	assert_string_equal(target.identities.items[0],
	    "/home/me/.ssh/id_ed25519");
	assert_string_equal(target.known_hosts.items[0],
	    "/home/me/.ssh/known_hosts");
	ssh_target_release(&target);

	target = parsed("lab1");
	assert_int_equal(ssh_target_complete(&target, "/nonexistent", &err),
	    -1);
	assert_non_null(strstr(err.text, "cannot read /nonexistent"));
	ssh_target_release(&target);
}

#define IN_HOME(test)                                                          \
	cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_user_host_and_port),
		cmocka_unit_test(words_that_are_no_host_are_refused),
		cmocka_unit_test(a_host_block_says_where_and_how),
		cmocka_unit_test(the_first_value_counts_and_the_words_beat_all),
		cmocka_unit_test(blocks_of_others_do_not_apply),
		cmocka_unit_test(a_host_line_may_have_many_names),
		cmocka_unit_test(a_yes_does_not_beat_an_earlier_no),
		IN_HOME(included_files_are_read_where_they_are_named),
		IN_HOME(a_block_holds_for_what_it_includes_and_no_further),
		IN_HOME(mistakes_name_the_included_file),
		IN_HOME(a_link_to_nothing_includes_nothing),
		IN_HOME(a_proxy_command_is_the_rest_of_the_line_with_its_signs),
		IN_HOME(a_jump_is_made_by_ssh_with_the_same_configuration),
		IN_HOME(a_name_that_sh_would_run_goes_into_no_command),
		IN_HOME(jumps_in_a_circle_are_refused),
		cmocka_unit_test(signs_in_paths_stand_for_what_they_mean),
		cmocka_unit_test(mistakes_name_their_line),
		cmocka_unit_test(without_a_configuration_the_usual_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
