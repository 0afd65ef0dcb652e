#!/usr/bin/env python3
"""hostile_sftp.py [endless|hang] - an SFTP server (version 3) as no honest machine runs one.

Its only folder lists names that would leave the folder or play tricks on a
terminal, and one plain metric file: which never ends, or never comes; with
"endless" the list itself has no end.
"""

import struct
import sys

NAMES = [
    b"../machine_1_client_1.json",
    b"/tmp/machine_1_client_2.json",
    b"..",
    b"machine_1_client_3.json\x1b[2J",
    b"machine_1_\nclient_4.json",
    b"machine_1_client_5.json",
]
INIT, OPEN, CLOSE, READ, OPENDIR, READDIR = 1, 3, 4, 5, 11, 12
VERSION, STATUS, HANDLE, DATA, NAME = 2, 101, 102, 103, 104
OK, EOF, UNSUPPORTED = 0, 1, 8


def text(value):
    return struct.pack(">I", len(value)) + value


def send(kind, body):
    sys.stdout.buffer.write(struct.pack(">IB", len(body) + 1, kind) + body)
    sys.stdout.buffer.flush()


def listing():
    # Flags: size, permissions, times.
    attributes = struct.pack(">IQIII", 1 | 4 | 8, 64, 0o100644, 1, 1)
    entries = b"".join(text(name) + text(name) + attributes for name in NAMES)
    return struct.pack(">I", len(NAMES)) + entries


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    listed = False
    while len(head := sys.stdin.buffer.read(4)) == 4:
        packet = sys.stdin.buffer.read(struct.unpack(">I", head)[0])
        kind, number = packet[0], packet[1:5]
        if kind == INIT:
            send(VERSION, struct.pack(">I", 3))
        elif kind in (OPEN, OPENDIR):
            send(HANDLE, number + text(b"x"))
        elif kind == READ and mode == "hang":
            pass
        elif kind == READ:
            length = struct.unpack(">I", packet[-4:])[0]
            send(DATA, number + text(b"x" * length))
        elif kind == READDIR and (mode == "endless" or not listed):
            listed = True
            send(NAME, number + listing())
        else:
            code = EOF if kind == READDIR else OK if kind == CLOSE else UNSUPPORTED
            send(STATUS, number + struct.pack(">I", code) + text(b"") + text(b""))


main()
