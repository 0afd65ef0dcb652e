"""p2p.py - CloudP2P's frames for tests (specification 1.1, 1.2)."""
import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
import time


def pack(message):
    body = json.dumps(message, separators=(",", ":")).encode()
    return struct.pack(">I", len(body)) + body


def receive(sock):
    """One message; None at the end of the stream."""
    data = b""
    need = 4
    while len(data) < need:
        piece = sock.recv(65536 if need > 4 else need - len(data))
        if not piece:
            return None
        data += piece
        if need == 4 and len(data) == 4:
            need = 4 + struct.unpack(">I", data)[0]
    return json.loads(data[4:need])


def ask(port, message, timeout=0.1):
    """The answer; None for silence, a closed or a refused connection."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as sock:
            sock.settimeout(timeout)
            sock.sendall(pack(message))
            return receive(sock)
    except OSError:
        return None


def leader_of(port):
    answer = ask(port, "LeaderQuery")
    return answer["LeaderResponse"]["leader_id"] if answer else None


def assigns(port, name, number):
    request = {"client_name": name, "request_id": number}
    answer = ask(port, {"TaskAssignmentRequest": request})
    return bool(answer and answer["TaskAssignmentResponse"]["assigned_server_address"])


def free_ports(count):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in held]
    for sock in held:
        sock.close()
    return ports


class Ring:
    """Processes of ring_server with short intervals."""

    FAILURE = 0.5
    TIMING = ["--heartbeat-interval", "50ms", "--monitor-interval", "50ms",
              "--failure-timeout", "500ms", "--election-timeout", "100ms"]

    def __init__(self, size, extra=()):
        self.folder = tempfile.TemporaryDirectory()
        self.ports = dict(enumerate(free_ports(size), 1))
        self.extra = list(extra)
        self.processes = {}
        self.asked = 0

    def log(self, node):
        return os.path.join(self.folder.name, f"{node}.log")

    def start(self, node):
        peers = [f"{i}@127.0.0.1:{p}" for i, p in self.ports.items() if i != node]
        command = [os.path.join(os.environ["BIN"], "ring_server"), "--id", str(node),
                   "--address", f"127.0.0.1:{self.ports[node]}",
                   "--log-file", self.log(node), *self.TIMING, *self.extra]
        if peers:
            command += ["--peers", ",".join(peers)]
        self.processes[node] = subprocess.Popen(command)

    def kill(self, node, how=signal.SIGKILL):
        process = self.processes.pop(node)
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)
        return process.wait(15)

    def freeze(self, node):
        self.processes[node].send_signal(signal.SIGSTOP)

    def thaw(self, node):
        self.processes[node].send_signal(signal.SIGCONT)

    def agreed(self, nodes):
        """The leader that all of them name and that assigns, else None."""
        leaders = {leader_of(self.ports[node]) for node in nodes}
        leader = leaders.pop()
        self.asked += 1
        if leaders or leader not in nodes or not assigns(self.ports[leader], "probe", self.asked):
            return None
        return leader

    def await_agreement(self, nodes, seconds):
        """(leader, seconds it took), or (None, seconds)."""
        begin = time.monotonic()
        while True:
            leader = self.agreed(nodes)
            took = time.monotonic() - begin
            if leader or took > seconds:
                return (leader if took <= seconds else None), took
            time.sleep(0.005)

    def await_listening(self, node, seconds=10):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.ports[node]), 1).close()
                return
            except OSError:
                time.sleep(0.002)
        raise TimeoutError(f"server {node} does not listen")

    def stop(self):
        for node in list(self.processes):
            self.kill(node)
        self.folder.cleanup()
