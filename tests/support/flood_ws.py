#!/usr/bin/env python3
"""A WebSocket server that never stops talking and never listens: whole messages,
fragments of one that never ends, each of them empty, or pings. Or, "late", one that
pings once before it begins to listen, and says nothing more. Prints its port."""
import base64
import hashlib
import socket
import sys
import threading
import time

WORDS = {
    "messages": (b"", b"\x81\x02hi" * 16384),
    "fragments": (b"\x02\x00", b"\x00\x00" * 32768),
    "pings": (b"", (b"\x89\x7d" + bytes(125)) * 512),
    "late": (b"", b"\x89\x02hi"),
}


def listen(client):
    time.sleep(0.3)
    while client.recv(1 << 20):
        pass
    client.close()


def serve(client, first, rest):
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(4096)
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"sec-websocket-key":
            key = value.strip()
    accept = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    client.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + base64.b64encode(accept) + b"\r\n\r\n" + first
    )
    if sys.argv[1] == "late":
        time.sleep(0.3)
        client.sendall(rest)
        listen(client)
        return
    try:
        while True:
            client.sendall(rest)
    except OSError:
        client.close()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection, *WORDS[sys.argv[1]]), daemon=True).start()
