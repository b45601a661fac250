"""Open a report in headless Chromium as a reader does, every entry of every category, and print what happened as JSON.

browser.py PAGE FOLDER: screenshots go to FOLDER. Chromium is driven through two pipes, by its DevTools protocol.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--window-size=1400,900"),
    *("--disable-background-networking", "--no-first-run"),
)
CATEGORIES = "nav li a span"
ENTRIES = "nav tbody tr"
HOME = "nav ol a:has(svg)"
TOGGLES = "nav fieldset label"
# For each picture and table of what is open, also inside a frame, whether it shows something.
SHOWN = """(() => {
  const frames = [...document.querySelectorAll('iframe')].map(frame => frame.contentDocument);
  const area = [document.querySelector('#app .grow.h-screen'), ...frames].filter(Boolean);
  const size = one => one.getBoundingClientRect();
  return area.flatMap(part => [...part.querySelectorAll('img, iframe, table')]).map(one =>
    (one.tagName != 'IMG' || (one.complete && one.naturalWidth > 0)) && size(one).width > 50 && size(one).height > 20);
})()"""


class Browser:
    """One page in Chromium."""

    def __init__(self, page: Path, profile: str) -> None:
        inward, self.out = os.pipe()
        self.answers, outward = os.pipe()
        command = ["chromium", *FLAGS, f"--user-data-dir={profile}"]
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec 3<&{inward} 4>&{outward} "$@"', "bash", *command],
            pass_fds=(inward, outward),
            stderr=subprocess.DEVNULL,
        )
        self.rest, self.number, self.session = b"", 0, ""
        self.events: list[dict[str, Any]] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Page.navigate", url=page.resolve().as_uri())

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.number += 1
        session = {"sessionId": self.session} if self.session else {}
        message = {"id": self.number, "method": method, "params": parameters, **session}
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while (answer := self.receive()).get("id") != self.number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return dict(answer["result"])

    def receive(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            if not (read := os.read(self.answers, 1 << 20)):
                raise RuntimeError("Chromium ended")
            self.rest += read
        message, self.rest = self.rest.split(b"\0", 1)
        return dict(json.loads(message))

    def ask(self, expression: str) -> Any:
        """Value of a JavaScript expression."""
        done = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in done:
            raise RuntimeError(f"{expression}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def screenshot(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))

    def of(self, *methods: str) -> list[dict[str, Any]]:
        return [event["params"] for event in self.events if event.get("method") in methods]

    def click(self, selector: str, number: int) -> None:
        self.ask(f"document.querySelectorAll({selector!r})[{number}].click()")

    def texts(self, selector: str) -> list[str]:
        return list(self.ask(f"[...document.querySelectorAll({selector!r})].map(one => one.innerText.trim())"))

    def some(self, selector: str) -> bool:
        """Whether elements of this kind appear."""
        return self.wait(f"document.querySelectorAll({selector!r}).length > 0")

    def wait(self, expression: str, seconds: float = 20) -> bool:
        """Whether the expression becomes true in time."""
        end = time.monotonic() + seconds
        while not (found := bool(self.ask(expression))) and time.monotonic() < end:
            time.sleep(0.1)
        return found

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def read(browser: Browser, folder: Path) -> dict[str, bool]:
    """Whether each entry of each category shows, by the name of its screenshot."""
    if not browser.some(CATEGORIES):
        raise RuntimeError("the page shows no categories")
    browser.screenshot(folder / "start.png")
    shown: dict[str, bool] = {}
    for number, category in enumerate(browser.texts(CATEGORIES)):
        if category not in ("Workflow", "Statistics", "About"):
            browser.click(CATEGORIES, number)
            browser.some(ENTRIES)
            # Where the entries differ in a label with two values, a switch shows those of one value at a time.
            for position, toggle in enumerate(browser.texts(TOGGLES) or [""]):
                if toggle:
                    browser.click(TOGGLES, position)
                shown |= read_entries(browser, folder, [category, *toggle.split()[:1]])
            browser.click(HOME, 0)
            browser.some(CATEGORIES)
    return shown


def read_entries(browser: Browser, folder: Path, words: list[str]) -> dict[str, bool]:
    shown = {}
    for number, labels in enumerate(browser.texts(ENTRIES)):
        name = "-".join([*words, *labels.split()])
        browser.click(f"{ENTRIES} [iconname=eye]", number)
        time.sleep(0.3)
        shown[name] = browser.wait(f"{SHOWN}.length > 0 && {SHOWN}.every(Boolean)")
        browser.screenshot(folder / f"{name}.png")
    return shown


def main(page: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(page, profile)
        try:
            shown = read(browser, folder)
            calls = browser.of("Runtime.consoleAPICalled")
            errors = [
                *browser.of("Runtime.exceptionThrown"),
                *[call for call in calls if call["type"] in ("error", "assert")],
                *[entry for entry in browser.of("Log.entryAdded") if entry["entry"]["level"] == "error"],
            ]
            requests = [event["request"]["url"][:200] for event in browser.of("Network.requestWillBeSent")]
        finally:
            browser.close()
    outside = [url for url in requests if not url.startswith(("file:", "data:", "blob:", "about:"))]
    print(json.dumps({"shown": shown, "errors": errors, "outside": outside}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
