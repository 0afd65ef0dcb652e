#!/usr/bin/env python3
"""slow_ws.py SECONDS - a WebSocket server that closes the first connection at its
first message, and takes SECONDS for the second one's upgrade, and as long for the
answer to each of its messages. Prints its port."""
import socket
import sys
import time

from websocket import opening


def accept(pause):
    client, _ = listener.accept()
    answer = opening(client)
    time.sleep(pause)
    client.sendall(answer)
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
