/* live_draw.c - see live.h. */
#include "lib/live.h"

#include "lib/buf.h"
#include "lib/live_state.h"
#include "lib/unit.h"

#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>

#define LINE_PERIOD_NS (5 * NS_PER_SECOND)
#define BAR            25
#define SPARK          34 /* periods in a sparkline */
#define REASONS        3

static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };

static const char *ms_text(char *out, int64_t us)
{
	double ms = (double)us / 1000;

	return unit_decimal(out, ms, ms < 10 ? 1 : 0);
}

static void add_bar(const struct live *live, struct buf *out, double share,
    int width, bool ground)
{
	int full = (int)(share * width + 0.5);

	for (int i = 0; i < width; i++) {
		if (i < full)
			(void)buf_add_text(out, live->utf8 ? "█" : "#");
		else if (ground)
			(void)buf_add_text(out, live->utf8 ? "░" : ".");
	}
}

static double slot_p99(const struct live_slot *slot)
{
	if (slot == NULL)
		return 0;
	return (double)histogram_percentile(&slot->service, 99);
}

static void add_spark(const struct live *live, struct buf *out,
    double (*value)(const struct live_slot *))
{
	int64_t last = live_last(live);
	double most = 0;

	for (int64_t i = last - SPARK + 1; i <= last; i++) {
		double v = value(live_slot_at(live, i));

		most = v > most ? v : most;
	}
	for (int64_t i = last - SPARK + 1; i <= last; i++) {
		double v = value(live_slot_at(live, i));
		int level = most > 0 ? (int)(v / most * 7 + 0.5) : 0;

		if (i < 0)
			(void)buf_add_text(out, " ");
		else if (live->utf8)
			(void)buf_add_text(out, blocks[level]);
		else
			(void)buf_add_format(out, "%d", level + 1);
	}
}

static const char *generator(const struct live_figures *now)
{
	return generator_word(now->generator.verdict);
}

static void add_clock(struct buf *out, int64_t ms)
{
	int64_t seconds = ms / 1000;

	if (seconds >= 3600)
		(void)buf_add_format(out, "%" PRId64 ":", seconds / 3600);
	(void)buf_add_format(out, "%02" PRId64 ":%02" PRId64, seconds / 60 % 60,
	    seconds % 60);
}

static void add_head(const struct live *live, struct buf *out,
    const struct live_figures *now)
{
	(void)buf_add_format(out, "%-58s  ", live->title);
	add_clock(out, now->elapsed_ms);
	if (now->share > 0.01 && now->share < 1) {
		(void)buf_add_text(out, " of about ");
		add_clock(out, (int64_t)((double)now->elapsed_ms / now->share));
	}
	(void)buf_add_text(out, "\n");
}

static void add_requests(const struct live *live, struct buf *out,
    const struct live_figures *now)
{
	char done[UNIT_TEXT], planned[UNIT_TEXT], rate[UNIT_TEXT];
	char in_flight[UNIT_TEXT];

	(void)buf_add_format(out, "  requests    %s",
	    unit_count(done, live->total.sent));
	if (live->setup.planned > 0)
		(void)buf_add_format(out, " of %s",
		    unit_count(planned, live->setup.planned));
	(void)buf_add_format(out, "   %s/s   %s in flight    ",
	    unit_decimal(rate, live_slot_rate(now->last), 0),
	    unit_count(in_flight, now->in_flight));
	if (now->share >= 0) {
		add_bar(live, out, now->share, BAR, true);
		(void)buf_add_format(out, "  %.0f %%", 100 * now->share);
	}
	(void)buf_add_text(out, "\n");
}

/* The most frequent reasons, the first of them first. */
static void add_reasons(const struct live *live, struct buf *out)
{
	const struct count *most[REASONS];
	size_t shown = counts_top(&live->total.reasons, most, REASONS);
	char n[UNIT_TEXT];

	for (size_t i = 0; i < shown; i++)
		(void)buf_add_format(out, "%s%s %s",
		    i == 0       ? "         "
		    : live->utf8 ? " · "
		                 : ", ",
		    most[i]->name, unit_count(n, most[i]->n));
}

static void add_failed(const struct live *live, struct buf *out)
{
	char failed[UNIT_TEXT];
	bool red = live->colour && live->total.failed > 0;

	(void)buf_add_format(out, "%s  failed      %s (%.2f %%)%s",
	    red ? "\033[31m" : "", unit_count(failed, live->total.failed),
	    stats_failed_percent(&live->total), red ? "\033[m" : "");
	add_reasons(live, out);
	(void)buf_add_text(out, "\n");
}

static void add_service(const struct live *live, struct buf *out,
    const struct live_slot *last)
{
	const struct histogram *all = &live->total.service;
	char a[UNIT_TEXT], b[UNIT_TEXT], c[UNIT_TEXT];

	if (all->count == 0) {
		(void)buf_add_text(out, "  service     no answer yet\n");
		return;
	}
	(void)buf_add_format(out,
	    "  service     p50 %s ms   p99 %s ms   max %s ms",
	    ms_text(a, histogram_percentile(all, 50)),
	    ms_text(b, histogram_percentile(all, 99)),
	    ms_text(c, histogram_max(all)));
	if (last != NULL && last->service.count > 0)
		(void)buf_add_format(out,
		    "         last second p50 %s ms  p99 %s ms",
		    ms_text(a, histogram_percentile(&last->service, 50)),
		    ms_text(b, histogram_percentile(&last->service, 99)));
	(void)buf_add_text(out, "\n");
}

