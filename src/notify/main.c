/* notify - says what stands on stdin to a web hook. */
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/fiber.h"
#include "lib/http.h"
#include "lib/mem.h"
#include "lib/stop.h"
#include "notify/message.h"
#include "notify/post.h"
#include "notify/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE 4096

/* Also what is too long to be sent: who writes it need not know. */
static int read_text(struct buf *text, struct err *err)
{
	uint8_t piece[PIECE];
	while (true) {
		ssize_t length = read(STDIN_FILENO, piece, sizeof piece);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return err_system(err, "cannot read stdin");
		if (length == 0)
			break;
		if (text->length <= MESSAGE_BYTES_MAX &&
		    buf_add(text, piece, (size_t)length) < 0)
			return err_system(err, "cannot keep the message");
	}
	if (text->length == 0)
		return err_set(err, "there is no message on stdin");
	return 0;
}

static int send_body(const struct settings *settings, const struct buf *body,
    struct err *err)
{
	struct post post = { .settings = settings, .body = body };
	int result = -1;

	struct loop *loop = loop_new(err);
	if (!loop)
		return -1;
	stop_on_signals(loop);
	if (!fiber_spawn(loop, post_run, &post)) {
		err_system(err, "cannot send");
	} else if (loop_run(loop, err) == 0) {
		result = post.taken ? 0 : -1;
		*err = post.err;
	}
	stop_on_signals(NULL);
	loop_free(loop);
	return result;
}

static int check_url(const char *url, struct err *err)
{
	if (http_check_url(url, err) < 0 || !http_url_is_http(url))
		return err_set(err,
		    "NOTIFY_URL is not a URL such as https://host/path");
	return 0;
}

static int run(struct settings *settings)
{
	struct buf text = { 0 }, body = { 0 };
	struct err err;
	int code = EXIT_PASSED;

	if (!settings->url && getenv("NOTIFY_URL"))
		settings->url = mem_text(getenv("NOTIFY_URL"));
	if (!settings->url || !*settings->url) {
		err_set(&err, "name a web hook: NOTIFY_URL in a conf file "
		              "(--conf) or in the environment");
		return err_fail(&err, EXIT_USAGE);
	}
	if (check_url(settings->url, &err) < 0)
		return err_fail(&err, EXIT_USAGE);
	if (read_text(&text, &err) < 0)
		code = err_fail(&err, EXIT_USAGE);
	else if (message_json(&body, &text) < 0 ||
	         send_body(settings, &body, &err) < 0)
		code = stop_signal() ? 128 + stop_signal()
		                     : err_fail(&err, EXIT_CANNOT);
	buf_release(&text);
	buf_release(&body);
	return code;
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct nightly nightly = { 0 };
	struct option_set sets[SETTINGS_SETS];
	struct options options = {
		.program = "notify",
		.about = "Sends the text on stdin to a web hook, as Slack's "
		         "and others take it.",
		.sets = sets,
		.set_count = SETTINGS_SETS,
	};
	struct err err;
	int operand, code;

	settings_sets(&settings, &nightly, sets);
	if (options_start(&options, argc, argv, &operand, &code))
		code = run(&settings);
	/* nightly.sh reads the settings so, and need not test all night to know
	 * that a URL is none. */
	else if (code == EXIT_PASSED && settings.url && *settings.url &&
	         check_url(settings.url, &err) < 0)
		code = err_fail(&err, EXIT_USAGE);
	options_release(&options);
	return err_end(code);
}
