#!/usr/bin/env python3
"""metrics_server.py FILE - a page of metrics that is what FILE holds at the
moment. Prints its port. Under other paths than / it misbehaves:

/slow     answers after 600 ms
/silent   never answers
/endless  never stops to answer
/keyed    is for who sends "X-Key: one, two"
/sized/N  a page of N series, in Prometheus' text"""

import http.server
import sys
import time


class Visit(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def page(self):
        if self.path.startswith("/sized/"):
            lines = (
                'series_total{name="a name of usual length",number="%d"} %d\n' % (i, i)
                for i in range(int(self.path[7:]))
            )
            return "".join(lines).encode()
        with open(sys.argv[1], "rb") as file:
            return file.read()

    def do_GET(self):
        if self.path == "/silent":
            time.sleep(60)
            return
        if self.path == "/endless":
            self.endless()
            return
        if self.path == "/keyed" and self.headers["X-Key"] != "one, two":
            self.send_error(403)
            return
        if self.path == "/slow":
            time.sleep(0.6)
        page = self.page()
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x 1\n" * 16384)
        except OSError:
            self.close_connection = True

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Visit)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
