#!/usr/bin/env python3
"""mixed_trials.py COUNT - one ring_server joins two models of the original that
are at odds (each names the other, both lead, neither knows a leader): the ring
must agree within twelve failure time-outs each time; exit 1 if it does not."""
import os
import subprocess
import sys

from p2p import Ring

# What the originals believe at the start: (1's leader, 2's leader).
ODDS = [(2, 1), (1, 2), (0, 0)]


def trial(ring, first, second):
    script = os.path.join(os.path.dirname(__file__), "original_node.py")
    originals = []
    try:
        for node, leader in ((1, first), (2, second)):
            peers = [f"{i}@{p}" for i, p in ring.ports.items() if i != node]
            originals.append(subprocess.Popen(
                [sys.executable, script, str(node), str(ring.ports[node]), *peers,
                 "--leader", str(leader)]))
        for node in (1, 2):
            ring.await_listening(node)
        ring.start(3)
        ring.await_listening(3)
        return ring.await_agreement([1, 2, 3], 12 * Ring.FAILURE)
    finally:
        for process in originals:
            process.kill()
            process.wait()


def main():
    longest = 0.0
    for number in range(int(sys.argv[1])):
        ring = Ring(3)
        odds = ODDS[number % len(ODDS)]
        leader, took = trial(ring, *odds)
        longest = max(longest, took)
        if not leader:
            print(f"not healed: originals that named {odds}")
            with open(ring.log(3), encoding="utf-8") as log:
                print(log.read())
        ring.stop()
        if not leader:
            sys.exit(1)
    print(f"healed each time; longest {longest:.3f} s")


main()
