#include "lib/libcurl.h"

#include "lib/lazy.h"

#include <pthread.h>

static struct libcurl functions;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void)
{
	void *library = lazy_open("libcurl.so.4");
#define FIND(name) lazy_find(library, "curl_" #name, &functions.name);
	LIBCURL_FUNCTIONS(FIND)
#undef FIND
}

const struct libcurl *libcurl(void)
{
	pthread_once(&once, load);
	return &functions;
}
