#!/usr/bin/env python3
"""metric_files.py SCENARIO FOLDER - metric files for the tests of aggregate.

Histograms are encoded here anew from HdrHistogram's description (V2,
compressed), so that what aggregate reads was not written by what it is made of.
"""
import base64
import json
import math
import os
import struct
import sys
import zlib

RUN = "2025-10-31T10:00:00Z-7f3a"
START = 1761904800000


def bucket_index(us):
    """Place of a value: 1 us units, 2,048 sub-buckets (three digits)."""
    power = max(0, us.bit_length() - 11)
    return us if power == 0 else power * 1024 + (us >> power)


def histogram(values_us):
    counts = {}
    for us in values_us:
        index = bucket_index(us)
        counts[index] = counts.get(index, 0) + 1
    body, at = bytearray(), 0

    def number(n):
        n = n << 1 if n >= 0 else (-n << 1) - 1
        while n > 127:
            body.append(n & 127 | 128)
            n >>= 7
        body.append(n)

    for index in sorted(counts):
        if index > at:
            number(at - index)
        number(counts[index])
        at = index + 1
    head = struct.pack(">iiiiqqd", 0x1C849313, len(body), 0, 3, 1, 3600000000, 1.0)
    packed = zlib.compress(head + bytes(body))
    return base64.b64encode(struct.pack(">ii", 0x1C849314, len(packed)) + packed).decode()


def latencies(count, seed):
    """Between about 40 and 800 ms, the same each time."""
    return [int(40000 * math.exp(3 * ((i * 7919 + seed * 104729) % 1000) / 1000)) for i in range(count)]


def client(machine, number, ok=100, reasons=None, run=RUN, process=0):
    reasons = reasons or {}
    failed = sum(reasons.values())
    good, bad = latencies(ok, machine * 100 + number), [12400] * failed
    servers = {str(s): 0 for s in (1, 2, 3)}
    for i in range(ok + failed):
        servers[str(1 + (i + number) % 3)] += 1
    return {
        "schema": "ringstorm-client/1", "run_id": run,
        "client_name": f"Machine_{machine}_Client_{number}",
        "machine_id": machine, "client_id": number, "process": process,
        "driver": "cloudp2p", "start_unix_ms": START, "test_duration_secs": 60.0,
        "aggregated_stats": {
            "total_requests": ok + failed, "successful_requests": ok, "failed_requests": failed,
            "failure_rate": 100.0 * failed / (ok + failed) if ok + failed else 0,
            "planned_requests": ok + failed, "sent_requests": ok + failed, "skipped_requests": 0,
            "retries": failed, "bytes_sent": 1000 * (ok + failed), "bytes_received": 2000 * ok,
            "server_distribution": servers, "failure_reasons": reasons,
            "operations": {"task": {"ok": ok, "failed": failed}},
        },
        "histograms": {"service": histogram(good), "response": histogram(good), "failed": histogram(bad)},
    }


def interval(machine, second, values_us, clients=1, last=False, run=RUN, process=0, cpu=40.0, **more):
    encoded = histogram(values_us)
    return {
        "schema": "ringstorm-interval/1", "run_id": run, "machine_id": machine, "process": process,
        "from_unix_ms": START + 1000 * second, "length_ms": 1000, "phase": "sustained",
        "clients": clients, "in_flight": 0 if last else 7, "started": len(values_us),
        "ok": len(values_us), "failed": 0, "skipped": 0, "servers": {"1": len(values_us)},
        "operations": {"task": {"ok": len(values_us), "failed": 0}}, "reasons": {},
        "service": encoded, "response": encoded, "failed_service": histogram([]),
        "lag_p99_us": 120, "cpu_percent": cpu, "last": last, **more,
    }


def cloudp2p(name, ok, low, mean, high, reasons=None):
    """As CloudP2P's own client writes it."""
    reasons = reasons or {}
    failed = sum(reasons.values())
    return {
        "aggregated_stats": {
            "failed_requests": failed, "failure_rate": 100.0 * failed / (ok + failed),
            "failure_reasons": reasons, "latency_avg_ms": mean, "latency_max_ms": high,
            "latency_min_ms": low, "latency_p50_ms": low, "latency_p95_ms": high,
            "latency_p99_ms": high, "server_distribution": {"1": ok, "2": failed},
            "successful_requests": ok, "total_requests": ok + failed,
        },
        "client_name": name, "test_duration_secs": 42,
    }


