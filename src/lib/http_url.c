#include "lib/http.h"

#include "lib/libcurl.h"
#include "lib/mem.h"

#include <string.h>
#include <strings.h>

static bool speaks(const char *scheme)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	for (const char *const *one = info->protocols; *one; one++)
		if (strcasecmp(*one, scheme) == 0)
			return true;
	return false;
}

/* It speaks to these, and their names are no protocols. */
static bool is_proxy(const char *scheme)
{
	static const char *const schemes[] = { "http", "https", "socks4",
		"socks4a", "socks5", "socks5h" };
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (strcasecmp(schemes[i], scheme) == 0)
			return true;
	return false;
}

static bool has_password(CURLU *parts)
{
	char *password = NULL;
	bool has = !curl_url_get(parts, CURLUPART_PASSWORD, &password, 0);
	curl_free(password);
	return has;
}

static int check(const char *url, bool (*is_known)(const char *scheme),
    struct err *err)
{
	CURLU *parts = curl_url();
	char *scheme = NULL;
	CURLUcode code =
	    curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
	int result = 0;
	if (code == CURLUE_OK)
		code = curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0);
	if (code != CURLUE_OK)
		result = err_set(err,
		    "'%s' is no URL (%s); one looks like http://host:8080/path",
		    url,
		    code == CURLUE_BAD_SCHEME || code == CURLUE_NO_SCHEME
		        ? "it names no protocol"
		        : curl_url_strerror(code));
	else if (!is_known(scheme))
		result = err_set(err, "%s: libcurl does not speak '%s' here",
		    url, scheme);
	else if (has_password(parts))
		result = err_set(err,
		    "a URL has a password in it, which would be written down; "
		    "send it in a header that a file holds");
	curl_free(scheme);
	curl_url_cleanup(parts);
	return result;
}

int http_check_url(const char *url, struct err *err)
{
	return check(url, speaks, err);
}

int http_check_proxy(const char *url, struct err *err)
{
	return check(url, is_proxy, err);
}

char *http_url_authority(const char *url)
{
	CURLU *parts = curl_url();
	char *host = NULL, *port = NULL, *authority = NULL;
	if (!curl_url_set(parts, CURLUPART_URL, url,
	        CURLU_NON_SUPPORT_SCHEME) &&
	    !curl_url_get(parts, CURLUPART_HOST, &host, 0) &&
	    !curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) &&
	    host[0])
		authority = mem_format("%s:%s", host, port);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(parts);
	return authority;
}

char *http_url_path(const char *url)
{
	CURLU *parts = curl_url();
	char *path = NULL, *copy = NULL;
	if (!curl_url_set(parts, CURLUPART_URL, url, 0) &&
	    !curl_url_get(parts, CURLUPART_PATH, &path, 0))
		copy = mem_text(path);
	curl_free(path);
	curl_url_cleanup(parts);
	return copy;
}

bool http_url_is_http(const char *url)
{
	return strncasecmp(url, "http://", 7) == 0 ||
	       strncasecmp(url, "https://", 8) == 0;
}
