#include "lib/libcurl.h"

#include "lib/err.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct libcurl functions;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void give_up(void)
{
	err_warn("cannot load libcurl: %s; scripts/setup.sh installs it",
	    dlerror());
	exit(EXIT_CANNOT);
}

/* A pointer to an object is what dlsym gives, and is no pointer to a function
 * in C, where POSIX has it be one. */
static void find(void *library, const char *name, void *pointer)
{
	void *symbol = dlsym(library, name);
	if (!symbol)
		give_up();
	memcpy(pointer, &symbol, sizeof symbol);
}

static void load(void)
{
	void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	if (!library)
		give_up();
#define FIND(name) find(library, "curl_" #name, &functions.name);
	LIBCURL_FUNCTIONS(FIND)
#undef FIND
}

const struct libcurl *libcurl(void)
{
	pthread_once(&once, load);
	return &functions;
}
