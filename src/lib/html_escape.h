/* html_escape.h - text from outside, made fit for a page, for a picture in it,
 * and for a script of gnuplot's.
 *
 * Control characters, what would turn the direction of writing, and what is no
 * UTF-8 are shown as U+FFFD. */
#ifndef LIB_HTML_ESCAPE_H
#define LIB_HTML_ESCAPE_H

#include <stdio.h>

/* For HTML and SVG, between tags as well as in a quoted attribute. */
void html_text(FILE *to, const char *text);

/* A string in single quotes, in which gnuplot takes nothing for a command or a
 * mark-up (terminals are `noenhanced`); at most `most` characters of it. */
void gnuplot_text(FILE *to, const char *text, size_t most);

#endif
