#!/usr/bin/env python3
"""A CloudP2P node for tests, written from the specification: it leads, assigns
every task to itself and hides the secret in a picture. With --mode it misbehaves
in one way. Prints its address when it listens; stops on SIGTERM.

  good       everything right
  reordered  right, with success and error_message before the picture
  last-byte  right but for the original's defect: the last pixel is not written
  wrong      hides another secret
  no-secret  answers with a picture in which nothing is hidden
  no-picture answers with success and no picture
  cut        the picture stops half way
  refuse     success is false
  too-large  success is false: the secret does not fit
  silent     accepts, and says nothing to anything
  stall      assigns, and says nothing to a task
  follower   does tasks, and says nothing to the search for a leader
  garbage    answers everything with a frame that is no JSON
  too-long   announces a frame over the limit
  halfway    closes in the middle of a task's answer
  trickle    right, a few bytes at a time
  endless    answers a task with a picture that has no end
--assign ADDRESS: tasks are assigned to that server; a status query is answered
with our own address.
"""
import argparse
import json
import os
import socketserver
import struct
import sys
import time
import zlib


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def picture_with(bits, lose_last_pixel):
    """A PNG whose colour bits begin with `bits`, as short as it can be."""
    width = 64
    height = (len(bits) + 3 * width - 1) // (3 * width) + 1
    pixels = bytearray(b"\x80\x40\x20\xff" * (width * height))
    count = len(bits) - (len(bits) % 3 if lose_last_pixel else 0)
    for i in range(count):
        at = i // 3 * 4 + i % 3
        pixels[at] = pixels[at] & 0xFE | bits[i]
    rows = b"".join(b"\0" + pixels[y * width * 4:(y + 1) * width * 4] for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def hide(secret, lose_last_pixel=False):
    payload = struct.pack(">I", len(secret)) + secret
    return picture_with([byte >> (7 - k) & 1 for byte in payload for k in range(8)], lose_last_pixel)


def frame(value):
    text = json.dumps(value, separators=(",", ":")).encode()
    return struct.pack(">I", len(text)) + text


def answer_picture(mode, secret):
    if mode == "wrong":
        secret = bytes([secret[0] ^ 1]) + secret[1:]
    if mode == "no-secret":
        return picture_with([1] * 300, False)
    if mode == "no-picture":
        return b"this is no picture"
    picture = hide(secret, mode == "last-byte")
    return picture[:len(picture) // 2] if mode == "cut" else picture


def task_answer(mode, task):
    number = task["request_id"]
    if mode in ("refuse", "too-large"):
        text = ("Carrier image too small: need 800032 bits but only have 743580 bits available. "
                "Secret image size: 100000 bytes") if mode == "too-large" else "out of paint"
        return {"TaskResponse": {"request_id": number, "encrypted_image_data": [], "success": False,
                                 "error_message": text}}
    picture = list(answer_picture(mode, bytes(task["secret_image_data"])))
    if mode == "reordered":
        return {"TaskResponse": {"error_message": None, "success": True, "new_field": {"a": [1, 2]},
                                 "encrypted_image_data": picture, "request_id": number}}
    return {"TaskResponse": {"request_id": number, "encrypted_image_data": picture, "success": True,
                             "error_message": None}}


class Connection(socketserver.StreamRequestHandler):
    def message(self):
        head = self.rfile.read(4)
        if len(head) < 4:
            return None
        return json.loads(self.rfile.read(struct.unpack(">I", head)[0]))

    def send(self, data):
        if self.server.options.mode == "trickle":
            step = max(7, len(data) // 50)
            for i in range(0, len(data), step):
                self.wfile.write(data[i:i + step])
                time.sleep(0.001)
        else:
            self.wfile.write(data)

    def handle(self):
        try:
            while (message := self.message()) is not None:
                if not self.serve(message):
                    return
        except ConnectionError:
            pass

    def serve(self, message):
        options = self.server.options
        kind, fields = (message, {}) if isinstance(message, str) else next(iter(message.items()))
        if options.log:
            with open(options.log, "a") as log:
                log.write(kind + " " + json.dumps({k: v for k, v in fields.items()
                                                   if k != "secret_image_data"}) + "\n")
        mode = options.mode
        if mode == "silent" or mode == "stall" and kind == "TaskRequest":
            return True
        if mode == "garbage":
            self.wfile.write(struct.pack(">I", 9) + b"{not json")
            return True
        if mode == "too-long":
            self.wfile.write(struct.pack(">I", 200 << 20))
            return True
        own = self.server.address_text
        if kind == "LeaderQuery":
            self.send(frame({"LeaderResponse": {"leader_id": options.id}}))
        elif kind == "TaskAssignmentRequest" and mode != "follower":
            self.send(frame({"TaskAssignmentResponse": {
                "request_id": fields["request_id"], "assigned_server_id": options.id,
                "assigned_server_address": own if options.assign is None else options.assign}}))
        elif kind == "TaskStatusQuery":
            self.send(frame({"TaskStatusResponse": {
                "request_id": fields["request_id"], "assigned_server_id": options.id,
                "assigned_server_address": own}}))
        elif kind == "TaskRequest":
            if mode == "endless":
                self.wfile.write(struct.pack(">I", 100 << 20) + b'{"TaskResponse":{"encrypted_image_data":[1')
                while True:
                    self.wfile.write(b",1" * 50000)
            data = frame(task_answer(mode, fields))
            if mode == "halfway":
                self.wfile.write(data[:len(data) // 2])
                return False
            self.send(data)
        return True


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", default="good")
    parser.add_argument("--id", type=int, default=1)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--assign")
    parser.add_argument("--log", help="a line for every message that comes")
    parser.add_argument("--picture", help="write a small PNG to this file and end")
    options = parser.parse_args()
    if options.picture:
        with open(options.picture, "wb") as file:
            file.write(hide(os.urandom(200)))
        return
    with Server(("127.0.0.1", options.port), Connection) as server:
        server.options = options
        server.address_text = "127.0.0.1:%d" % server.server_address[1]
        print(server.address_text, flush=True)
        sys.stdout.close()
        server.serve_forever()


main()
