/* printable.h - text from outside, made fit for a terminal and for a line of a
 * log: names of files, answers of servers, what other machines have written. */
#ifndef LIB_PRINTABLE_H
#define LIB_PRINTABLE_H

#include <stdbool.h>
#include <stdint.h>

/* Puts '?' in each byte of what is a control character, or turns the direction
 * of writing. */
void printable(char *text);

/* Of C0, DEL, or C1. */
bool is_control_character(uint32_t character);

/* A mark that turns the direction of writing, so that a line shows something
 * else than it says: U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069. */
bool turns_writing(uint32_t character);

#endif
