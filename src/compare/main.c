/* compare - says what differs between runs, and how surely. */
#include "compare/compared.h"
#include "compare/listing.h"
#include "compare/settings.h"

#include "lib/outfile.h"

#include <locale.h>
#include <unistd.h>

static int write_html(const struct compared *compared, const char *path,
    struct err *err)
{
	struct outfile file;
	if (outfile_open(&file, path, err) < 0)
		return -1;
	compared_html(compared, file.stream);
	return outfile_commit(&file, err);
}

static int write_all(const struct compared *compared,
    const struct settings *settings, struct err *err)
{
	if (settings->html && *settings->html &&
	    write_html(compared, settings->html, err) < 0)
		return -1;
	if (settings->json)
		compared_json(compared, stdout);
	else
		compared_text(compared, stdout);
	return err_stdout(err);
}

static enum exit_code compare(const struct settings *settings,
    const char *baseline, char **paths, size_t count)
{
	struct compared compared = { .settings = settings_effects(settings) };
	struct run_settings how = { settings->phase, settings->with_faults };
	struct err err;
	enum exit_code code = compared_make(&compared, baseline, paths, count,
	    &how, settings->anyway, &err);
	if (code == EXIT_PASSED && write_all(&compared, settings, &err) < 0)
		code = EXIT_CANNOT;
	if (code != EXIT_PASSED)
		err_fail(&err, code);
	else
		code = compared.exit_code;
	compared_release(&compared);
	return code;
}

static int run(const struct settings *settings, char **paths, size_t count)
{
	struct err err;
	if (settings->list || (settings->trend && *settings->trend))
		return listing(settings, paths, count);
	if (count == 0) {
		err_set(&err, "name two runs to compare, or one to compare "
		              "with the baseline; compare --help tells more");
		return err_fail(&err, EXIT_USAGE);
	}
	if (count > 1)
		return (int)compare(settings, paths[0], paths + 1, count - 1);
	if (access(settings->baseline, F_OK) == 0)
		return (int)compare(settings, settings->baseline, paths, 1);
	err_set(&err,
	    "there is no baseline %s; name two runs, or mark one with "
	    "scripts/history.sh --baseline RUN",
	    settings->baseline);
	return err_fail(&err, EXIT_CANNOT);
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	struct option_set sets[SETTINGS_SETS];
	struct options options = {
		.program = "compare",
		.operands = "[BASELINE] RUN...",
		.about = "Says what differs between two runs or more, and how "
		         "surely.",
		.sets = sets,
		.set_count = SETTINGS_SETS,
	};
	int operand, code;

	setlocale(LC_CTYPE, "");
	settings_sets(&settings, sets);
	if (options_start(&options, argc, argv, &operand, &code))
		code = run(&settings, argv + operand, (size_t)(argc - operand));
	options_release(&options);
	return err_end(code);
}
