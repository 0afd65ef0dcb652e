#!/usr/bin/env python3
"""withholding_relay.py DOCUMENT - a relay that has each change of its clients, and
tells them afterwards of a head above it, never of the change behind that. Prints its
port; then, for each change that it gets, its number among those of its author, and
what it is built upon: nothing, the author's last one ("own"), or else."""
import socket
import struct
import sys
import threading

from websocket import opening

CHANGE = b"\x85\x6f\x4a\x83"  # four bytes of a checksum and the type 1 follow
WITHHELD = bytes(range(32))


def text(value):
    size = bytes([0x60 + len(value)]) if len(value) < 24 else bytes([0x78, len(value)])
    return size + value.encode()


def frame(payload):
    size = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + struct.pack(">H", len(payload))
    return b"\x82" + size + payload


def sync(document, head):
    data = b"\x42" + b"\x01" + head + b"\x00\x00\x00"
    return frame(
        b"\xa4" + text("type") + text("sync") + text("senderId") + text("relay") +
        text("documentId") + text(document) + text("data") + b"\x58" + bytes([len(data)]) + data
    )


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


def head_of(message):
    """The one that a client's change makes, as its message says."""
    at = message.index(text("data")) + len(text("data"))
    at += {0x58: 2, 0x59: 3}[message[at]]
    return message[at + 2 : at + 34]


def read_change(message, at):
    """Its author, its number, and the hashes that it is built upon."""
    _, at = number(message, at + 9)
    count, at = number(message, at)
    deps = [message[at + 32 * i : at + 32 * i + 32] for i in range(count)]
    size, at = number(message, at + 32 * count)
    return message[at : at + size], number(message, at + size)[0], deps


def serve(client, document):
    stream = client.makefile("rb")
    client.sendall(opening(client))
    last = {}
    for count, message in enumerate(messages(stream)):
        if count == 0:
            client.sendall(frame(b"\xa2" + text("type") + text("peer") + text("senderId") + text("relay")))
            client.sendall(sync(document, WITHHELD))
        at = message.find(CHANGE)
        if at >= 0 and message[at + 8] == 1:
            author, seq, deps = read_change(message, at)
            upon = "nothing" if not deps else "own" if deps == [last.get(author)] else "else"
            print(seq, upon, flush=True)
            last[author] = head_of(message)
            client.sendall(sync(document, last[author]) + sync(document, WITHHELD))


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0], sys.argv[1]), daemon=True).start()