static void add_sparks(const struct live *live, struct buf *out,
    const struct live_slot *last)
{
	char text[UNIT_TEXT];

	(void)buf_add_text(out, "  rate        ");
	add_spark(live, out, live_slot_rate);
	(void)buf_add_format(out, "   %s/s\n",
	    unit_decimal(text, live_slot_rate(last), 0));
	(void)buf_add_text(out, "  p99         ");
	add_spark(live, out, slot_p99);
	(void)buf_add_format(out, "   %s ms\n",
	    ms_text(text, (int64_t)slot_p99(last)));
}

static void add_servers(const struct live *live, struct buf *out)
{
	const struct counts *servers = &live->total.servers;
	uint64_t all = counts_total(servers);

	if (all == 0)
		return;
	(void)buf_add_text(out, "  servers     ");
	for (size_t i = 0; i < servers->length; i++) {
		double share = (double)servers->items[i].n / (double)all;

		(void)buf_add_format(out, "%s ", servers->items[i].name);
		add_bar(live, out, share, BAR - 1, false);
		(void)buf_add_format(out, " %.0f %%   ", 100 * share);
	}
	(void)buf_add_text(out, "\n");
}

static void add_generator(const struct live *live, struct buf *out,
    const struct live_figures *now)
{
	(void)buf_add_format(out,
	    "  generator   %s   cpu %.0f %%%s   lag p99 %.1f ms\n",
	    generator(now), now->cpu_percent,
	    live->setup.threads * live->process_count > 1
	        ? " of a core (busiest thread)"
	        : " of a core",
	    (double)now->lag_p99_us / 1000);
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
		if (((unsigned char)line[i] & 0xc0) != 0x80 && columns-- == 0)
			return i;
		i++;
	}
	return length;
}

static int terminal_columns(FILE *to)
{
	struct winsize size;

	if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

static void show(struct live *live, const struct buf *text)
{
	FILE *to = live->setup.to;
	int columns = terminal_columns(to) - 1;
	const char *line = (const char *)text->data;
	const char *end = line + text->length;

	if (live->lines_drawn > 0)
		(void)fprintf(to, "\033[%dA", live->lines_drawn);
	live->lines_drawn = 0;
	while (line < end) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t length = (size_t)(stop - line);

		(void)fwrite(line, 1, cut(line, length, columns), to);
		(void)fputs(live->colour ? "\033[m\033[K\n" : "\033[K\n", to);
		live->lines_drawn++;
		line = stop + 1;
	}
	(void)fflush(to);
}

static void draw_in_place(struct live *live)
{
	struct live_figures now = live_figures(live);
	struct buf text = { 0 };

	add_head(live, &text, &now);
	add_requests(live, &text, &now);
	add_failed(live, &text);
	add_service(live, &text, now.last);
	if (live->newest > 0)
		add_sparks(live, &text, now.last);
	add_servers(live, &text);
	add_generator(live, &text, &now);
	show(live, &text);
	buf_release(&text);
}

static void write_line(struct live *live)
{
	struct live_figures now = live_figures(live);
	const struct histogram *all = &live->total.service;
	char stamp[CLOCK_STAMP], done[UNIT_TEXT], planned[UNIT_TEXT];
	char rate[UNIT_TEXT], flying[UNIT_TEXT], failed[UNIT_TEXT];
	char p50[UNIT_TEXT], p99[UNIT_TEXT];

	clock_stamp(stamp, clock_unix_ms());
	(void)fprintf(live->setup.to,
	    "%s  %s%s%s  %s/s  %s in flight  %s failed  p50 %s ms  "
	    "p99 %s ms  generator %s\n",
	    stamp + 11, unit_count(done, live->total.sent),
	    live->setup.planned > 0 ? " of " : "",
	    live->setup.planned > 0 ? unit_count(planned, live->setup.planned)
	                            : "",
	    unit_decimal(rate, live_slot_rate(now.last), 0),
	    unit_count(flying, now.in_flight),
	    unit_count(failed, live->total.failed),
	    ms_text(p50, histogram_percentile(all, 50)),
	    ms_text(p99, histogram_percentile(all, 99)), generator(&now));
	(void)fflush(live->setup.to);
}

void live_draw(struct live *live)
{
	int64_t now_ns = clock_now_ns();

	if (live->in_place) {
		draw_in_place(live);
	} else if (now_ns - live->line_ns >= LINE_PERIOD_NS) {
		write_line(live);
		live->line_ns = now_ns;
	}
}

void live_below(struct live *live)
{
	if (!live->in_place)
		write_line(live);
	live->lines_drawn = 0;
}
