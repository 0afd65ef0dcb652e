#!/usr/bin/env python3
"""withholding_relay.py DOCUMENT - a relay that tells each client of a head of the
document and never of the change behind it. Prints its port; then, for each change
that it gets, upon how many heads that one is built."""
import socket
import struct
import sys
import threading

from websocket import opening

CHANGE = b"\x85\x6f\x4a\x83"  # four bytes of a checksum and the type 1 follow


def text(value):
    size = bytes([0x60 + len(value)]) if len(value) < 24 else bytes([0x78, len(value)])
    return size + value.encode()


def frame(payload):
    size = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + struct.pack(">H", len(payload))
    return b"\x82" + size + payload


def sync(document):
    data = b"\x42" + b"\x01" + bytes(range(32)) + b"\x00\x00\x00"
    return b"\xa4" + text("type") + text("sync") + text("senderId") + text("relay") + \
        text("documentId") + text(document) + text("data") + b"\x58" + bytes([len(data)]) + data


def number(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def messages(stream):
    while True:
        try:
            head = stream.read(2)
        except ConnectionResetError:
            return
        if len(head) < 2:
            return
        length = head[1] & 127
        if length == 126:
            length, = struct.unpack(">H", stream.read(2))
        mask = stream.read(4)
        yield bytes(b ^ mask[i % 4] for i, b in enumerate(stream.read(length)))


def serve(client, document):
    stream = client.makefile("rb")
    client.sendall(opening(client))
    for count, message in enumerate(messages(stream)):
        if count == 0:
            client.sendall(frame(b"\xa2" + text("type") + text("peer") + text("senderId") + text("relay")))
            client.sendall(frame(sync(document)))
        at = message.find(CHANGE)
        if at >= 0 and message[at + 8] == 1:
            _, at = number(message, at + 9)
            print(number(message, at)[0], flush=True)


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0], sys.argv[1]), daemon=True).start()
