#!/usr/bin/env python3
"""A relay that lets one client join, hangs up, and then takes no connection and
refuses none: whoever comes again waits. Prints its port."""
import socket
import time

from websocket import opening

PEER = b"\xa2\x64type\x64peer\x68senderId\x65relay"

listener = socket.create_server(("127.0.0.1", 0), backlog=0)
print(listener.getsockname()[1], flush=True)
client, _ = listener.accept()
client.sendall(opening(client))
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
