#include "lib/live.h"

#include "lib/buf.h"
#include "lib/live_state.h"
#include "lib/unit.h"
#include "lib/utf8.h"

#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>

#define LINE_PERIOD_NS (5 * NS_PER_SECOND)
#define BAR            25
#define SPARK          34 /* periods in a sparkline */
#define REASONS        3

static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };

static void add_bar(const struct live *live, struct buf *out, double share,
    int width, bool ground)
{
	int full = (int)(share * width + 0.5);

	for (int i = 0; i < width; i++) {
		if (i < full)
			buf_add_text(out, live->utf8 ? "█" : "#");
		else if (ground)
			buf_add_text(out, live->utf8 ? "░" : ".");
	}
}

static double slot_rate(const struct live *live, const struct live_slot *slot)
{
	(void)live;
	return live_slot_rate(slot);
}

static double slot_p99(const struct live *live, const struct live_slot *slot)
{
	return slot ? (double)histogram_percentile(live_slot_felt(live, slot),
	                  99)
	            : 0;
}

static void add_spark(const struct live *live, struct buf *out,
    double (*value)(const struct live *live, const struct live_slot *slot))
{
	int64_t last = live_last(live);
	double values[SPARK], most = 0;

	for (int i = 0; i < SPARK; i++) {
		int64_t index = last - SPARK + 1 + i;

		values[i] = value(live, live_slot_at(live, index));
		most = values[i] > most ? values[i] : most;
	}
	for (int i = 0; i < SPARK; i++) {
		int level = most > 0 ? (int)(values[i] / most * 7 + 0.5) : 0;

		if (last - SPARK + 1 + i < 0)
			buf_add_text(out, " ");
		else if (live->utf8)
			buf_add_text(out, blocks[level]);
		else
			buf_add_format(out, "%d", level + 1);
	}
}

static void add_clock(struct buf *out, int64_t ms)
{
	int64_t seconds = ms / 1000;

	if (seconds >= 3600)
		buf_add_format(out, "%" PRId64 ":", seconds / 3600);
	buf_add_format(out, "%02" PRId64 ":%02" PRId64, seconds / 60 % 60,
	    seconds % 60);
}

static void add_phase(const struct live *live, struct buf *out)
{
	if (!live->phase)
		return;
	buf_add_format(out, "phase %s", live->phase);
	if (live->phase_index < live->phase_count)
		buf_add_format(out, ", %zu of %zu", live->phase_index + 1,
		    live->phase_count);
	buf_add_text(out, "     ");
}

/* How long it has lasted, of what was said or of what can be expected. */
static void add_time(const struct live *live, struct buf *out,
    const struct live_figures *now)
{
	int64_t duration_ms = live->setup.duration_ms;

	add_clock(out, now->elapsed_ms);
	if (duration_ms > 0) {
		buf_add_text(out, " of ");
		add_clock(out, duration_ms);
	} else if (now->share > 0.01 && now->share < 1) {
		buf_add_text(out, " of about ");
		add_clock(out, (int64_t)((double)now->elapsed_ms / now->share));
	}
}

static void add_head(const struct live *live, struct buf *out,
    const struct live_figures *now, int columns)
{
	buf_add_format(out, "%-*s   ", columns >= 110 ? 58 : 0, live->title);
	add_phase(live, out);
	add_time(live, out, now);
	buf_add_text(out, "\n");
}

static void add_requests(const struct live *live, struct buf *out,
    const struct live_figures *now)
{
	char n[UNIT_TEXT];

	buf_add_format(out, "  requests    %s",
	    unit_count(n, live->total.sent));
	if (live->setup.planned > 0)
		buf_add_format(out, " of %s",
		    unit_count(n, live->setup.planned));
	buf_add_format(out, "   %s/s",
	    unit_decimal(n, live_slot_rate(now->last), 0));
	if (now->target > 0)
		buf_add_format(out, " of %s/s",
		    unit_decimal(n, now->target, 0));
	buf_add_format(out, "   %s in flight", unit_count(n, now->in_flight));
	if (live->total.skipped > 0)
		buf_add_format(out, "   %s not sent",
		    unit_count(n, live->total.skipped));
	if (now->share >= 0) {
		buf_add_text(out, "    ");
		add_bar(live, out, now->share, BAR, true);
		buf_add_format(out, "  %.0f %%", 100 * now->share);
	}
	buf_add_text(out, "\n");
}

/* The most frequent reasons, the first of them first. */
static void add_reasons(const struct live *live, struct buf *out)
{
	const struct count *most[REASONS];
	size_t shown = counts_top(&live->total.reasons, most, REASONS);
	char n[UNIT_TEXT];

	for (size_t i = 0; i < shown; i++)
		buf_add_format(out, "%s%s %s",
		    i == 0       ? "         "
		    : live->utf8 ? " · "
		                 : ", ",
		    most[i]->name, unit_count(n, most[i]->n));
}

static void add_failed(const struct live *live, struct buf *out)
{
	char failed[UNIT_TEXT];
	bool red = live->colour && live->total.failed > 0;

	buf_add_format(out, "%s  failed      %s (%.2f %%)%s",
	    red ? "\033[31m" : "", unit_count(failed, live->total.failed),
	    stats_failed_percent(&live->total), red ? "\033[m" : "");
	add_reasons(live, out);
	buf_add_text(out, "\n");
}

