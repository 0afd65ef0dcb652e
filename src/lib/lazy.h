/* lazy.h - libraries that are loaded when they are needed, for libcurl.h and
 * libssl.h. What cannot be loaded ends the program with a message (exit 1), as
 * it does where it is needed at the start. */
#ifndef LIB_LAZY_H
#define LIB_LAZY_H

/* The library of that file name, for lazy_find. */
void *lazy_open(const char *file);

/* Sets the pointer to a function at `pointer`. */
void lazy_find(void *library, const char *name, void *pointer);

#endif
