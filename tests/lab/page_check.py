#!/usr/bin/env python3
"""page_check.py PAGE - reads a report page as strictly as a browser is lenient: every tag is closed in order, no id is there
twice, every link leads to a part of the page, nothing is loaded or run, rows have as many cells as their heads. Prints as JSON
"ids", "title", "verdict", "figures" (name: value), "charts" (id: points), "text" (all of it) and "tables" (id of the part: rows).
Exit 1, with a line for each, when something is wrong."""
import json
import re
import sys
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "rect", "path", "circle", "use", "polygon", "line"}
KNOWN = set("html head meta link title style body header main section nav h1 h2 h3 p div strong ul li dl dt dd a span figure figcaption "
            "details summary table thead tbody tr th td pre svg g rect path text polygon polyline desc".split())


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.wrong, self.open, self.ids, self.links = [], [], [], []
        self.text, self.parts, self.titles, self.charts, self.tables = [], [], [], {}, {}
        self.cells, self.heads, self.row, self.figures, self.name = 0, 0, [], {}, ""
        self.verdict, self.chart = "", None

    def complain(self, words):
        self.wrong.append(f"line {self.getpos()[0]}: {words}")

    def handle_startendtag(self, tag, attributes):
        self.begin(tag, dict(attributes))

    def handle_starttag(self, tag, attributes):
        self.begin(tag, dict(attributes))
        if tag not in VOID or "svg" in self.open and tag != "link":
            self.open.append(tag)

    def begin(self, tag, attributes):
        if tag not in KNOWN:
            self.complain(f"what is <{tag}> doing here")
        for name, value in attributes.items():
            if name.startswith("on"):
                self.complain(f"{name} would run something")
            if name in ("src", "srcset", "action", "data") or "url(" in (value or "") or "javascript:" in (value or ""):
                self.complain(f"{name}={value} would load or run something")
            if name in ("href", "xlink:href") and not (value.startswith("#") or value == "data:,"):
                self.complain(f"a link leads out of the page: {value}")
            if name == "href" and value.startswith("#"):
                self.links.append(value[1:])
            if name == "id":
                if value in self.ids:
                    self.complain(f"the id {value} is there twice")
                self.ids.append(value)
        if tag == "section":
            self.parts.append(attributes.get("id"))
        if tag == "figure":
            self.chart = attributes["id"].removeprefix("chart-")
            self.charts[self.chart] = 0
        if tag == "g" and attributes.get("class") == "at":
            self.points = True
        if tag == "rect" and self.chart and self.open and self.open[-1] in ("g", "a") and "g" in self.open and getattr(self, "points", False):
            self.charts[self.chart] += 1
        if tag == "table" and "table" not in self.open:
            self.heads = 0
        if tag == "tr" and self.open.count("table") == 1:
            self.cells, self.row = 0, []
        if tag in ("td", "th") and self.open.count("table") == 1:
            self.cells += 1
            self.row.append("")

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.complain(f"</{tag}> closes {self.open[-1] if self.open else 'nothing'}")
            return
        self.open.pop()
        if tag == "g":
            self.points = False
        if tag == "figure":
            self.chart = None
        if tag == "tr" and self.open.count("table") == 1:
            if "thead" in self.open:
                self.heads = self.cells
            elif self.cells != self.heads:
                self.complain(f"{self.cells} cells below {self.heads} heads")
            elif self.chart is None and self.parts:
                self.tables.setdefault(self.parts[-1], []).append([" ".join(cell.split()) for cell in self.row])

    def handle_data(self, data):
        if self.open and self.open[-1] in ("style",):
            if re.search(r"url\(|@import|https?:", data):
                self.complain("the style would load something")
            return
        self.text.append(data)
        if "td" in self.open and self.row and self.open.count("table") == 1 and self.open[-1] != "title":
            self.row[-1] += data
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.titles.append(data)
        if self.open and self.open[-1] == "strong":
            self.verdict = data
        if self.open and self.open[-1] == "dt":
            self.name = data
        if self.open and self.open[-1] == "dd":
            self.figures[self.name] = data


def main():
    raw = open(sys.argv[1], "rb").read()
    text = raw.decode("utf-8")
    page = Page()
    page.feed(text)
    page.close()
    for link in sorted(set(page.links) - set(page.ids)):
        page.wrong.append(f"#{link} leads nowhere")
    if page.open:
        page.wrong.append(f"not closed: {page.open}")
    if not text.startswith("<!DOCTYPE html>"):
        page.wrong.append("it does not say that it is HTML")
    odd = {hex(ord(c)) for c in text if (ord(c) < 32 and c not in "\n\t") or 0x7f <= ord(c) < 0xa0 or 0x202a <= ord(c) <= 0x202e}
    if odd:
        page.wrong.append(f"control characters: {sorted(odd)}")
    if page.wrong:
        sys.exit("\n".join(page.wrong))
    print(json.dumps({"ids": page.ids, "title": "".join(page.titles), "verdict": page.verdict, "figures": page.figures,
                      "charts": page.charts, "tables": page.tables, "text": "".join(page.text)}))


if __name__ == "__main__":
    main()
