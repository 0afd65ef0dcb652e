#!/usr/bin/env python3
"""formats.py VERB PATH... - readers of what aggregate writes for other programs.

agree FOLDER   the figures in final_report.json and .txt, csv/, run.hgrm,
               run.response.hgrm, run.prom, run.xml and summary.md (and
               report.html, if it is there) are the same but for rounding
junit FILE     it is what readers of JUnit's XML expect; prints a line a case
prom FILE      it is an exposition; prints its samples
csv FOLDER     every row has as many cells as its title, none is a formula, and
               the intervals of the machines add up
hostile FOLDER no file there has a control character but newlines
"""
import csv
import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree


def read(*path):
    with open(os.path.join(*path), encoding="utf-8", newline="") as file:
        return file.read()


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---- the figures of a run, by name ----

PERCENTILES = {"p50": 50, "p90": 90, "p99": 99, "p999": 99.9}


def of_json(text):
    report = json.loads(text)
    figures = {
        "requests": report["total_requests"], "successful": report["successful_requests"],
        "failed": report["failed_requests"], "failure_percent": report["failure_rate"],
        "throughput": report["throughput_rps"],
    }
    for what, name in (("service", "latency_stats"), ("response", "response_latency_stats")):
        for key, its in (("p50", "median_ms"), ("p90", "p90_ms"), ("p99", "p99_ms"), ("p999", "p999_ms"), ("max", "max_ms")):
            if report[name]:
                figures[f"{what}_{key}"] = report[name][its]
    return figures


def of_text(text):
    def number(pattern):
        return float(re.search(pattern, text, re.M).group(1).replace(",", ""))

    figures = {
        "requests": number(r"^Total Requests:\s+([\d,]+)"), "successful": number(r"^Successful Requests:\s+([\d,]+)"),
        "failed": number(r"^Failed Requests:\s+([\d,]+)"), "failure_percent": number(r"^Failure Rate:\s+([\d,.]+)%"),
        "throughput": number(r"^Throughput:\s+([\d,.]+)"),
    }
    labels = {"p50": r"Median \(P50\)", "p90": "90th Percentile", "p99": "99th Percentile", "p999": r"99\.9th Percentile", "max": "Maximum"}
    for name, label in labels.items():
        figures[f"service_{name}"] = number(rf"^{label}:\s+([\d,.]+) ms")
        if re.search(rf"^{label}:.* ms.* ms", text, re.M):
            figures[f"response_{name}"] = number(rf"^{label}:.* ms\s+([\d,.]+) ms")
    return figures


def of_csv(path):
    row = rows(path)[0]
    figures = {name: row[name] for name in ("requests", "successful", "failed", "failure_percent")}
    figures["throughput"] = row["successful_per_second"]
    for what in ("service", "response"):
        figures.update({f"{what}_{name}": row[f"{what}_{name}_ms"] for name in (*PERCENTILES, "max")})
    return {name: float(value) for name, value in figures.items() if value != ""}


def of_hgrm(text, what):
    steps = [line.split() for line in text.splitlines() if re.match(r"\s*\d", line)]
    figures = {"successful": float(steps[-1][2]), f"{what}_max": float(steps[-1][0])}
    for name, percent in (("p50", 0.5), ("p90", 0.9)):
        figures[f"{what}_{name}"] = next(float(step[0]) for step in steps if abs(float(step[1]) - percent) < 1e-9)
    return figures


def of_prom(path):
    found = samples(path)
    figures = {
        "successful": found['ringstorm_requests{outcome="ok"}'], "failed": found['ringstorm_requests{outcome="failed"}'],
        "failure_percent": 100 * found["ringstorm_failure_ratio"],
        "throughput": found["ringstorm_successful_requests_per_second"],
    }
    for what in ("service", "response"):
        for name, percent in {**PERCENTILES, "max": 100}.items():
            figures[f"{what}_{name}"] = 1e3 * found[f'ringstorm_{what}_time_seconds{{quantile="{percent / 100:g}"}}']
    return figures


def of_junit(path):
    found = {item.get("name"): item.get("value") for item in ElementTree.parse(path).iter("property")}
    names = {"requests": "requests", "failed": "failed", "failure_percent": "failure_rate_percent",
             "throughput": "throughput_per_second", "service_p50": "service_p50_ms", "service_p99": "service_p99_ms"}
    return {name: float(found[its]) for name, its in names.items()}


def of_summary(text):
    table = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines() if line.startswith("|")]

    def number(cell):
        return float(re.match(r"[\d,.]+", cell).group().replace(",", ""))

    total = next(table[i + 2] for i, row in enumerate(table) if row[0] == "requests")
    figures = dict(zip(("requests", "successful", "failed", "failure_percent", "throughput"), map(number, total)))
    for row in table:
        if row[0] in ("service", "response"):
            figures.update({f"{row[0]}_{name}": number(cell) for name, cell in zip((*PERCENTILES, "max"), row[1:])})
    return figures


