#!/usr/bin/env python3
"""hostile_http.py MODE... [--log FILE] - web servers that misbehave, each in one
way. Prints their ports in one line; FILE gets a line for each connection and
each request.

The modes are the functions below whose names begin with mode_: garbage,
half-head-silence, endless-head, ..."""

import argparse
import random
import socket
import socketserver
import struct
import sys
import threading
import time

HEAD = b"HTTP/1.1 200 OK\r\n"
PLAIN = HEAD + b"Content-Length: 2\r\n\r\nok"


class Closed(Exception):
    pass


class Visit:
    """One connection, from the server's side."""

    def __init__(self, connection):
        self.connection = connection
        self.text = b""

    def request(self):
        """The next request's head; its body, if any, is dropped."""
        while b"\r\n\r\n" not in self.text:
            got = self.connection.recv(65536)
            if not got:
                raise Closed
            self.text += got
        head, _, self.text = self.text.partition(b"\r\n\r\n")
        LOG.write("request " + head.split(b"\r\n")[0].decode("latin-1"))
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(self.text) < length:
            got = self.connection.recv(65536)
            if not got:
                raise Closed
            self.text += got
        self.text = self.text[length:]
        return head

    def send(self, data):
        self.connection.sendall(data)

    def silence(self):
        """Until the peer goes away."""
        while self.connection.recv(65536):
            pass

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise Closed

    def answer_each(self, answer):
        while True:
            self.request()
            self.send(answer)


def mode_good(visit):
    visit.answer_each(PLAIN)


def mode_garbage(visit):
    noise = random.Random(1)
    visit.request()
    visit.send(bytes(noise.randrange(256) for _ in range(4096)))


def mode_text(visit):
    """Another protocol's greeting."""
    visit.request()
    visit.send(b"220 mail.example ESMTP ready\r\n\r\n")


def mode_empty_lines(visit):
    visit.request()
    visit.send(b"\r\n" * 20000)


def mode_nul(visit):
    visit.answer_each(HEAD + b"X-Bad: a\0b\r\nContent-Length: 2\r\n\r\nok")


def mode_half_head_silence(visit):
    visit.request()
    visit.send(HEAD + b"Content-Le")
    visit.silence()


def mode_half_head_close(visit):
    visit.request()
    visit.send(HEAD + b"Content-Le")


def mode_endless_head(visit):
    visit.request()
    visit.send(HEAD)
    while True:
        visit.send(b"X-More: " + b"x" * 1000 + b"\r\n")


def mode_endless_line(visit):
    visit.request()
    visit.send(HEAD + b"X-More: ")
    while True:
        visit.send(b"x" * 65536)


def mode_length_huge(visit):
    visit.request()
    visit.send(HEAD + b"Content-Length: 9223372036854775807\r\n\r\nx")
    while True:
        visit.send(b"x" * 65536)


def mode_length_overflow(visit):
    visit.answer_each(HEAD + b"Content-Length: 18446744073709551618\r\n\r\nok")


def mode_length_negative(visit):
    visit.answer_each(HEAD + b"Content-Length: -2\r\n\r\nok")


def mode_length_words(visit):
    visit.answer_each(HEAD + b"Content-Length: two\r\n\r\nok")


