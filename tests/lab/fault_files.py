#!/usr/bin/env python3
"""fault_files.py SCENARIO FOLDER - timelines of a load that faults met, and the
faults' events: what aggregate's part on faults is tested with."""
import json
import os
import random
import sys

from metric_files import RUN, START, histogram, write

EMPTY = histogram([])
# Times of a healthy service, the same few texts again and again.
HEALTHY = [([20000 + (i * 7919 + k * 104729) % 10000 for i in range(20)]) for k in range(16)]
HEALTHY_TEXTS = [histogram(values) for values in HEALTHY]


class Load:
    """`machines` timelines, each of 200 requests/s; `outages` are (from, to) in
    seconds, in which every request fails and half as many are made."""

    def __init__(self, seconds, machines=3, step_ms=100, outages=(), slow=(), offsets=(0, 0, 0), per_step=None):
        self.seconds, self.machines, self.step_ms = seconds, machines, step_ms
        self.outages, self.slow, self.offsets = outages, slow, offsets
        self.per_step = per_step

    def interval(self, machine, k):
        at = k * self.step_ms / 1000
        values, text = HEALTHY[(k * 3 + machine) % 16], HEALTHY_TEXTS[(k * 3 + machine) % 16]
        failed = 0
        if self.per_step is not None:
            values = values[:self.per_step]
            text = histogram(values)
        if any(low <= at < high for low, high in self.outages):
            values, text, failed = [], EMPTY, 10
        elif any(low <= at < high for low, high in self.slow):
            values = [us + 80000 for us in values]
            text = histogram(values)
        return {
            "schema": "ringstorm-interval/1", "run_id": RUN, "machine_id": machine, "process": 0,
            "from_unix_ms": START + k * self.step_ms + self.offsets[machine - 1], "length_ms": self.step_ms,
            "phase": "sustained", "clients": 10, "in_flight": 5, "started": len(values) + failed,
            "ok": len(values), "failed": failed, "skipped": 0, "servers": {"1": len(values)},
            "operations": {"task": {"ok": len(values), "failed": failed}},
            "reasons": {"connection refused": failed} if failed else {},
            "service": text, "response": text, "failed_service": histogram([900] * failed) if failed else EMPTY,
            "lag_p99_us": 120, "cpu_percent": 20.0, "last": False}

    def write(self, folder, subfolder="", last=True):
        for machine in range(1, self.machines + 1):
            lines = [self.interval(machine, k) for k in range(int(self.seconds * 1000 / self.step_ms))]
            end = dict(self.interval(machine, len(lines)))
            end.update(ok=0, failed=0, started=0, in_flight=0, reasons={}, servers={}, operations={},
                       service=EMPTY, response=EMPTY, failed_service=EMPTY, clients=0, last=last)
            place = subfolder.format(machine) if subfolder else ""
            write(folder, os.path.join(place, f"machine_{machine}_timeline.jsonl"), *lines, end)
            self.write_client(folder, place, machine, lines)

    def write_client(self, folder, place, machine, lines):
        ok, failed = sum(line["ok"] for line in lines), sum(line["failed"] for line in lines)
        values = []
        for k, line in enumerate(lines):
            at = k * self.step_ms / 1000
            slow = any(low <= at < high for low, high in self.slow)
            values += [us + (80000 if slow else 0) for us in HEALTHY[(k * 3 + machine) % 16][:line["ok"]]]
        encoded = histogram(values)
        for number in range(1, 11):
            mine = number == 1
            write(folder, os.path.join(place, f"machine_{machine}_client_{number}.json"), {
                "schema": "ringstorm-client/1", "run_id": RUN, "client_name": f"Machine_{machine}_Client_{number}",
                "machine_id": machine, "client_id": number, "process": 0, "driver": "cloudp2p",
                "start_unix_ms": START, "test_duration_secs": self.seconds,
                "aggregated_stats": {
                    "total_requests": (ok + failed) * mine, "successful_requests": ok * mine,
                    "failed_requests": failed * mine, "failure_rate": 0.0, "planned_requests": (ok + failed) * mine,
                    "sent_requests": (ok + failed) * mine, "skipped_requests": 0, "retries": 0, "bytes_sent": 0,
                    "bytes_received": 0, "server_distribution": {"1": ok} if mine else {},
                    "failure_reasons": {"connection refused": failed} if mine and failed else {}},
                "histograms": {"service": encoded if mine else EMPTY, "response": encoded if mine else EMPTY,
                               "failed": histogram([900] * failed) if mine else EMPTY}})


def fault(number, at, healed, server=None, kind="kill", confirmed=0.002, run="fault-run", role="", host="local", cycle=None):
    """The events of one fault; `healed` None: it was not."""
    server = server or (number - 1) % 3 + 1
    common = {"schema": "ringstorm-fault/1", "run_id": run, "number": number,
              "cycle": cycle or (number - 1) // 3 + 1, "server": server, "host": host, "fault": kind,
              "pid": 100 + number, "detail": None, "clock_error_ms": 0.0}
    if role:
        common["role"] = role

    def event(t, name):
        return {**common, "t_unix_ms": START + round(t * 1000), "event": name}

    events = [event(at, "commanded")]
    events.append(event(at + confirmed, "confirmed") if confirmed else event(at + 2, "unconfirmed"))
    if healed:
        events += [event(healed - 0.5, "heal_commanded"), event(healed, "healed")]
    else:
        events.append(event(at + 10, "heal_failed"))
    return events


