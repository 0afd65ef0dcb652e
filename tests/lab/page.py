#!/usr/bin/env python3
"""page.py PAGE [--width N] [--dark] [--screenshot FILE] [--eval JAVASCRIPT] [--print FILE] - opens a page in a headless
Chromium and prints as JSON what came of it: "console" (messages), "requests" (all but that for the page itself), "value"
(what the JavaScript said), "height". The browser is spoken to on a pipe and ends with us."""
import argparse
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time

SECONDS = 60


class Browser:
    def __init__(self, profile):
        to_browser, self.to = os.pipe()
        self.source, from_browser = os.pipe()
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        if not program:
            sys.exit("page.py: no chromium; scripts/setup.sh --tests installs it")
        arguments = [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                     "--disable-dev-shm-usage", f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"]

        def pipes():
            # Both ends may lie on 3 and 4 already: through numbers that nobody has.
            os.dup2(to_browser, 103)
            os.dup2(from_browser, 104)
            os.dup2(103, 3)
            os.dup2(104, 4)

        self.process = subprocess.Popen(arguments, preexec_fn=pipes, pass_fds=(3, 4), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.deadline = time.monotonic() + SECONDS
        self.number, self.rest, self.events, self.session = 0, b"", [], None

    def message(self, seconds):
        """The next one, or None when there is none for so long."""
        while b"\0" not in self.rest:
            left = min(seconds, self.deadline - time.monotonic())
            if left <= 0 or not select.select([self.source], [], [], left)[0]:
                if time.monotonic() >= self.deadline:
                    raise TimeoutError("the browser did not answer in time")
                return None
            part = os.read(self.source, 1 << 20)
            if not part:
                raise EOFError("the browser has ended")
            self.rest += part
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to, json.dumps(request).encode() + b"\0")
        while True:
            message = self.message(SECONDS)
            if message and message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            if message:
                self.events.append(message)

    def listen(self, seconds):
        """Until nothing has come for so long."""
        while (message := self.message(seconds)) is not None:
            self.events.append(message)

    def close(self):
        self.process.kill()
        self.process.wait()


def open_page(browser, address, width, dark):
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Log", "Network"):
        browser.call(domain + ".enable")
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
    browser.call("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
    browser.call("Page.navigate", url=address)
    while not any(event.get("method") == "Page.loadEventFired" for event in browser.events):
        message = browser.message(SECONDS)
        if message:
            browser.events.append(message)
    browser.listen(0.5)


def console(events):
    for event in events:
        if event.get("method") == "Log.entryAdded":
            yield event["params"]["entry"]["text"]
        elif event.get("method") == "Runtime.consoleAPICalled":
            yield " ".join(str(part.get("value", part.get("description"))) for part in event["params"]["args"])
        elif event.get("method") == "Runtime.exceptionThrown":
            yield event["params"]["exceptionDetails"]["text"]


def requests(events, address):
    for event in events:
        if event.get("method") == "Network.requestWillBeSent":
            url = event["params"]["request"]["url"]
            if url != address and not url.startswith("data:"):
                yield url


def keep(path, encoded):
    if path:
        pathlib.Path(path).write_bytes(base64.b64decode(encoded))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--screenshot")
    parser.add_argument("--print")
    parser.add_argument("--eval", default="null")
    wanted = parser.parse_args()
    address = pathlib.Path(wanted.page).resolve().as_uri()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            open_page(browser, address, wanted.width, wanted.dark)
            value = browser.call("Runtime.evaluate", expression=wanted.eval, returnByValue=True)
            size = browser.call("Page.getLayoutMetrics")["cssContentSize"]
            if wanted.screenshot:
                clip = {"x": 0, "y": 0, "width": wanted.width, "height": size["height"], "scale": 1}
                keep(wanted.screenshot, browser.call(
                    "Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"])
            if wanted.print:
                keep(wanted.print, browser.call("Page.printToPDF", printBackground=True)["data"])
        finally:
            browser.close()
    if "exceptionDetails" in value:
        sys.exit(f"page.py: {value['exceptionDetails']['exception']['description']}")
    print(json.dumps({"console": list(console(browser.events)), "requests": list(requests(browser.events, address)),
                      "value": value["result"].get("value"), "height": size["height"], "width": size["width"]}))


if __name__ == "__main__":
    main()
