#!/usr/bin/env python3
"""compare_files.py FOLDER [NAME=VALUE]... - a run for the tests of compare: a
timeline a machine, their descriptions and a final_report.json.

Of one seed and size two runs are alike to the last byte but for their ids. Latencies are drawn about `median_us`, whose
logarithm wanders from second to second (each remembers `memory` of the last)."""
import json
import math
import os
import random
import sys

from metric_files import START, histogram, interval, write

DEFAULTS = {
    "seconds": 60, "machines": 1, "rate": 100, "median_us": 20000, "spread": 0.2, "wander": 0.01, "memory": 0.5,
    "failed": 0, "seed": 1, "run": "2026-01-01T00:00:00Z-aaaa", "phase": "sustained", "clients": 5, "setting": "",
    "recover": "", "server": "1", "verdict": "pass", "report": 1, "faults_ms": 30000, "slow_ms": 0, "kinds": 0,
}


def latencies(random_, many, median_us, spread):
    return [max(1, int(median_us * math.exp(spread * random_.gauss(0, 1)))) for _ in range(many)]


def fault(number, recover_ms, options):
    at = START + options["faults_ms"] * number
    return {
        "number": number, "server": int(options["server"]) if options["server"].isdigit() else options["server"],
        "fault": "kill", "cycle": number, "leader": False, "t_unix_ms": at, "confirmed": True, "healed": True,
        "healed_after_ms": recover_ms, "time_to_recover_ms": recover_ms,
        "ranges": {"time_to_recover_ms": [recover_ms - 100, recover_ms + 100]}}


def timeline(machine, options):
    random_ = random.Random(options["seed"] * 1000 + machine)
    level, lines, kinds = 0.0, [], []
    for second in range(options["seconds"]):
        level = options["memory"] * level + options["wander"] * random_.gauss(0, 1)
        median = options["median_us"] * math.exp(level)
        # In a fault's seconds all is slow.
        since = second * 1000 % options["faults_ms"] if second * 1000 >= options["faults_ms"] else options["faults_ms"]
        median *= 50 if since < options["slow_ms"] else 1
        many = round(options["rate"] * math.exp(-level)) if options["rate"] else 0
        # Drawing is slow: a long run is made of `kinds` different seconds.
        if options["kinds"] and second >= options["kinds"]:
            line = dict(random_.choice(kinds), from_unix_ms=START + 1000 * second)
        else:
            line = interval(machine, second, latencies(random_, many, median, options["spread"]), run=options["run"],
                            phase=options["phase"], clients=options["clients"])
            line.update(failed=options["failed"], failed_service=histogram([9000] * options["failed"]),
                        reasons={"http 503": options["failed"]} if options["failed"] else {})
            kinds.append(line)
        lines.append(line)
    lines[-1] = dict(lines[-1], last=True, in_flight=0)
    return lines


def report(options, requests):
    recoveries = [int(ms) for ms in str(options["recover"]).split(",") if ms]
    return {
        "schema": "ringstorm-report/1", "run_id": options["run"], "start_unix_ms": START + options["seed"],
        "total_requests": requests, "throughput_rps": requests / options["seconds"], "failure_rate": 0.5,
        "latency_stats": {"median_ms": options["median_us"] / 1000, "p99_ms": options["median_us"] / 500},
        "faults": [fault(i + 1, ms, options) for i, ms in enumerate(recoveries)],
        "verdict": {"result": options["verdict"], "exit_code": 0, "reasons": []}}


def main():
    folder, options, requests = sys.argv[1], dict(DEFAULTS), 0
    for word in sys.argv[2:]:
        name, value = word.split("=", 1)
        options[name] = type(DEFAULTS[name])(value)
    for machine in range(1, options["machines"] + 1):
        lines = timeline(machine, options)
        requests += sum(line["ok"] + line["failed"] for line in lines)
        write(folder, f"machine_{machine}_timeline.jsonl", *lines)
        write(folder, f"machine_{machine}_run.json", {
            "schema": "ringstorm-run/1", "run_id": options["run"], "machine_id": machine, "driver": "http",
            "configuration": [f"NUM_CLIENTS={options['clients']}", f"METRICS_OUTPUT_DIR={folder}",
                              f"SEED={options['seed']}"] + [options["setting"]] * bool(options["setting"])})
    if options["report"]:
        write(folder, "final_report.json", report(options, requests))


if __name__ == "__main__":
    main()