def write(folder, name, *records):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(json.dumps(record) + "\n" for record in records))


def write_client(folder, machine, number, **more):
    write(folder, f"machine_{machine}_client_{number}.json", client(machine, number, **more))


def good(folder):
    """Three machines of four clients, a few failures, whole timelines."""
    for machine in (1, 2, 3):
        values = []
        for number in (1, 2, 3, 4):
            write_client(folder, machine, number, reasons={"connection refused": 1} if number == 2 else {})
            values += latencies(100, machine * 100 + number)
        lines = [interval(machine, second, values[second * 100:(second + 1) * 100], clients=4) for second in range(4)]
        lines[0].update(failed=1, reasons={"connection refused": 1}, failed_service=histogram([12400]))
        lines[3].update(last=True, in_flight=0)
        write(folder, f"machine_{machine}_timeline.jsonl", *lines)


def killed(folder):
    """Process 0 ended in order; process 1 was killed in the middle of a line."""
    write_client(folder, 1, 1)
    write_client(folder, 1, 2, process=1)
    write(folder, "machine_1_timeline.jsonl", interval(1, 0, latencies(100, 101), last=True),
          interval(1, 0, [50000] * 30, process=1, clients=3), interval(1, 1, [60000] * 20, process=1, clients=2))
    with open(os.path.join(folder, "machine_1_timeline.jsonl"), "a", encoding="utf-8") as file:
        file.write('{"schema": "ringstorm-interval/1", "machine_id": 1, "proc')


def estimates(folder):
    """CloudP2P's own files, of which two have no names of ours."""
    write(folder, "machine_1_client_1.json", cloudp2p("Machine_1_Client_1", 30, 100, 150.5, 200))
    write(folder, "a.json", cloudp2p("client", 30, 100, 150.5, 200, {"Task #3 lost - all servers failed": 2}))
    write(folder, "b.json", cloudp2p("client", 30, 100, 150.5, 200))


def mixed(folder):
    """Exact records and CloudP2P's beside them."""
    write_client(folder, 1, 1)
    write(folder, "machine_2_client_1.json", cloudp2p("Machine_2_Client_1", 30, 100, 150.5, 200))


def collected(folder):
    """As collected from machines: a folder for each."""
    write(folder, "collected/machine_1/client_1.json", client(1, 1))
    write(folder, "collected/machine_2/client_1.json", client(2, 1))


def two_runs(folder):
    for number in (1, 2):
        write(folder, f"machine_1/machine_1_client_{number}.json", client(1, number))
    write(folder, "machine_2/machine_1_client_1.json", client(1, 1, run="2025-10-31T11:00:00Z-91c2"))


def reasons(folder):
    write_client(folder, 1, 1, reasons={f"reason {n:02}": 20 - n for n in range(12)})


def wrong(folder):
    write_client(folder, 1, 1, reasons={"wrong answer": 2})


def none_right(folder):
    write_client(folder, 1, 1, ok=0, reasons={"connection refused": 9})


def disagree(folder):
    write_client(folder, 1, 1)
    write(folder, "machine_1_timeline.jsonl", interval(1, 0, [50000] * 99, last=True))


def missing(folder):
    """The run was of five clients; the timeline saw three, a file is of one."""
    write_client(folder, 1, 1)
    write(folder, "machine_1_timeline.jsonl", interval(1, 0, latencies(100, 101), clients=3, last=True))
    write(folder, "machine_1_run.json", {
        "schema": "ringstorm-run/1", "run_id": RUN, "machine_id": 1, "configuration": ["NUM_CLIENTS=5"]})


def busy(folder):
    write_client(folder, 1, 1)
    write(folder, "machine_1_timeline.jsonl",
          interval(1, 0, latencies(100, 101), cpu=99.0),
          interval(1, 1, [], cpu=99.0), interval(1, 2, [], cpu=99.0, last=True))


def open_loop(folder):
    record = client(1, 1)
    record["histograms"]["response"] = histogram([us + 500000 for us in latencies(100, 101)])
    write(folder, "machine_1_client_1.json", record)


