/* page.h - a small page: one file that loads nothing. Text is escaped here. */
#ifndef COMPARE_PAGE_H
#define COMPARE_PAGE_H

#include <stddef.h>
#include <stdio.h>

void page_begin(const char *title, FILE *to);
void page_heading(const char *text, FILE *to);
void page_line(const char *text, FILE *to);

/* A table of rows; `element` is "th" or "td". */
void page_table_begin(FILE *to);
void page_row(FILE *to, const char *element, size_t count,
    const char *const *cells);
void page_table_end(FILE *to);

void page_end(FILE *to);

#endif
