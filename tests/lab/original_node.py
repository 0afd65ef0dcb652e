#!/usr/bin/env python3
"""original_node.py ID PORT PEER_ID@PORT... [--heartbeat S] [--failure S]
[--election S] [--leader ID] - a model of CloudP2P's own server, written from
the specification (3.2 to 3.6) with its faults: it obeys every Coordinator,
never repeats an election, never reads its outgoing links, and is silent where
it does not lead. It assigns everything to itself; it does no tasks."""
import argparse
import socket
import threading
import time

from p2p import pack, receive


class Node:
    def __init__(self, args):
        self.id, self.port, self.args = args.id, args.port, args
        self.peers = dict(map(int, peer.split("@")) for peer in args.peers)
        self.leader = args.leader
        self.score = 4.0 + self.id / 100
        self.received_alive = False
        self.seen = {}
        self.links = {}

    def send(self, peer, message):
        link = self.links.get(peer)
        if link:
            try:
                link.sendall(pack(message))
            except OSError:
                self.links[peer] = None

    def broadcast(self, message):
        for peer in self.peers:
            self.send(peer, message)

    def connect(self):
        while True:
            for peer, port in self.peers.items():
                if not self.links.get(peer):
                    try:
                        self.links[peer] = socket.create_connection(("127.0.0.1", port), 1)
                    except OSError:
                        pass
            time.sleep(2 * self.args.heartbeat)

    def stand(self, after=0.0):
        time.sleep(after)
        self.received_alive = False
        self.broadcast({"Election": {"from_id": self.id, "priority": self.score}})
        time.sleep(self.args.election)
        if not self.received_alive:
            self.leader = self.id
            self.broadcast({"Coordinator": {"leader_id": self.id}})
            self.broadcast({"HistorySyncRequest": {"from_server_id": self.id}})

    def beat(self):
        while True:
            self.broadcast({"Heartbeat": {"from_id": self.id, "timestamp": int(time.time()),
                                          "load": self.score}})
            time.sleep(self.args.heartbeat)

    def monitor(self):
        while True:
            time.sleep(self.args.heartbeat)
            for peer, seen in list(self.seen.items()):
                if time.monotonic() - seen > self.args.failure:
                    del self.seen[peer]
                    if peer == self.leader:
                        self.leader = 0
                        self.stand()

    def reply(self, message):
        """What goes back on the connection that `message` came on, or None."""
        kind, fields = (message, {}) if isinstance(message, str) else next(iter(message.items()))
        if kind == "LeaderQuery" and self.leader:
            return {"LeaderResponse": {"leader_id": self.leader}}
        if kind == "TaskAssignmentRequest" and self.leader == self.id:
            return {"TaskAssignmentResponse": {
                "request_id": fields["request_id"], "assigned_server_id": self.id,
                "assigned_server_address": f"127.0.0.1:{self.port}"}}
        if kind == "HistorySyncRequest":
            return {"HistorySyncResponse": {"from_server_id": self.id, "history_entries": []}}
        if kind == "Heartbeat":
            self.seen[fields["from_id"]] = time.monotonic()
        elif kind == "Alive":
            self.received_alive = True
        elif kind == "Coordinator":
            self.leader = fields["leader_id"]
        elif kind == "Election" and self.score < fields["priority"]:
            self.send(fields["from_id"], {"Alive": {"from_id": self.id}})
            threading.Thread(target=self.stand, args=(0.1 * self.args.election,), daemon=True).start()
        return None

    def serve(self, sock):
        try:
            while (message := receive(sock)) is not None:
                answer = self.reply(message)
                if answer:
                    sock.sendall(pack(answer))
        except (OSError, ValueError, KeyError):
            pass
        sock.close()

    def run(self):
        listener = socket.create_server(("127.0.0.1", self.port))
        for job in (self.connect, self.beat, self.monitor):
            threading.Thread(target=job, daemon=True).start()
        if not self.leader:
            threading.Thread(target=self.stand, args=(3 * self.args.heartbeat,), daemon=True).start()
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("id", type=int)
    parser.add_argument("port", type=int)
    parser.add_argument("peers", nargs="*")
    parser.add_argument("--heartbeat", type=float, default=0.05)
    parser.add_argument("--failure", type=float, default=0.5)
    parser.add_argument("--election", type=float, default=0.1)
    parser.add_argument("--leader", type=int, default=0)
    Node(parser.parse_args()).run()


main()
