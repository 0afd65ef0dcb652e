#include "lib/lazy.h"

#include "lib/err.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static void give_up(void)
{
	err_warn("cannot load a library: %s; scripts/setup.sh installs it",
	    dlerror());
	exit(EXIT_CANNOT);
}

void *lazy_open(const char *file)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		give_up();
	return library;
}

/* What dlsym gives is no pointer to a function in C; POSIX has it be one. */
void lazy_find(void *library, const char *name, void *pointer)
{
	void *symbol = dlsym(library, name);
	if (!symbol)
		give_up();
	memcpy(pointer, &symbol, sizeof symbol);
}
