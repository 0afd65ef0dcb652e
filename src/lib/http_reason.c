#include "lib/http_reason.h"

#include "lib/net.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

const char *http_reason(CURLcode result, long error, const char *text)
{
	static const struct {
		CURLcode result;
		const char *reason;
	} reasons[] = {
		{ CURLE_COULDNT_RESOLVE_HOST, "unknown host" },
		{ CURLE_COULDNT_RESOLVE_PROXY, "unknown proxy" },
		{ CURLE_OPERATION_TIMEDOUT, "connection timed out" },
		{ CURLE_GOT_NOTHING, "closed by peer" },
		{ CURLE_PARTIAL_FILE, "closed by peer" },
		{ CURLE_PEER_FAILED_VERIFICATION, "certificate not trusted" },
		{ CURLE_SSL_ISSUER_ERROR, "certificate not trusted" },
		{ CURLE_SSL_CONNECT_ERROR, "tls error" },
		{ CURLE_SSL_CERTPROBLEM, "tls error" },
		{ CURLE_SSL_CIPHER, "tls error" },
		{ CURLE_SSL_CACERT_BADFILE, "tls error" },
		{ CURLE_SSL_SHUTDOWN_FAILED, "tls error" },
		{ CURLE_SSL_CLIENTCERT, "tls error" },
		{ CURLE_PROXY, "proxy error" },
		{ CURLE_UNSUPPORTED_PROTOCOL, "bad reply" },
		{ CURLE_WEIRD_SERVER_REPLY, "bad reply" },
		{ CURLE_HTTP2, "bad reply" },
		{ CURLE_HTTP2_STREAM, "bad reply" },
		{ CURLE_RECV_ERROR, "bad reply" },
		{ CURLE_BAD_CONTENT_ENCODING, "bad reply" },
		{ CURLE_FILESIZE_EXCEEDED, "message too large" },
		{ CURLE_SEND_ERROR, "connection reset" },
		{ CURLE_OUT_OF_MEMORY, "out of memory" },
		{ CURLE_LOGIN_DENIED, "login denied" },
		{ CURLE_REMOTE_ACCESS_DENIED, "access denied" },
		{ CURLE_REMOTE_FILE_NOT_FOUND, "not found" },
		{ CURLE_FILE_COULDNT_READ_FILE, "not found" },
	};
	bool of_connection = result == CURLE_COULDNT_CONNECT ||
	                     result == CURLE_RECV_ERROR ||
	                     result == CURLE_SEND_ERROR;
	if (of_connection && strstr(text, "SSL routines"))
		return "tls error";
	if (of_connection && error != 0)
		return net_reason((int)error);
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].result == result)
			return reasons[i].reason;
	return result == CURLE_COULDNT_CONNECT ? "connection refused"
	                                       : "transfer failed";
}
