#include "aggregate/html_parts.h"

#include "lib/html_escape.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <stdarg.h>
#include <stdlib.h>

static __attribute__((format(printf, 2, 0))) void write_escaped(FILE *to,
    const char *format, va_list arguments)
{
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		return;
	char *text = mem_new((size_t)length + 1, 1);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	html_text(to, text);
	free(text);
}

#define WRITE_ESCAPED(to, format)                                              \
	do {                                                                   \
		va_list arguments;                                             \
		va_start(arguments, format);                                   \
		write_escaped(to, format, arguments);                          \
		va_end(arguments);                                             \
	} while (0)

void html_format(FILE *to, const char *format, ...)
{
	WRITE_ESCAPED(to, format);
}

void html_words(FILE *to, const char *format, ...)
{
	fputs("<p>", to);
	WRITE_ESCAPED(to, format);
	fputs("</p>\n", to);
}

void html_words_of(FILE *to, void (*write)(const struct report *, FILE *),
    const struct report *report)
{
	char *text = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&text, &length);
	if (!memory)
		return;
	write(report, memory);
	if (fclose(memory) == 0 && length)
		html_words(to, "%s", text);
	free(text);
}

void html_details(FILE *to, const char *format, ...)
{
	fputs("<details><summary>", to);
	WRITE_ESCAPED(to, format);
	fputs("</summary>\n", to);
}

void html_text_cell(FILE *to, const char *format, ...)
{
	fputs("<td>", to);
	WRITE_ESCAPED(to, format);
	fputs("</td>", to);
}

void html_name_cell(FILE *to, const char *format, ...)
{
	fputs("<td class=\"name\">", to);
	WRITE_ESCAPED(to, format);
	fputs("</td>", to);
}

void html_words_cell(FILE *to, const char *format, ...)
{
	fputs("<td class=\"words\">", to);
	WRITE_ESCAPED(to, format);
	fputs("</td>", to);
}

void html_number_cell(FILE *to, const char *format, ...)
{
	fputs("<td class=\"n\">", to);
	WRITE_ESCAPED(to, format);
	fputs("</td>", to);
}

void html_unknown_cell(FILE *to, const char *why)
{
	fputs("<td class=\"n\" title=\"not determined: ", to);
	html_text(to, why);
	fputs("\">n. d.</td>", to);
}

void html_section(FILE *to, const char *id, const char *title)
{
	fprintf(to, "<section id=\"%s\">\n<h2>%s</h2>\n", id, title);
}

void html_section_end(FILE *to)
{
	fputs("</section>\n", to);
}

void html_table(FILE *to, const char *const *heads, size_t count)
{
	fputs("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>", to);
	for (size_t i = 0; i < count; i++) {
		bool is_number = heads[i][0] == '#';
		fprintf(to, "<th scope=\"col\"%s>",
		    is_number ? " class=\"n\"" : "");
		html_text(to, heads[i] + is_number);
		fputs("</th>", to);
	}
	fputs("</tr></thead>\n<tbody>\n", to);
}

void html_table_end(FILE *to)
{
	fputs("</tbody></table></div>\n", to);
}

void html_latency_cells(FILE *to, const struct histogram *h)
{
	static const double percents[] = { 50, 95, 99, 100 };
	for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
		char text[UNIT_TEXT] = "-";
		if (h && h->count)
			unit_ms(text,
			    (double)histogram_percentile(h, percents[i]), 2);
		html_number_cell(to, "%s", text);
	}
}
