#include "relay_probe/table.h"

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/printable.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_EVERY  20 /* rows */
#define STAMP_WIDTH 8
#define LEAST_WIDTH 11

void table_init(struct table *table, const struct text_list *names, FILE *to)
{
	*table = (struct table){ .to = to,
		.names = names,
		.columns = mem_new(names->count, sizeof *table->columns) };
}

void table_release(struct table *table)
{
	free(table->columns);
	*table = (struct table){ 0 };
}

static int width(const char *name)
{
	size_t length = strlen(name);
	return length < LEAST_WIDTH ? LEAST_WIDTH : (int)length;
}

static void write_head(const struct table *table)
{
	fprintf(table->to, "%-*s", STAMP_WIDTH, "time");
	for (size_t i = 0; i < table->names->count; i++) {
		const char *name = table->names->items[i];
		fprintf(table->to, "  %*s ", width(name), name);
	}
	fputc('\n', table->to);
}

static void write_value(FILE *to, const char *name, double value, char behind)
{
	char text[READING_TEXT];
	fprintf(to, "  %*s%c", width(name), reading_words(text, name, value),
	    behind);
}

static const char *reason_of(const struct record_sample *sample,
    const char *name)
{
	for (size_t i = 0; i < sample->mark_count; i++)
		if (strcmp(sample->marks[i].name, name) == 0)
			return sample->marks[i].why;
	return NULL;
}

static void add_value(struct column *column, double value)
{
	column->least = column->count ? fmin(column->least, value) : value;
	column->most = column->count ? fmax(column->most, value) : value;
	column->sum += value;
	column->count++;
}

static void write_cells(struct table *table, const struct record_sample *sample)
{
	for (size_t i = 0; i < table->names->count; i++) {
		const char *name = table->names->items[i];
		double value;
		if (!readings_get(&sample->values, name, &value)) {
			fprintf(table->to, "  %*s ", width(name), "-");
			continue;
		}
		add_value(&table->columns[i], value);
		write_value(table->to, name, value,
		    reason_of(sample, name) ? '?' : ' ');
	}
}

static void write_remarks(struct table *table,
    const struct record_sample *sample)
{
	if (sample->failed)
		fprintf(table->to, "  %s", sample->failed);
	if (sample->restarted)
		fprintf(table->to, "  restarted");
	for (size_t i = 0; i < sample->mark_count; i++) {
		char *words = mem_format("%s: %s", sample->marks[i].name,
		    sample->marks[i].why);
		printable(words);
		fprintf(table->to, "  %s", words);
		free(words);
	}
	fputc('\n', table->to);
}

void table_row(struct table *table, const struct record_sample *sample)
{
	char stamp[CLOCK_STAMP];
	if (table->rows++ % HEAD_EVERY == 0)
		write_head(table);
	clock_stamp(stamp, sample->t_unix_ms);
	const char *blank = strchr(stamp, ' ');
	fprintf(table->to, "%-*s", STAMP_WIDTH, blank ? blank + 1 : "");
	write_cells(table, sample);
	write_remarks(table, sample);
	fflush(table->to);
}

void table_end(const struct table *table)
{
	static const char *const words[] = { "least", "mean", "most" };
	if (table->rows < 2)
		return;
	for (size_t row = 0; row < 3; row++) {
		fprintf(table->to, "%-*s", STAMP_WIDTH, words[row]);
		for (size_t i = 0; i < table->names->count; i++) {
			const struct column *column = &table->columns[i];
			const char *name = table->names->items[i];
			const double values[] = { column->least,
				column->sum / (double)column->count,
				column->most };
			if (column->count)
				write_value(table->to, name, values[row], ' ');
			else
				fprintf(table->to, "  %*s ", width(name), "-");
		}
		fputc('\n', table->to);
	}
}
