/* mem.h - memory for what a program cannot do without.
 *
 * Sizes that come from input are allocated with malloc and checked where they
 * are used; these are for our own structures, and end the program (exit 1,
 * with a message) when there is no memory. What they return is freed with
 * free(). */
#ifndef LIB_MEM_H
#define LIB_MEM_H

#include <stddef.h>

/* `count` zeroed elements of `size` bytes. */
void *mem_new(size_t count, size_t size) __attribute__((malloc));

/* Grows or shrinks; new elements are not zeroed. */
void *mem_resize(void *old, size_t count, size_t size);

/* A copy of a string, or of its first `n` bytes with a NUL behind them. */
char *mem_text(const char *text) __attribute__((malloc));
char *mem_text_n(const char *text, size_t n) __attribute__((malloc));

/* A new string, formatted. */
char *mem_format(const char *format, ...)
    __attribute__((malloc, format(printf, 1, 2)));

#endif
