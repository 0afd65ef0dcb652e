#include "relay_probe/probe.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/net.h"

#include <stdlib.h>
#include <string.h>

/* "http://a:80/metrics?x" as "a:80"; what stands before an '@' is secret. */
static char *name_of(const char *url)
{
	const char *slashes = strstr(url, "://");
	const char *host = slashes ? slashes + 3 : url;
	size_t length = strcspn(host, "/?#");
	for (size_t i = 0; i < length; i++) {
		if (host[i] == '@') {
			host += i + 1;
			length -= i + 1;
			i = 0;
		}
	}
	return length ? mem_text_n(host, length) : mem_text(url);
}

static int init_process(struct probe *probe)
{
	const struct settings *settings = probe->settings;
	const struct remote_settings how = { settings->ssh_config,
		settings->timeout_ns };
	probe->has_process = settings->pid || settings->process;
	if (!probe->has_process)
		return 0;
	return process_init(&probe->process, settings->pid, settings->process,
	    settings->host, &how, &probe->err);
}

int probe_init(struct probe *probe, const struct settings *settings)
{
	bool watching = settings->watch.count > 0;
	const char *output = settings->output ? settings->output
	                     : watching       ? NULL
	                                      : "-";
	*probe = (struct probe){ .settings = settings, .out.fd = -1 };
	probe->now.only = (const char *const *)settings->only.items;
	probe->now.only_count = settings->only.count;
	probe->before.only = probe->now.only;
	probe->before.only_count = probe->now.only_count;
	probe->request = (struct http_request){ .url = settings->url,
		.headers = settings->headers.items,
		.header_count = settings->headers.count,
		.timeout_ns = settings->timeout_ns,
		.keep_bytes = settings->max_bytes,
		.limit_bytes = settings->max_bytes };
	probe->sample.source = mem_text("relay");
	probe->sample.name =
	    settings->name ? mem_text(settings->name) : name_of(settings->url);
	if (watching)
		table_init(&probe->table, &settings->watch, stdout);
	probe->loop = loop_new(&probe->err);
	if (!probe->loop || init_process(probe) < 0)
		return -1;
	return output ? appender_open(&probe->out, output, &probe->err) : 0;
}

void probe_release(struct probe *probe)
{
	process_release(&probe->process);
	http_answer_release(&probe->answer);
	metrics_release(&probe->before);
	metrics_release(&probe->now);
	record_sample_release(&probe->sample);
	buf_release(&probe->line);
	table_release(&probe->table);
	appender_close(&probe->out);
	loop_free(probe->loop);
}

/* One poll */

static void add_count(struct readings *to, const char *name, size_t count)
{
	if (count > 0)
		readings_add_format(to, READING_NOW, (double)count, "probe.%s",
		    name);
}

/* What we tell ourselves goes by names that begin so. */
static bool is_ours(const struct probe *probe, const char *name)
{
	return strncmp(name, "probe.", 6) == 0 ||
	       (probe->has_process && strncmp(name, "proc.", 5) == 0);
}

/* The figures of the page, and what was wrong with it. */
static void take_page(struct probe *probe)
{
	struct readings *to = &probe->sample.values;
	const struct metrics *now = &probe->now;
	size_t ours = 0;
	for (size_t i = 0; i < now->readings.count; i++) {
		const char *name = readings_name(&now->readings, i);
		if (is_ours(probe, name)) {
			ours++;
			continue;
		}
		readings_add(to, READING_NOW, now->readings.items[i].value,
		    name, strlen(name));
	}
	add_count(to, "not_numbers", now->not_numbers);
	add_count(to, "malformed", now->malformed);
	add_count(to, "left_out", now->beyond);
	add_count(to, "named_twice", now->twice + ours);
}

static void fail(struct probe *probe, const char *reason)
{
	probe->sample.failed = mem_text(reason);
	err_set(&probe->err, "%s", reason);
}

static int read_page(struct probe *probe)
{
	struct http_answer *answer = &probe->answer;
	struct err why;
	if (answer->reason) {
		fail(probe, answer->reason);
		return -1;
	}
	/* Of protocols other than HTTP there is none. */
	if (answer->status != 0 && answer->status != 200) {
		err_set(&why, "http %u", answer->status);
		fail(probe, why.text);
		return -1;
	}
	if (buf_add(&answer->body, "", 1) < 0 ||
	    metrics_read(&probe->now, (const char *)answer->body.data,
	        answer->body.length - 1, &why) < 0) {
		fail(probe, why.text);
		return -1;
	}
	return 0;
}

