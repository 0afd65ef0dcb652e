"""web_hook.py FILE [STATUS[:HEADER: VALUE]]... - a web hook that appends every body
it is sent to FILE, a line each, and answers with these statuses in turn, the last
one from then on (200 unless given; "hang" answers nothing). Prints its port."""
import http.server
import sys
import time


class Hook(http.server.BaseHTTPRequestHandler):
    answers = sys.argv[2:] or ["200"]
    served = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[1], "ab") as file:
            file.write(body + b"\n")
        answer = Hook.answers[min(Hook.served, len(Hook.answers) - 1)]
        Hook.served += 1
        if answer == "hang":
            time.sleep(30)
            return
        status, _, header = answer.partition(":")
        self.send_response(int(status))
        if header:
            self.send_header(*header.split(": "))
        self.end_headers()
        self.wfile.write(b"ok" if status == "200" else b"no such hook")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
