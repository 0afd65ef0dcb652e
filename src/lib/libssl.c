#include "lib/libssl.h"

#include "lib/lazy.h"

#include <pthread.h>

static struct libssl functions;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void)
{
	void *library = lazy_open("libssl.so.3");
#define FIND(name) lazy_find(library, #name, &functions.the_##name);
	LIBSSL_FUNCTIONS(FIND)
#undef FIND
}

const struct libssl *libssl(void)
{
	pthread_once(&once, load);
	return &functions;
}
