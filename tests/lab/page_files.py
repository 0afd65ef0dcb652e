#!/usr/bin/env python3
"""page_files.py SCENARIO FOLDER [SECONDS] - runs for the tests of the page: names that try to be more than names, samples beside
the load, and the times of a long run."""
import json
import math
import os
import sys

import fault_files
import metric_files
from fault_files import Load, fault, write_faults
from metric_files import RUN, START, histogram, interval, latencies, write, write_client

# As markup, as the end of an attribute, for gnuplot (quotes, commands, mark-up), for a terminal, and as no UTF-8 at all.
EVIL = "<script>alert(1)</script>\"'>&`id`_{x}^y@\\n$(id)\u001b[31m\u202e"


def sample(source, name, second, **values):
    return {"schema": "ringstorm-sample/1", "source": source, "name": name, "t_unix_ms": START + round(second * 1000),
            "values": {key.replace("__", "."): value for key, value in values.items()}}


def hostile(folder):
    """Every name that somebody else chooses is evil."""
    def name(of):
        return of + " " + EVIL

    record = metric_files.client(1, 1, ok=200, reasons={name("reason"): 20}, run=name("run"))
    record["driver"] = name("driver")
    record["aggregated_stats"]["server_distribution"] = {name("server"): 220}
    values = latencies(200, 1)
    part = {"ok": 100, "failed": 10, "service": histogram(values[:100]), "response": histogram(values[:100])}
    other = {"ok": 100, "failed": 10, "service": histogram(values[100:]), "response": histogram(values[100:])}
    record["aggregated_stats"]["operations"] = {name("operation"): part, "task": other}
    record["histograms"].update(service=histogram(values), response=histogram(values))
    write(folder, "machine_1_client_1.json", record)
    lines = [interval(1, second, values[second * 10:second * 10 + 10], run=name("run"), phase=name("phase") if second < 10 else "b",
                      failed=1, failed_service=histogram([900]), reasons={name("reason"): 1}, servers={name("server"): 11},
                      last=second == 19, in_flight=0) for second in range(20)]
    lines[-1]["stopped"] = name("stopped")
    write(folder, "machine_1_timeline.jsonl", *lines)
    write(folder, "machine_1_run.json", {
        "schema": "ringstorm-run/1", "run_id": name("run").replace("\u001b", "?"), "machine_id": 1,
        "programs": {name("program"): name("version")},
        "configuration": [name("KEY=value"), "API_TOKEN=swordfish"]})
    write_faults(folder, fault(1, 5, 8, server=name("target"), kind=name("kind"), host="local"))
    write(folder, "probe_x.jsonl", *[sample("relay", name("relay"), second, connections=10 + second, **{name("figure") + "rss": 5e6})
                                     for second in range(20)])


def samples(folder):
    """One fault, and beside the load two machines and a relay."""
    fault_files.one(folder)
    for machine in ("client1", "client2"):
        write(folder, f"host_{machine}.jsonl", *[
            sample("host", machine, second, cpu__busy_percent=30 + 20 * math.sin(second / 5 + len(machine)) + (20 if 15 < second < 17 else 0),
                   memory__used_bytes=2e9 + second * 1e6) for second in range(-3, 44)])
    write(folder, "probe_relay1.jsonl", *[
        sample("relay", "relay1", second, connections=30 if not 15 < second < 18 else 4, memory__rss=80e6 + second * 2e5)
        for second in range(0, 40, 2)])


def strange(folder):
    """Figures of machines that are out of all proportion, and below nothing."""
    Load(10).write(folder)
    figures = {"clock.step_ms": -250.5, "cpu.busy_percent": 1e300, "memory.rss": 1e-300, "connections": -3, "x.rss_bytes": 5e18}
    write(folder, "host_a.jsonl", *[{**sample("host", "a", second), "values": {key: value * (second % 3) for key, value in figures.items()}}
                                    for second in range(10)])


def stops(folder):
    """One of three timelines stops in the middle."""
    Load(40).write(folder)
    path = os.path.join(folder, "machine_2_timeline.jsonl")
    with open(path, encoding="utf-8") as file:
        lines = file.readlines()
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(lines[:200] + [lines[200][:100]])


def jump(folder):
    """In the middle the clock of the one machine jumps forward by a minute."""
    lines = [interval(1, second + (60 if second > 20 else 0), latencies(20, second)) for second in range(40)]
    lines[-1].update(last=True, in_flight=0)
    write(folder, "machine_1_timeline.jsonl", *lines)
    write_client(folder, 1, 1, ok=0)


def apart(folder):
    """Two machines of which one's clock is years off."""
    for machine in (1, 2):
        write_client(folder, machine, 1)
        line = interval(machine, 0 if machine == 1 else 10 ** 9, latencies(100, machine * 100 + 1), last=True)
        write(folder, f"machine_{machine}_timeline.jsonl", line)


def no_request(folder):
    write_client(folder, 1, 1, ok=0)
    write(folder, "machine_1_timeline.jsonl", interval(1, 0, []), interval(1, 1, [], last=True))


def one_request(folder):
    write_client(folder, 1, 1, ok=1)
    write(folder, "machine_1_timeline.jsonl", interval(1, 0, latencies(1, 101), last=True))


def only_failures(folder):
    Load(40, outages=[(0, 100)]).write(folder)
    write_faults(folder, fault(1, 15, 20))


def no_faults(folder):
    Load(40).write(folder)


def hour(folder, seconds=3600):
    """Three machines for an hour with 100 clients each, and 200 series of samples of them; for the bench."""
    texts = [(histogram(values), len(values)) for values in (latencies(100, seed) for seed in range(64))]
    for machine in (1, 2, 3):
        model = interval(machine, 0, [])
        path = os.path.join(folder, f"machine_{machine}_timeline.jsonl")
        os.makedirs(folder, exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            for second in range(seconds):
                text, count = texts[(second * 7 + machine) % 64]
                model.update(from_unix_ms=START + 1000 * second, ok=count, started=count, service=text, response=text,
                             clients=100, servers={"1": 34, "2": 33, "3": 33}, last=second == seconds - 1,
                             operations={"task": {"ok": count, "failed": 0}}, in_flight=0)
                file.write(json.dumps(model) + "\n")
        for number in range(1, 101):
            write_client(folder, machine, number, ok=seconds)
        with open(os.path.join(folder, f"host_{machine}.jsonl"), "w", encoding="utf-8") as file:
            for second in range(seconds):
                values = {f"figure.{k}": 1000 * k + second % 17 for k in range(64)}
                values["cpu.busy_percent"] = second % 100
                values["memory.used_bytes"] = 2e9 + second
                file.write(json.dumps({**sample("host", f"client{machine}", second), "values": values}) + "\n")
    write_faults(folder, *[fault(k + 1, 400 * k + 20, 400 * k + 30) for k in range(seconds // 400)])


SCENARIOS = [hostile, samples, strange, stops, jump, apart, no_request, one_request, only_failures, no_faults, hour]

if __name__ == "__main__":
    {scenario.__name__: scenario for scenario in SCENARIOS}[sys.argv[1]](sys.argv[2], *map(int, sys.argv[3:]))
