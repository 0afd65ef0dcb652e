/* printable.h - text from outside, made fit for a terminal and for a line of a
 * log: names of files, answers of servers, what other machines have written. */
#ifndef LIB_PRINTABLE_H
#define LIB_PRINTABLE_H

/* Puts '?' where a control character is (C0, DEL, and C1 in UTF-8), or a
 * mark that turns the direction of writing. */
void printable(char *text);

#endif