def load(folder):
    """HTTP in an open loop, on two machines: three phases, two operations; a spike in which not all could be sent, and
    which ended the run."""
    plan = [("warmup", 40, 1, 0), ("warmup", 40, 1, 0), ("sustained", 100, 1, 0), ("sustained", 100, 1, 0), ("spike", 200, 3, 50)]
    for machine in (1, 2):
        every, lines = {"GET /a": [], "POST /b": []}, []
        for second, (phase, count, slow, skipped) in enumerate(plan):
            values = [us // 100 * slow for us in latencies(count, machine * 10 + second)]
            parts = {"GET /a": values[:count // 4 * 3], "POST /b": values[count // 4 * 3:]}
            failed = 8 if phase == "spike" else 0
            for name, part in parts.items():
                every[name] += part
            lines.append(interval(
                machine, second, values, phase=phase, clients=1, loop="open", target=float(count + skipped), skipped=skipped,
                response=histogram([us + 90 * slow * slow for us in values]), servers={"127.0.0.1:8080": count + failed},
                failed=failed, failed_service=histogram([30000] * failed), reasons={"http 503": failed} if failed else {},
                lag=histogram([80 + i for i in range(count)]), last=second == 4, in_flight=0,
                operations={name: {"ok": len(part), "failed": failed if name == "POST /b" else 0, "service": histogram(part),
                                   "response": histogram([us + 90 * slow * slow for us in part])} for name, part in parts.items()}))
        lines[4]["stopped"] = "error_rate > 3% for 1s: 3.85%"
        write(folder, f"machine_{machine}_timeline.jsonl", *lines)
        right = every["GET /a"] + every["POST /b"]
        record = client(machine, 1, ok=len(right), reasons={"http 503": 8})
        record.update(driver="http", loop="open", test_duration_secs=5.0)
        record["aggregated_stats"].update(
            planned_requests=len(right) + 58, skipped_requests=50, server_distribution={"127.0.0.1:8080": len(right) + 8},
            operations={name: {"ok": len(part), "failed": 8 if name == "POST /b" else 0, "service": histogram(part),
                               "response": histogram([us + 130 for us in part])} for name, part in every.items()})
        record["histograms"].update(service=histogram(right), response=histogram([us + 130 for us in right]))
        write(folder, f"machine_{machine}_client_1.json", record)
        write(folder, f"machine_{machine}_run.json", {
            "schema": "ringstorm-run/1", "run_id": RUN, "machine_id": machine, "configuration": ["NUM_CLIENTS=1"]})


def clones(folder, ok, process_of):
    """10,000 clients that measured the same, quickly written."""
    model = json.dumps(client(1, 1, ok=ok))
    os.makedirs(folder)
    for number in range(1, 10001):
        text = model.replace("Client_1", f"Client_{number}").replace('"client_id": 1', f'"client_id": {number}')
        text = text.replace('"process": 0', f'"process": {process_of(number)}')
        with open(os.path.join(folder, f"machine_1_client_{number}.json"), "w", encoding="utf-8") as file:
            file.write(text)


def many(folder):
    clones(folder, 100, lambda number: number % 4)


def many_operations(folder):
    """Five operations each, with both latencies."""
    clones(folder, 100, lambda number: number % 4)
    values = latencies(20, 7)
    part = {"ok": 20, "failed": 0, "service": histogram(values), "response": histogram([us + 9 for us in values])}
    parts = json.dumps({name: part for name in ("GET /a", "GET /b", "GET /c", "POST /d", "PUT /e")})
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace('{"task": {"ok": 100, "failed": 0}}', parts))


def many_heavy(folder):
    clones(folder, 10000, lambda number: number % 4)


def many_processes(folder):
    clones(folder, 100, lambda number: number)
    model = json.dumps(interval(1, 0, latencies(100, 101), last=True))
    with open(os.path.join(folder, "machine_1_timeline.jsonl"), "w", encoding="utf-8") as file:
        for number in range(1, 10001):
            file.write(model.replace('"process": 0', f'"process": {number}') + "\n")


SCENARIOS = [many, many_operations, many_heavy, many_processes, good, killed, estimates, mixed, collected, two_runs, reasons, wrong, none_right, disagree, missing, busy,
             open_loop, load]

if __name__ == "__main__":
    {scenario.__name__: scenario for scenario in SCENARIOS}[sys.argv[1]](sys.argv[2])
