#!/usr/bin/env python3
"""interval.py PROCESS SECOND OK FAILED [last] [NAME=JSON...]: one line of a
timeline, in which every request took 1 ms; a NAME=JSON adds or replaces a field. The histogram is made here, from its specification
(HdrHistogram V2, compressed), so that it is not our encoder that is believed."""
import base64
import json
import struct
import sys
import zlib


def varint(n):
    """Zigzag LEB128."""
    n = 2 * n if n >= 0 else -2 * n - 1
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def histogram(count):
    counts = varint(-1000) + varint(count) if count else b""
    plain = struct.pack(">IIIIQQd", 0x1C849313, len(counts), 0, 3, 1, 3600000000, 1.0) + counts
    packed = zlib.compress(plain)
    return base64.b64encode(struct.pack(">II", 0x1C849314, len(packed)) + packed).decode()


def main():
    process, second, ok, failed = map(int, sys.argv[1:5])
    fields = {
        "schema": "ringstorm-interval/1", "run_id": "r", "machine_id": 1, "process": process,
        "from_unix_ms": 1700000000000 + second * 1000, "length_ms": 1000, "phase": "sustained",
        "clients": 5, "in_flight": 3, "started": ok + failed, "ok": ok, "failed": failed, "skipped": 0,
        "retries": 0, "bytes_sent": 0, "bytes_received": 0, "servers": {"1": ok + failed},
        "operations": {"task": {"ok": ok, "failed": failed}},
        "reasons": {"connection refused": failed} if failed else {},
        "service": histogram(ok), "response": histogram(ok), "failed_service": histogram(failed),
        "lag_p99_us": 100, "cpu_percent": 40, "last": sys.argv[5:6] == ["last"]}
    for change in sys.argv[5:]:
        if "=" in change:
            name, value = change.split("=", 1)
            fields[name] = json.loads(value)
    print(json.dumps(fields))


main()
