#!/usr/bin/env python3
"""A relay that lets one client join, hangs up, and then takes no connection and
refuses none: whoever comes again waits. Prints its port."""
import base64
import hashlib
import re
import socket
import time

PEER = b"\xa2\x64type\x64peer\x68senderId\x65relay"

listener = socket.create_server(("127.0.0.1", 0), backlog=0)
print(listener.getsockname()[1], flush=True)
client, _ = listener.accept()
head = b""
while b"\r\n\r\n" not in head:
    head += client.recv(4096)
key = re.search(rb"(?i)sec-websocket-key: *(\S+)", head).group(1)
accept = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
client.sendall(
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + base64.b64encode(accept) + b"\r\n\r\n"
)
client.recv(4096)
client.sendall(bytes([0x82, len(PEER)]) + PEER)
time.sleep(0.2)
# The queue is full with one that nobody accepts: further ones are not answered.
waiting = [socket.socket() for _ in range(3)]
for connection in waiting:
    connection.setblocking(False)
    connection.connect_ex(listener.getsockname())
client.close()
time.sleep(60)