static void add_latencies(struct buf *out, const char *name,
    const struct histogram *all, const struct histogram *last)
{
	char a[UNIT_TEXT], b[UNIT_TEXT], c[UNIT_TEXT];

	buf_add_format(out, "  %-11s p50 %s ms   p99 %s ms   max %s ms", name,
	    live_ms(a, histogram_percentile(all, 50)),
	    live_ms(b, histogram_percentile(all, 99)),
	    live_ms(c, histogram_max(all)));
	if (last && last->count > 0)
		buf_add_format(out, "         last second p50 %s ms  p99 %s ms",
		    live_ms(a, histogram_percentile(last, 50)),
		    live_ms(b, histogram_percentile(last, 99)));
	buf_add_text(out, "\n");
}

static void add_times(const struct live *live, struct buf *out,
    const struct live_slot *last)
{
	const struct stats *total = &live->total;

	if (total->service.count == 0) {
		buf_add_text(out, "  service     no answer yet\n");
		return;
	}
	add_latencies(out, "service", &total->service,
	    last ? &last->service : NULL);
	if (live->open_loop)
		add_latencies(out, "response", stats_response(total),
		    last ? &last->response : NULL);
	else
		buf_add_text(out, "  response    the same (closed loop)\n");
}

static void add_sparks(const struct live *live, struct buf *out,
    const struct live_slot *last)
{
	char text[UNIT_TEXT];

	buf_add_text(out, "  rate        ");
	add_spark(live, out, slot_rate);
	buf_add_format(out, "   %s/s\n",
	    unit_decimal(text, live_slot_rate(last), 0));
	buf_add_text(out, "  p99         ");
	add_spark(live, out, slot_p99);
	buf_add_format(out, "   %s ms\n",
	    live_ms(text, (int64_t)slot_p99(live, last)));
}

static void add_servers(const struct live *live, struct buf *out)
{
	const struct counts *servers = &live->total.servers;
	uint64_t all = counts_total(servers);

	if (all == 0)
		return;
	buf_add_text(out, "  servers     ");
	for (size_t i = 0; i < servers->length; i++) {
		double share = (double)servers->items[i].n / (double)all;

		buf_add_format(out, "%s ", servers->items[i].name);
		add_bar(live, out, share, BAR - 1, false);
		buf_add_format(out, " %.0f %%   ", 100 * share);
	}
	buf_add_text(out, "\n");
}

static void add_generator(const struct live *live, struct buf *out,
    const struct live_figures *now)
{
	static const char *const colours[] = {
		[GENERATOR_UNKNOWN] = "",
		[GENERATOR_OK] = "",
		[GENERATOR_SUSPECT] = "\033[33m",
		[GENERATOR_INVALID] = "\033[31m",
	};
	const struct generator_judgement *generator = &now->generator;
	char lag[UNIT_TEXT];
	const char *colour = live->colour ? colours[generator->verdict] : "";

	buf_add_format(out, "%s  generator   %s%s%s%s%s", colour,
	    generator_word(generator->verdict), *generator->why ? " (" : "",
	    generator->why, *generator->why ? ")" : "",
	    *colour ? "\033[m" : "");
	buf_add_format(out, "   cpu %.0f %% of %zu core%s   lag p99 %s ms\n",
	    now->cpu_percent, now->threads, now->threads == 1 ? "" : "s",
	    live_ms(lag, now->lag_p99_us));
}

/* Bytes of a line that fill at most that many columns. */
static size_t cut(const char *line, size_t length, int columns)
{
	size_t i = 0;

	while (i < length) {
		if (line[i] == '\033') {
			while (i < length && line[i] != 'm')
				i++;
			i++;
			continue;
		}
		if (!utf8_continues(line[i]) && columns-- == 0)
			return i;
		i++;
	}
	return length;
}

static struct winsize terminal_size(FILE *to)
{
	struct winsize size = { 0 };

	ioctl(fileno(to), TIOCGWINSZ, &size);
	if (size.ws_col == 0)
		size.ws_col = 80;
	if (size.ws_row == 0)
		size.ws_row = 24;
	return size;
}

/* Nothing may scroll: what is above the top cannot be drawn over. */
static void show(struct live *live, const struct buf *text)
{
	FILE *to = live->setup.to;
	struct winsize size = terminal_size(to);
	int columns = size.ws_col - 1, rows = size.ws_row - 1;
	const char *line = (const char *)text->data;
	const char *end = line + text->length;

	if (live->lines_drawn > 0)
		fprintf(to, "\033[%dA", live->lines_drawn);
	live->lines_drawn = 0;
	while (line < end && live->lines_drawn < rows) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t length = (size_t)(stop - line);

		fwrite(line, 1, cut(line, length, columns), to);
		fputs(live->colour ? "\033[m\033[K\n" : "\033[K\n", to);
		live->lines_drawn++;
		line = stop + 1;
	}
	fflush(to);
}

static void draw_in_place(struct live *live)
{
	struct live_figures now = live_figures(live);
	struct buf text = { 0 };

	add_head(live, &text, &now, terminal_size(live->setup.to).ws_col);
	add_requests(live, &text, &now);
	add_failed(live, &text);
	add_times(live, &text, now.last);
	if (live->newest > 0)
		add_sparks(live, &text, now.last);
	add_servers(live, &text);
	add_generator(live, &text, &now);
	show(live, &text);
	buf_release(&text);
}

void live_draw(struct live *live)
{
	int64_t now_ns = clock_now_ns();

	if (live->in_place) {
		draw_in_place(live);
	} else if (now_ns - live->line_ns >= LINE_PERIOD_NS) {
		live_write_line(live);
		live->line_ns = now_ns;
	}
}

void live_below(struct live *live)
{
	if (!live->in_place && live->news)
		live_write_line(live);
	live->lines_drawn = 0;
}
