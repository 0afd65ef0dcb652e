#include "relay_probe/settings.h"

#include "lib/http.h"
#include "lib/ssh_config.h"

#include <string.h>

#define ROW(...) OPTION_ROW(struct settings, __VA_ARGS__)

static const struct option sampling[] = {
	ROW("url", OPTION_TEXT, url, .words = "URL",
	    .help = "of the page: JSON, Prometheus' text or nginx' status"),
	ROW("interval", OPTION_TIME, interval_ns, .fallback = "1s",
	    .from = "10ms", .to = "1h", .help = "between two polls"),
	ROW("count", OPTION_COUNT, count, .from = "1", .to = "1G",
	    .help = "end after so many samples"),
	ROW("duration", OPTION_TIME, duration_ns, .from = "10ms",
	    .to = "10000h", .help = "end after so long"),
	ROW("once", OPTION_FLAG, once, .help = "one sample, for scripts"),
	ROW("output", OPTION_TEXT, output, .words = "FILE",
	    .help = "append the samples to FILE; - is stdout, where they go "
	            "unless --watch is given"),
	ROW("watch", OPTION_LIST, watch, .words = "NAME",
	    .help = "a live table of these figures on stdout"),
	ROW("only", OPTION_ITEMS, only, .words = "PATTERN",
	    .help = "keep the page's figures of these names: 'node_load*'"),
	ROW("name", OPTION_TEXT, name,
	    .help = "of the service in the samples; the URL's host and port "
	            "unless given"),
};

static const struct option reaching[] = {
	ROW("timeout", OPTION_TIME, timeout_ns, .fallback = "5s", .from = "1ms",
	    .to = "1h", .help = "for one poll in all"),
	ROW("max-bytes", OPTION_BYTES, max_bytes, .fallback = "4M",
	    .from = "1k", .to = "64M", .help = "a longer page is a failure"),
	ROW("header", OPTION_ITEMS, headers, .words = "LINE",
	    .help = "'Name: value' to send; once for each"),
	ROW("cacert", OPTION_TEXT, cacert, .words = "FILE",
	    .help = "PEM file that says whom to trust"),
	ROW("insecure", OPTION_FLAG, insecure, .help = "trust whoever answers"),
};

static const struct option process[] = {
	ROW("pid", OPTION_COUNT, pid, .from = "1", .to = "4194304",
	    .help = "add this process' own figures from /proc"),
	ROW("process", OPTION_TEXT, process, .words = "NAME",
	    .help = "the same of all processes of that name together"),
	ROW("host", OPTION_TEXT, host, .words = "USER@HOST",
	    .help = "where that process runs; here unless given"),
	ROW("ssh-config", OPTION_TEXT, ssh_config, .words = "FILE",
	    .help = "instead of ~/.ssh/config"),
	ROW("connections", OPTION_TEXT, connections, .words = "NAME",
	    .fallback = "connections",
	    .help = "the figure that cannot be more than the process' "
	            "sockets"),
	ROW("pid-figure", OPTION_TEXT, pid_figure, .words = "NAME",
	    .fallback = "process.pid",
	    .help = "the figure that says which process answers"),
};

void settings_sets(struct settings *settings,
    struct option_set sets[SETTINGS_SETS])
{
	sets[0] = OPTION_SET("Sampling", sampling, settings);
	sets[1] = OPTION_SET("The page", reaching, settings);
	sets[2] = OPTION_SET("The process behind it", process, settings);
}

static int check_headers(const struct text_list *headers, struct err *err)
{
	for (size_t i = 0; i < headers->count; i++) {
		size_t name = strcspn(headers->items[i], ": ");
		if (name == 0 || headers->items[i][name] != ':')
			return err_set(err,
			    "--header '%s' is not of the form 'Name: value'",
			    headers->items[i]);
	}
	return 0;
}

static int check_host(const char *host, struct err *err)
{
	struct ssh_target target = { 0 };
	int result = ssh_target_parse(&target, host, err);
	ssh_target_release(&target);
	return result;
}

int settings_check(const struct settings *settings, struct err *err)
{
	if (!settings->url)
		return err_set(err,
		    "name the page: --url http://127.0.0.1:8081/metrics");
	if (http_check_url(settings->url, err) < 0)
		return -1;
	if (settings->pid && settings->process)
		return err_set(err,
		    "--pid and --process name one process twice; give one of "
		    "them");
	if (settings->host && !settings->pid && !settings->process)
		return err_set(err,
		    "--host needs the process there: --process NAME, or --pid");
	if (settings->host && check_host(settings->host, err) < 0)
		return -1;
	if (settings->watch.count > 0 && settings->output &&
	    strcmp(settings->output, "-") == 0)
		return err_set(err, "--watch has stdout for its table; give "
		                    "--output a file");
	return check_headers(&settings->headers, err);
}
