#!/usr/bin/env python3
"""sigv4_server.py KEY SECRET REGION SERVICE [TOKEN] - a web server that lets in
only requests that are signed as AWS Signature Version 4 says: 200, or 403 with
what is wrong. Prints its port."""

import datetime
import hashlib
import hmac
import http.server
import sys
import urllib.parse


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def quoted(text):
    return urllib.parse.quote(text, safe="-_.~")


def canonical_query(query):
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
    return "&".join(sorted(f"{quoted(name)}={quoted(value)}" for name, value in pairs))


class Refused(Exception):
    pass


def parse_authorization(text):
    algorithm, _, rest = text.partition(" ")
    if algorithm != "AWS4-HMAC-SHA256":
        raise Refused(f"algorithm {algorithm!r}")
    return dict(part.strip().split("=", 1) for part in rest.split(","))


def check(method, target, headers, body):
    key, secret, region, service, token = (sys.argv[1:] + [None])[:5]
    parts = parse_authorization(headers.get("Authorization", ""))
    stamp = headers.get("X-Amz-Date", "")
    then = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs((datetime.datetime.now(datetime.timezone.utc) - then).total_seconds()) > 300:
        raise Refused(f"date {stamp}")
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    if parts["Credential"] != f"{key}/{scope}":
        raise Refused(f"credential {parts['Credential']!r}")
    names = parts["SignedHeaders"].split(";")
    if "host" not in names or names != sorted(names):
        raise Refused(f"signed headers {names}")
    if token is not None and ("x-amz-security-token" not in names or headers.get("X-Amz-Security-Token") != token):
        raise Refused(f"token, signed headers {names}")
    path, _, query = target.partition("?")
    digest = hashlib.sha256(body).hexdigest()
    if headers.get("X-Amz-Content-Sha256", digest) != digest:
        raise Refused("content hash")
    lines = [method, path, canonical_query(query)]
    for name in names:
        if headers.get(name) is None:
            raise Refused(f"no {name}, though it is signed")
        lines.append(f"{name}:{' '.join(headers[name].split())}")
    lines += ["", ";".join(names), digest]
    request_digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    signed = sign(sign(sign(sign(b"AWS4" + secret.encode(), stamp[:8]), region), service), "aws4_request")
    wanted = hmac.new(signed, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{request_digest}".encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(parts["Signature"], wanted):
        raise Refused("signature of\n" + "\n".join(lines))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, text = 200, "signed\n"
        try:
            check(self.command, self.path, self.headers, body)
        except (Refused, KeyError, ValueError) as why:
            status, text = 403, f"{type(why).__name__}: {why}\n"
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text.encode())
        if status != 200:
            print(text, file=sys.stderr, flush=True)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer

    def log_message(self, *words):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