def write_faults(folder, *faults, name="fault_events.jsonl"):
    write(folder, name, *[event for events in faults for event in events])


def ring(folder):
    """Three cycles round three servers: one was the leader, one went unfelt, and
    the run ended three seconds after the last."""
    at = [15 + 20 * k for k in range(9)]
    lasted = [3.1, 2.8, 2.9, 6.2, 2.7, 0, 3.3, 2.9, 2.1]
    outages = [(t + 0.1, t + 0.1 + d) for t, d in zip(at, lasted) if d]
    outages.append((130.0, 130.1))
    Load(at[-1] + 3, outages=outages, slow=[(t + 0.1 + d, t + 0.9 + d) for t, d in zip(at, lasted) if d]).write(folder)
    write_faults(folder, *[fault(k + 1, at[k], at[k] + 10 if k < 8 else at[k] + 2.5, role="leader" if k == 3 else "")
                           for k in range(9)])


def one(folder, **more):
    """One kill, two seconds of errors."""
    Load(40, outages=[(15.1, 17.1)]).write(folder)
    write_faults(folder, fault(1, 15, 20, **more))


def unconfirmed(folder):
    one(folder, confirmed=None)


def unhealed(folder):
    Load(40, outages=[(15.1, 17.1)]).write(folder)
    write_faults(folder, fault(1, 15, None))


def remote(folder):
    """The fault was on another machine, and no clock was measured."""
    one(folder, host="user@server1")


def clocks(folder):
    """Collected from three machines whose clocks are seconds apart."""
    offsets = (1500, -2500, 40)
    Load(40, outages=[(15.1, 17.1)], offsets=offsets).write(folder, "collected/machine_{}")
    for machine, offset in enumerate(offsets, 1):
        write(folder, f"collected/machine_{machine}/clock.json", {
            "schema": "ringstorm-clock/1", "offset_ms": offset + 0.25, "error_ms": 0.4, "measured_unix_ms": START})
    write_faults(folder, fault(1, 15, 20, host="user@server1"))


def old_run(folder):
    """The file holds another run's faults too, of the day before."""
    one(folder)
    day = 86400
    with open(os.path.join(folder, "fault_events.jsonl"), "a", encoding="utf-8") as file:
        for number in (1, 2):
            for event in fault(number, number * 20 - day, number * 20 - day + 5, run="old"):
                file.write(json.dumps(event) + "\n")


def overlap(folder):
    Load(40, outages=[(15.1, 20.1)]).write(folder)
    write_faults(folder, fault(1, 15, 17), fault(2, 18, 20))


def coarse(folder):
    """One-second intervals."""
    Load(60, step_ms=1000, outages=[(15, 18)]).write(folder)
    write_faults(folder, fault(1, 15.04, 20))


def no_timeline(folder):
    one(folder)
    for machine in (1, 2, 3):
        os.remove(os.path.join(folder, f"machine_{machine}_timeline.jsonl"))


def broken(folder):
    one(folder)
    with open(os.path.join(folder, "fault_events.jsonl"), "a", encoding="utf-8") as file:
        file.write('{"schema": "ringstorm-fault/1", "event": "commanded", "t_unix_ms": "soon"}\n')
        file.write('{"schema": "ringstorm-fault/1", "eve')


def hour(folder, seconds=3600, step_ms=1000, rate=100):
    """Three machines of two processes for an hour, faults every 40 s: for the
    bench. Only the timelines."""
    rng = random.Random(7)
    texts = [histogram(sorted(int(20000 + rng.expovariate(1 / 30000)) for _ in range(rate * step_ms // 1000)))
             for _ in range(64)]
    model = Load(0).interval(1, 0)
    for machine in (1, 2, 3):
        path = os.path.join(folder, f"machine_{machine}_timeline.jsonl")
        os.makedirs(folder, exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            for k in range(seconds * 1000 // step_ms):
                for process in (0, 1):
                    n, text = rate * step_ms // 1000, texts[rng.randrange(64)]
                    model.update(machine_id=machine, process=process, from_unix_ms=START + k * step_ms,
                                 length_ms=step_ms, ok=n, started=n, servers={"1": n}, service=text, response=text,
                                 operations={"task": {"ok": n, "failed": 0}})
                    file.write(json.dumps(model) + "\n")
    write_faults(folder, *[fault(k + 1, 40 * k + 20, 40 * k + 30) for k in range((seconds - 40) // 40)])


def day(folder):
    hour(folder, seconds=86400)


SCENARIOS = [ring, one, unconfirmed, unhealed, remote, clocks, old_run, overlap, coarse, no_timeline, broken, hour, day]

if __name__ == "__main__":
    {scenario.__name__: scenario for scenario in SCENARIOS}[sys.argv[1]](sys.argv[2])
