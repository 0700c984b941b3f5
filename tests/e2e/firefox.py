"""Firefox, driven over WebDriver BiDi (w3c.github.io/webdriver-bidi) with what Python brings along."""

import base64
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

PROGRAMS = ["firefox-esr", "firefox"]
START_LIMIT_S = 120
ANSWER_LIMIT_S = 120
TEXT, CONTINUATION, CLOSE, PING, PONG = 1, 0, 8, 9, 10
# WebGL2 in software, and no visit to anybody while it starts.
PREFERENCES = {
    "webgl.force-enabled": True,
    "webgl.forbid-software": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


def find_firefox() -> str | None:
    return os.environ.get("TRAMLINE_FIREFOX") or next(filter(None, map(shutil.which, PROGRAMS)), None)


def what_is_missing() -> str:
    """Say what to install before Firefox can be driven here; "" where nothing is missing."""
    missing = [] if find_firefox() else ["firefox-esr"]
    if not os.environ.get("DISPLAY") and shutil.which("Xvfb") is None:
        missing.append("xvfb")  # without any screen, Firefox has no WebGL2
    return " ".join(missing)


class Screen:
    """A screen in memory for programs that want one; none where this machine has one."""

    def __init__(self) -> None:
        self.display = os.environ.get("DISPLAY", "")
        self._process: subprocess.Popen[bytes] | None = None
        if self.display:
            return
        reading, writing = os.pipe()
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            self.display = f":{told.readline().strip()}"

    def close(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=30)


class Socket:
    """The client's side of one WebSocket (RFC 6455): text messages only."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=ANSWER_LIMIT_S)
        key = base64.b64encode(os.urandom(16)).decode()
        head = [
            f"GET {parts.path} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        self._socket.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self._read(1)
        assert b" 101 " in answer.splitlines()[0], answer

    def send(self, text: str, opcode: int = TEXT) -> None:
        data, mask = text.encode(), os.urandom(4)
        length = len(data)
        head = bytes([0x80 | opcode])
        if length < 126:
            head += bytes([0x80 | length])
        elif length < 65536:
            head += bytes([0x80 | 126]) + struct.pack(">H", length)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", length)
        self._socket.sendall(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)))

    def receive(self) -> str:
        message = b""
        while True:
            first, second = self._read(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack(">H", self._read(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self._read(8))
            data, opcode = self._read(length), first & 0x0F
            if opcode == PING:
                self.send(data.decode(errors="replace"), PONG)
            elif opcode == CLOSE:
                raise ConnectionError("Firefox closed the line")
            elif opcode in (TEXT, CONTINUATION):
                message += data
                if first & 0x80:
                    return message.decode()

    def close(self) -> None:
        self._socket.close()

    def _read(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            piece = self._socket.recv(length - len(data))
            if not piece:
                raise ConnectionError("Firefox ended")
            data += piece
        return data


class Firefox:
    """One window of a Firefox with a profile of its own; a context manager that ends it."""

    def __init__(self, program: str, *, width: int = 1280, height: int = 800) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tramline-firefox-", ignore_cleanup_errors=True)
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()
        ]
        (Path(self._folder.name) / "user.js").write_text("\n".join(lines))
        self._log = Path(self._folder.name) / "log"
        self._screen = Screen()
        environment = {**os.environ, "HOME": self._folder.name, "DISPLAY": self._screen.display}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [program, "--no-remote", "--profile", self._folder.name, "--remote-debugging-port", "0"],
                stdout=log,
                stderr=log,
                env=environment,
            )
        self._socket = Socket(f"{self._wait_for_address()}/session")
        self._count = 0
        self.call("session.new", {"capabilities": {}})
        self.context = self.call("browsingContext.getTree", {})["contexts"][0]["context"]
        viewport = {"width": width, "height": height}
        self.call("browsingContext.setViewport", {"context": self.context, "viewport": viewport})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=30)
        self._screen.close()
        self._folder.cleanup()

    def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send one command and return its result; events in between are passed over."""
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.receive())
            if answer.get("id") == self._count:
                assert answer["type"] == "success", f"{method}: {answer}"
                return answer["result"]

    def goto(self, url: str) -> None:
        self.call("browsingContext.navigate", {"context": self.context, "url": url, "wait": "complete"})

    def reload(self) -> None:
        self.call("browsingContext.reload", {"context": self.context, "wait": "complete"})

    def evaluate(self, expression: str) -> Any:
        """Return what an expression, or the promise it gives, comes to; by way of JSON."""
        text = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        target = {"context": self.context}
        result = self.call("script.evaluate", {"expression": text, "target": target, "awaitPromise": True})
        assert result["type"] == "success", f"{expression}: {result.get('exceptionDetails', result)}"
        return json.loads(result["result"]["value"])

    def wait_for(self, condition: str, *, limit_s: float = 90) -> None:
        deadline = time.monotonic() + limit_s
        while not self.evaluate(condition):
            assert time.monotonic() < deadline, f"still not true after {limit_s} s: {condition}"
            time.sleep(0.1)

    def press(self, *keys: str) -> None:
        """Press keys one after the other; the first ones of a chord are held: press("\\ue009", "a")."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self._act({"type": "key", "id": "keyboard", "actions": [*down, *up]})

    def type(self, text: str) -> None:
        for letter in text:
            self.press(letter)

    def drag(self, points: Sequence[tuple[float, float]], *, button: int = 0) -> None:
        """Press at the first point of the page, move through the others, release at the last; css px."""
        moves = [
            {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0 if i == 0 else 120}
            for i, (x, y) in enumerate(points)
        ]
        down, up = ({"type": f"pointer{way}", "button": button} for way in ("Down", "Up"))
        mouse = {"pointerType": "mouse"}
        self._act(
            {
                "type": "pointer",
                "id": "mouse",
                "parameters": mouse,
                "actions": [moves[0], down, *moves[1:], up],
            }
        )

    def _act(self, source: dict[str, Any]) -> None:
        self.call("input.performActions", {"context": self.context, "actions": [source]})

    def _wait_for_address(self) -> str:
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            found = re.search(
                r"WebDriver BiDi listening on (ws://\S+)", self._log.read_text(errors="replace")
            )
            if found:
                return found.group(1)
            assert self._process.poll() is None, self._log.read_text(errors="replace")
            time.sleep(0.1)
        raise TimeoutError(f"Firefox did not open its line within {START_LIMIT_S} s")