def of_html(text, expected):
    """Those of them whose words it has: counts whole, latencies with two decimals."""
    words = set(re.findall(r"[\d,.]*\d", re.sub(r"<[^>]*>", " ", text)))
    return {name: value for name, value in expected.items()
            if (f"{value:,.2f}" if re.search("_|throughput", name) else f"{value:,.0f}") in words}


def agree(folder):
    expected = of_json(read(folder, "final_report.json"))
    sources = {
        "final_report.txt": of_text(read(folder, "final_report.txt")),
        "run.csv": of_csv(os.path.join(folder, "csv", "run.csv")),
        "run.hgrm": of_hgrm(read(folder, "run.hgrm"), "service"),
        "run.prom": of_prom(os.path.join(folder, "run.prom")),
        "run.xml": of_junit(os.path.join(folder, "run.xml")),
        "summary.md": of_summary(read(folder, "summary.md")),
    }
    if os.path.exists(os.path.join(folder, "run.response.hgrm")):
        sources["run.response.hgrm"] = of_hgrm(read(folder, "run.response.hgrm"), "response")
    if os.path.exists(os.path.join(folder, "report.html")):
        sources["report.html"] = of_html(read(folder, "report.html"), expected)
        assert {"successful", "failed", "service_p50", "service_p99"} <= sources["report.html"].keys(), sources["report.html"]
    for source, figures in sources.items():
        assert len(figures) >= 4, (source, figures)
        for name, value in figures.items():
            # Throughput has one decimal in texts, latencies two.
            allowed = 0.0501 if name == "throughput" else 0.00501
            assert abs(value - expected[name]) <= allowed, f"{source}: {name} is {value}, not {expected[name]}"
    print(f"{sum(map(len, sources.values()))} figures of {len(sources)} files agree")


# ---- single formats ----

def junit(path):
    root = ElementTree.parse(path).getroot()
    assert root.tag == "testsuites", root.tag
    for suite in root:
        assert suite.tag == "testsuite" and suite.get("name"), suite.attrib
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp")), suite.attrib
        order = [child.tag for child in suite]
        assert order[0] == "properties" and set(order[1:]) == {"testcase"}, order
        cases = suite.findall("testcase")
        for element in (suite, root):
            assert int(element.get("tests")) == len(cases), element.attrib
            assert int(element.get("failures")) == len(suite.findall("testcase/failure")), element.attrib
            assert int(element.get("errors")) == len(suite.findall("testcase/error")), element.attrib
            assert float(element.get("time")) >= 0
        for item in suite.iter("property"):
            assert item.get("name") and item.get("value") is not None
        for case in cases:
            assert case.get("name") and case.get("classname") and float(case.get("time")) >= 0, case.attrib
            tags = [child.tag for child in case]
            assert tags in (["failure"], ["error"], ["system-out"], ["error", "system-out"], []), tags
            state = tags[0] if tags and tags[0] != "system-out" else "passed"
            print(f"{state} {case.get('classname')}: {case.get('name')}")


LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{" + LABEL + "(?:," + LABEL + r")*\})? (\S+)")


def samples(path):
    """By name and labels. As the format's description has it (version 0.0.4)."""
    types, found, done, current = {}, {}, set(), None
    text = read(path)
    assert text.endswith("\n")
    for line in text.split("\n")[:-1]:
        if line.startswith("# "):
            kind, name, rest = line[2:].split(" ", 2)
            assert kind in ("HELP", "TYPE") and rest, line
            if kind == "HELP":
                assert name not in done, f"{name} comes twice"
                done.add(name)
            else:
                assert rest in ("gauge", "summary"), line
                types[name], current = rest, name
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        name, labels, value = match.groups()
        family = re.sub("_(sum|count)$", "", name) if types[current] == "summary" else name
        assert family == current, f"{name} stands below {current}"
        key = name + (labels or "")
        assert key not in found, f"{key} comes twice"
        found[key] = float(value)
    return found


def prom(path):
    for key, value in samples(path).items():
        print(key, f"{value:g}")


def tables(folder):
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        for line in lines:
            assert len(line) == len(lines[0]), (name, line)
            for cell in line:
                assert not re.match(r"\s*[=+@\t\r]|\s*-(?!\d+(\.\d+)?$)", cell), (name, cell)
    run, = rows(os.path.join(folder, "run.csv"))
    intervals = rows(os.path.join(folder, "intervals.csv"))
    for column in ("requests", "successful", "failed", "not_sent"):
        whole = sum(int(row[column]) for row in intervals if row["machine"] == "all")
        parts = sum(int(row[column]) for row in intervals if row["machine"] != "all")
        assert whole == parts, (column, whole, parts)
        print(column, whole, run[column])


def hostile(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            # gnuplot's pictures have tabs.
            allowed = "\t" if name.endswith(".html") else "\n"
            found = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", read(place, name).replace(allowed, " "))
            assert not found, (name, found)
            print(f"{name} has none")


if __name__ == "__main__":
    {"agree": agree, "junit": junit, "prom": prom, "csv": tables, "hostile": hostile}[sys.argv[1]](*sys.argv[2:])
