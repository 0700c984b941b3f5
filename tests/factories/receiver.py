"""Real servers that take what Tramline sends out: one for webhooks, one for e-mail."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    """What came, and what the next calls are answered."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    location: str = ""


@contextmanager
def receiving_webhooks() -> Iterator[Received]:
    """Listen on a free port; each call gets the next of `answers`, 200 once they are used up."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(received.answers.pop(0) if received.answers else 200)
            if received.location:
                self.send_header("Location", received.location)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as received.port:
        yield received


@dataclass
class Mailbox:
    port: int = 0
    mails: list[str] = field(default_factory=list)
    refuses: bool = False


@contextmanager
def receiving_mail() -> Iterator[Mailbox]:
    """Speak as much SMTP as it takes to be given a mail."""
    mailbox = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline().decode().strip():
                verb = line.split()[0].upper()
                if verb == "DATA":
                    self._say("354 go on")
                    self._take()
                elif verb == "RCPT" and mailbox.refuses:
                    self._say("550 nobody of this name")
                else:
                    self._say("221 bye" if verb == "QUIT" else "250 yes")

        def _take(self) -> None:
            lines = []
            while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                lines.append(line)
            mailbox.mails.append("\n".join(lines))
            self._say("250 taken")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as mailbox.port:
        yield mailbox


@contextmanager
def _served(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
