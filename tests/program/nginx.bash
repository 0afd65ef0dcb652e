# nginx.bash - certificates of a test's own, and an nginx that uses them:
# `load nginx` after helpers and support.
# shellcheck shell=bash disable=SC2034,SC2154 # set for the tests, and by others

# make_certificates: in $tls, which the test names: ca.pem; server.pem and .key for localhost and
# 127.0.0.1, client.pem and .key, both from that CA; other.pem, another CA.
make_certificates() {
	mkdir -p "$tls"
	(
		cd "$tls" || exit
		exec >openssl.log 2>&1
		new_authority ca
		new_authority other
		new_certificate server "subjectAltName=DNS:localhost,IP:127.0.0.1"
		new_certificate client "extendedKeyUsage=clientAuth"
	)
}

new_authority() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj "/CN=$1 of a test" -keyout "$1.key" -out "$1.pem"
}

new_certificate() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
		-subj "/CN=$1 of a test" -keyout "$1.key" -out "$1.csr"
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
		-extfile <(printf '%s\n' "$2") -out "$1.pem"
}

# serve_nginx LINE...: an nginx with one server that holds these lines; PORT in
# them stands for its port. Its folder is $nginx; $port, $server_pid.
serve_nginx() {
	local attempt
	nginx=$BATS_TEST_TMPDIR/nginx
	mkdir -p "$nginx"
	# Somebody may take the port between finding and using it.
	for attempt in 1 2 3; do
		port=$(free_ports 1)
		{
			printf '%s\n' "daemon off;" "master_process off;" "pid $nginx/pid;" \
				"error_log $nginx/errors;" "events { worker_connections 1000; }" \
				"http {" "access_log $nginx/requests;" "keepalive_requests 1000000;"
			printf "%s_temp_path $nginx/temp_%s;\n" client_body client_body proxy proxy \
				fastcgi fastcgi uwsgi uwsgi scgi scgi
			printf '%s\n' "server {" "${@//PORT/$port}" "}" "}"
		} >"$nginx/nginx.conf"
		nginx -e "$nginx/errors" -c "$nginx/nginx.conf" 3>&- &
		server_pid=$!
		support_pids+=("$server_pid")
		if wait_until 10 nginx_is_up && ! gone "$server_pid"; then
			return
		fi
	done
	cat "$nginx/errors"
	return 1
}

nginx_is_up() {
	gone "$server_pid" || (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null
}
