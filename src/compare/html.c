#include "compare/compared.h"
#include "compare/page.h"
#include "compare/plot.h"
#include "compare/words.h"

#include "lib/mem.h"
#include "lib/unit.h"

#include <stdlib.h>

/* A curve has at most so many points: a page is wide enough for no more. */
#define POINTS_MOST 240
#define SECOND_MS   1000.0
#define US_PER_MS   1000.0

enum curve { RATE, P50, P99, CURVES };

static void add_point(struct plot_line *lines, const struct cells *cells,
    size_t from, size_t to)
{
	struct histogram all = { 0 };
	double ok = 0, seconds = 0;
	int64_t origin_ms = cells->items[0].at_ms;
	double x = (double)(cells->items[from].at_ms - origin_ms) / SECOND_MS;
	for (size_t i = from; i < to; i++) {
		/* A remainder's rate would stick out. */
		if (cells->count > 1 &&
		    cell_is_remainder(cells, &cells->items[i]))
			continue;
		ok += (double)cells->items[i].ok;
		seconds += cells->items[i].seconds;
	}
	cells_latencies(cells, from, to, false, &all);
	if (seconds > 0)
		lines[RATE].points[lines[RATE].count++] =
		    (struct plot_point){ x, ok / seconds };
	for (int i = P50; i <= P99 && all.count; i++)
		lines[i].points[lines[i].count++] = (struct plot_point){ x,
			(double)histogram_percentile(&all, i == P50 ? 50 : 99) /
			    US_PER_MS };
	histogram_clear(&all);
}

static void make_curves(struct plot_line lines[CURVES], const struct run *run,
    bool second)
{
	static const char *const names[2][CURVES] = {
		{ "baseline", "baseline, p50", "baseline, p99" },
		{ "run", "run, p50", "run, p99" },
	};
	const struct cells *cells = &run->cells;
	size_t each = cells->count / POINTS_MOST + 1;
	for (int i = 0; i < CURVES; i++)
		lines[i] = (struct plot_line){
			.name = names[second][i],
			.points =
			    mem_new(POINTS_MOST + 1, sizeof(struct plot_point)),
			.second = second,
			.thin = i == P99,
		};
	for (size_t i = 0; i < cells->count; i += each)
		add_point(lines, cells, i,
		    i + each < cells->count ? i + each : cells->count);
}

static void draw(const struct run *baseline, const struct run *run, FILE *to)
{
	struct plot_line a[CURVES], b[CURVES];
	make_curves(a, baseline, false);
	make_curves(b, run, true);
	struct plot_line rates[] = { a[RATE], b[RATE] };
	struct plot_line latencies[] = { a[P50], b[P50], a[P99], b[P99] };
	static const char x[] = "seconds since the phase began";
	plot_svg(&(struct plot){ "Throughput (requests/s that succeeded)", x,
	             rates, 2, false },
	    to);
	plot_svg(&(struct plot){ "Latency (ms)", x, latencies, 4, false }, to);
	for (int i = 0; i < CURVES; i++) {
		free(a[i].points);
		free(b[i].points);
	}
}

static void write_effects(const struct compared *compared,
    const struct comparison *comparison, FILE *to)
{
	page_table_begin(to);
	page_row(to, "th", 6,
	    (const char *const[]){ "figure", "baseline", "run", "change",
	        "95 % confidence", "verdict" });
	for (size_t i = 0; i < comparison->effects.count; i++) {
		struct effect_words words;
		effect_words(&words, &comparison->effects.items[i],
		    compared->phase);
		page_row(to, "td", 6,
		    (const char *const[]){ words.name, words.before,
		        words.after, words.change, words.range,
		        words.verdict });
	}
	page_table_end(to);
}

static void write_run(const char *role, const struct run *run, FILE *to)
{
	char requests[UNIT_TEXT];
	char *line = mem_format("%s: %s, %s, %s requests, %zu faults", role,
	    run->id, past_words(&run->past),
	    unit_count(requests, run_requests(run)), run->past.fault_count);
	page_line(line, to);
	free(line);
	char *steady = steady_words(run);
	if (steady) {
		line = mem_format("%s: %s", role, steady);
		page_line(line, to);
		free(line);
	}
	free(steady);
}

static void write_one(const struct compared *compared,
    const struct comparison *comparison, FILE *to)
{
	char room[64];
	char *words = conclusion(&comparison->effects, compared->phase);
	page_heading(words, to);
	free(words);
	write_run("Baseline", &compared->baseline, to);
	write_run("Run", &comparison->run, to);
	page_line(differences_words(room, compared, comparison), to);
	for (char **row = comparison->differences; *row; row++)
		page_line(*row, to);
	write_effects(compared, comparison, to);
	draw(&compared->baseline, &comparison->run, to);
}

void compared_html(const struct compared *compared, FILE *to)
{
	page_begin("Comparison of runs", to);
	for (size_t i = 0; i < compared->count; i++)
		write_one(compared, &compared->items[i], to);
	page_end(to);
}
