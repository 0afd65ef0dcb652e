#include "stress_client/driver_curl.h"

#include "lib/mem.h"
#include "lib/net.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int check_files(const struct curl_settings *settings, struct err *err)
{
	const struct {
		const char *flag, *file;
	} files[] = {
		{ "--cacert", settings->cacert },
		{ "--cert", settings->cert },
		{ "--key", settings->key },
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (files[i].file && access(files[i].file, R_OK) < 0)
			return err_system(err, "%s: cannot read %s",
			    files[i].flag, files[i].file);
	if (settings->key && !settings->cert)
		return err_set(err, "--key %s belongs to a --cert FILE",
		    settings->key);
	if (settings->aws_credentials && !settings->aws_sigv4)
		return err_set(err, "--aws-credentials needs --aws-sigv4 "
		                    "aws:amz:REGION:SERVICE");
	return 0;
}

/* Asked for once: the name servers are not what is to be measured. A name too
 * long for struct address is left to libcurl. */
static int resolve(struct curl_plan *plan, const char *authority,
    struct err *err)
{
	struct address address;
	char host[64];
	if (strlen(authority) >= sizeof address.text)
		return 0;
	if (address_resolve(&address, authority, err) < 0)
		return -1;
	if (getnameinfo((const struct sockaddr *)&address.socket,
	        address.length, host, sizeof host, NULL, 0, NI_NUMERICHOST))
		return err_set(err, "%s: cannot write its address", authority);
	if (authority[0] != '[')
		header_list_take(&plan->resolved,
		    mem_format(strchr(host, ':') ? "%s:[%s]" : "%s:%s",
		        authority, host));
	return 0;
}

static int resolve_host(struct curl_plan *plan, const char *url,
    struct err *err)
{
	char *authority = http_url_authority(url);
	int result = authority ? resolve(plan, authority, err) : 0;
	free(authority);
	return result;
}

static int resolve_all(struct curl_plan *plan, struct err *err)
{
	const char *proxy = plan->settings->proxy;
	if (proxy)
		return http_check_proxy(proxy, err) < 0
		           ? -1
		           : resolve_host(plan, proxy, err);
	for (size_t i = 0; i < plan->mix.count; i++)
		if (resolve_host(plan, plan->mix.urls[i], err) < 0)
			return -1;
	return 0;
}

static int find_keys(struct curl_plan *plan, struct err *err)
{
	const struct curl_settings *settings = plan->settings;
	if (!settings->aws_sigv4)
		return 0;
	if (strncmp(settings->aws_sigv4, "aws:", 4) != 0)
		return err_set(err,
		    "--aws-sigv4 '%s' does not begin as in "
		    "aws:amz:REGION:SERVICE",
		    settings->aws_sigv4);
	if (aws_keys_find(&plan->keys, settings->aws_credentials, err) < 0)
		return -1;
	if (plan->keys.token)
		header_list_take(&plan->headers,
		    mem_format("X-Amz-Security-Token: %s", plan->keys.token));
	return 0;
}

int curl_access_prepare(struct curl_plan *plan, struct err *err)
{
	const struct curl_settings *settings = plan->settings;
	if (check_files(settings, err) < 0 || find_keys(plan, err) < 0 ||
	    resolve_all(plan, err) < 0)
		return -1;
	plan->access = (struct http_access){
		.proxy = settings->proxy,
		.cert = settings->cert,
		.key = settings->key,
		.cacert = settings->cacert,
		.aws_sigv4 = settings->aws_sigv4,
		.user = plan->keys.id,
		.password = plan->keys.secret,
		.resolved = plan->resolved.items,
		.resolved_count = plan->resolved.count,
		.insecure = settings->insecure,
		.only_http1 = settings->http1,
		.close = settings->http.connection == HTTP_CLOSE,
	};
	return 0;
}

void curl_access_release(struct curl_plan *plan)
{
	header_list_release(&plan->headers);
	header_list_release(&plan->resolved);
	aws_keys_release(&plan->keys);
}
