#!/usr/bin/env python3
"""ring_trials.py cold|freeze|kill|stop COUNT - that many disturbances of real rings
of three; each must be found agreed (every node names one leader, and that one
assigns) within two failure time-outs. Prints the times; exit 1 if one was not."""
import random
import signal
import sys

from p2p import Ring

LIMIT = 2 * Ring.FAILURE
times = []


def expect(ring, nodes, what):
    leader, took = ring.await_agreement(nodes, LIMIT)
    times.append(took)
    if leader:
        return leader
    print(f"not agreed {LIMIT:.1f} s after {what}")
    for node in sorted(ring.ports):
        with open(ring.log(node), encoding="utf-8") as log:
            print(f"--- server {node}\n" + "".join(log.readlines()[-15:]))
    ring.stop()
    sys.exit(1)


def start(nodes=(1, 2, 3)):
    ring = Ring(3)
    for node in nodes:
        ring.start(node)
    for node in nodes:
        ring.await_listening(node)
    return ring


def cold(count):
    for trial in range(count):
        ring = start(random.sample([1, 2, 3], 3))
        expect(ring, [1, 2, 3], f"cold start {trial}")
        ring.stop()


def freeze(count):
    ring = start()
    leader = expect(ring, [1, 2, 3], "the start")
    for trial in range(count):
        others = [node for node in (1, 2, 3) if node != leader]
        ring.freeze(leader)
        expect(ring, others, f"freeze {trial} of leader {leader}")
        ring.thaw(leader)
        leader = expect(ring, [1, 2, 3], f"the end of freeze {trial} of {leader}")
    ring.stop()


def kill(count, how=signal.SIGKILL):
    ring = start()
    leader = expect(ring, [1, 2, 3], "the start")
    for trial in range(count):
        others = [node for node in (1, 2, 3) if node != leader]
        status = ring.kill(leader, how)
        if status not in (0, -signal.SIGKILL):
            sys.exit(f"server {leader} ended with status {status}")
        expect(ring, others, f"kill {trial} of leader {leader}")
        ring.start(leader)
        ring.await_listening(leader)
        leader = expect(ring, [1, 2, 3], f"restart {trial} of {leader}")
    ring.stop()


def stop(count):
    kill(count, signal.SIGTERM)


def main():
    {"cold": cold, "freeze": freeze, "kill": kill, "stop": stop}[sys.argv[1]](int(sys.argv[2]))
    times.sort()
    print(f"{len(times)} times agreed; median {times[len(times) // 2]:.3f} s, "
          f"longest {times[-1]:.3f} s")


main()
