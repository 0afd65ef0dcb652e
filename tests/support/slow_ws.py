#!/usr/bin/env python3
"""slow_ws.py SECONDS - a WebSocket server that closes the first connection at its
first message, and takes SECONDS for the second one's upgrade, and as long for the
answer to each of its messages. Prints its port."""
import base64
import hashlib
import re
import socket
import sys
import time


def accept(pause):
    client, _ = listener.accept()
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(4096)
    key = re.search(rb"(?i)sec-websocket-key: *(\S+)", head).group(1)
    answer = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    time.sleep(pause)
    client.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + base64.b64encode(answer) + b"\r\n\r\n"
    )
    return client


pause = float(sys.argv[1])
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
first = accept(0)
first.recv(4096)
first.close()
second = accept(pause)
while second.recv(4096):
    time.sleep(pause)
    second.sendall(b"\x81\x02hi")