def mode_length_twice(visit):
    visit.answer_each(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!")


def mode_length_list(visit):
    visit.answer_each(HEAD + b"Content-Length: 2, 3\r\n\r\nok!")


def mode_length_and_chunked(visit):
    visit.answer_each(HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")


def mode_space_before_colon(visit):
    visit.answer_each(HEAD + b"Content-Length : 2\r\n\r\nok")


def mode_folded_header(visit):
    visit.answer_each(HEAD + b"Transfer-Encoding:\r\n chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")


def mode_unknown_coding(visit):
    visit.answer_each(HEAD + b"Transfer-Encoding: chunked, hurried\r\n\r\n2\r\nok\r\n0\r\n\r\n")


def mode_more_than_announced(visit):
    visit.answer_each(PLAIN + b"HTTP/1.1 200 OK and then some")


def mode_less_than_announced(visit):
    visit.request()
    visit.send(HEAD + b"Content-Length: 100\r\n\r\nonly this")


def mode_chunk_size_words(visit):
    visit.answer_each(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n")


def mode_chunk_size_huge(visit):
    visit.answer_each(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nok\r\n0\r\n\r\n")


def mode_chunk_size_negative(visit):
    visit.answer_each(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n")


def mode_chunk_longer(visit):
    visit.answer_each(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n")


def mode_chunk_cut(visit):
    visit.request()
    visit.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nok")


def mode_chunk_extension_endless(visit):
    visit.request()
    visit.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;x=")
    while True:
        visit.send(b"x" * 65536)


def mode_trailer_endless(visit):
    visit.request()
    visit.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n")
    while True:
        visit.send(b"X-More: " + b"x" * 1000 + b"\r\n")


def mode_body_endless(visit):
    """Delimited by a close that does not come."""
    visit.request()
    visit.send(HEAD + b"\r\n")
    while True:
        visit.send(b"x" * 65536)


def mode_reset_in_body(visit):
    visit.request()
    visit.send(HEAD + b"Content-Length: 100000\r\n\r\n" + b"x" * 1000)
    time.sleep(0.02)
    visit.reset()


def mode_reset(visit):
    visit.request()
    visit.reset()


def mode_close(visit):
    visit.request()


def mode_close_at_once(visit):
    del visit


def mode_silence(visit):
    visit.silence()


def mode_redirect_loop(visit):
    host, port = visit.connection.getsockname()
    visit.answer_each(b"HTTP/1.1 302 Found\r\nLocation: http://%s:%d/\r\nContent-Length: 0\r\n\r\n" % (host.encode(), port))


def mode_interim_flood(visit):
    visit.request()
    while True:
        visit.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def mode_interim_few(visit):
    """Allowed, and to be passed over."""
    visit.answer_each(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + PLAIN)


def mode_switching(visit):
    visit.answer_each(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: nothing\r\n\r\n")


def mode_drip(visit):
    """A whole answer, a byte each 100 ms: longer than any time-out here."""
    visit.request()
    for byte in HEAD + b"Content-Length: 200\r\n\r\n" + b"x" * 200:
        visit.send(bytes([byte]))
        time.sleep(0.1)


def mode_bytewise(visit):
    """A whole answer, a byte a segment: slow but right."""
    while True:
        visit.request()
        for byte in PLAIN:
            visit.send(bytes([byte]))
            time.sleep(0.0005)


def mode_close_after_answer(visit):
    """Keep-alive is not taken back, and still it closes."""
    visit.request()
    visit.send(PLAIN)


def mode_early_answer(visit):
    """Two answers to the first request."""
    visit.request()
    visit.send(PLAIN + b"HTTP/1.1 500 Surprise\r\nContent-Length: 0\r\n\r\n")
    visit.silence()


def mode_refuse_body(visit):
    """Answered and closed before the body has come."""
    visit.connection.recv(1000)
    visit.send(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")


def mode_status_words(visit):
    visit.answer_each(b"HTTP/1.1 two hundred\r\nContent-Length: 2\r\n\r\nok")


def mode_status_large(visit):
    visit.answer_each(b"HTTP/1.1 99999 OK\r\nContent-Length: 2\r\n\r\nok")


def mode_version_unknown(visit):
    visit.answer_each(b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nok")


def mode_old_version(visit):
    """HTTP/1.0 without a length: the close ends the body."""
    visit.request()
    visit.send(b"HTTP/1.0 200 OK\r\n\r\nok")


class Log:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8") if path else None
        self.lock = threading.Lock()

    def write(self, text):
        if self.file:
            with self.lock:
                self.file.write(text + "\n")
                self.file.flush()


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        LOG.write("connection")
        self.server.mode(Visit(self.request))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, mode):
        self.mode = mode
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (Closed, OSError)):
            super().handle_error(request, client_address)


def main():
    modes = {name[5:].replace("_", "-"): value for name, value in globals().items() if name.startswith("mode_")}
    parser = argparse.ArgumentParser()
    parser.add_argument("modes", nargs="+", choices=sorted(modes))
    parser.add_argument("--log")
    arguments = parser.parse_args()
    global LOG
    LOG = Log(arguments.log)

    servers = [Server(modes[mode]) for mode in arguments.modes]
    print(*(server.server_address[1] for server in servers), flush=True)
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    servers[0].serve_forever()


if __name__ == "__main__":
    main()
