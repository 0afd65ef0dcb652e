#!/usr/bin/env python3
"""A WebSocket server that never stops talking and never listens: whole messages,
fragments of one that never ends, each of them empty, or pings. Or, "late", one that
pings once before it begins to listen, and says nothing more. Prints its port."""
import socket
import sys
import threading
import time

from websocket import opening

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
    client.sendall(opening(client) + first)
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