static void take_process(struct probe *probe)
{
	int64_t now_ns = clock_now_ns();
	double seconds =
	    (double)(now_ns - probe->process_ns) / (double)NS_PER_SECOND;
	procfs_process_figures(&probe->sample.values, &probe->found,
	    &probe->found_before, seconds);
	probe->found_before = probe->found;
	probe->process_ns = now_ns;
}

static void tell(struct probe *probe)
{
	if (probe->table.names)
		table_row(&probe->table, &probe->sample);
	if (probe->out.fd < 0)
		return;
	if (record_sample_write(&probe->line, &probe->sample) < 0)
		probe->halted =
		    err_system(&probe->err, "cannot write a sample") < 0;
	else
		probe->halted =
		    appender_write(&probe->out, &probe->line, &probe->err) < 0;
}

/* What needs more stack than a fiber has: JSON may be deep. */
static void conclude(void *arg)
{
	struct probe *probe = arg;
	struct metrics *now = &probe->now;
	bool found = probe->found.count > 0;
	const struct check check = {
		.connections = probe->settings->connections,
		.pid_figure = probe->settings->pid_figure,
		.pid = probe->found.count <= 1 ? probe->found.pid : 0,
		.process = found ? &probe->found : NULL,
	};
	if (read_page(probe) == 0) {
		take_page(probe);
		check_figures(&probe->sample, &check, &probe->before, now);
		struct metrics swapped = probe->before;
		probe->before = *now;
		*now = swapped;
		probe->good++;
	}
	if (found)
		take_process(probe);
	if (probe->ticker.missed)
		add_count(&probe->sample.values, "missed_polls",
		    (size_t)probe->ticker.missed);
	probe->ticker.missed = 0;
	tell(probe);
}

static void look_at_process(struct probe *probe)
{
	struct err why;
	probe->found = (struct procfs_process){ 0 };
	if (!probe->has_process)
		return;
	int64_t deadline_ns = clock_now_ns() + probe->settings->timeout_ns;
	if (process_look(&probe->process, deadline_ns, &probe->found, &why) < 0)
		record_sample_mark(&probe->sample, "proc", "%s", why.text);
}

/* False when the loop was stopped meanwhile. */
static bool poll_once(struct probe *probe, struct http *http)
{
	struct record_sample *sample = &probe->sample;
	record_sample_clear(sample);
	sample->t_unix_ms = clock_unix_ms();
	int64_t start_ns = clock_now_ns();
	http_fetch(http, &probe->request, &probe->answer);
	int64_t took_ns = clock_now_ns() - start_ns;
	look_at_process(probe);
	if (fiber_yield() < 0)
		return false;
	probe->polls++;
	readings_add_format(&sample->values, READING_NOW,
	    (double)(took_ns / NS_PER_US) / 1e3, "probe.took_ms");
	fiber_call(conclude, probe);
	return true;
}

static void poll_on(struct probe *probe, struct http *http)
{
	const struct settings *settings = probe->settings;
	struct ticker *ticker = &probe->ticker;
	uint64_t count = settings->once ? 1 : settings->count;
	int64_t end_ns = CLOCK_NEVER;
	*ticker =
	    (struct ticker){ clock_now_ns(), settings->interval_ns, 0, 0 };
	if (settings->duration_ns)
		end_ns = ticker->start_ns + settings->duration_ns;
	while (poll_once(probe, http) && !probe->halted) {
		if (count && probe->polls >= count)
			break;
		int64_t next_ns = ticker_next(ticker, clock_now_ns());
		if (next_ns > end_ns || fiber_sleep_until(next_ns) < 0)
			break;
	}
}

void probe_run(void *arg)
{
	struct probe *probe = arg;
	const struct http_access access = {
		.cacert = probe->settings->cacert,
		.insecure = probe->settings->insecure,
	};
	struct http *http = http_new(&access, &probe->err);
	if (http)
		poll_on(probe, http);
	else
		probe->halted = true;
	http_free(http);
	if (probe->process.remote)
		remote_disconnect(probe->process.remote);
	if (probe->table.names)
		table_end(&probe->table);
}
