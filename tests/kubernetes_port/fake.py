"""An API server of a few lines that can have any bad day; it answers from a script and keeps what it was asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

DATE = "Tue, 24 Nov 2026 18:00:00 GMT"


@dataclass(frozen=True)
class Reply:
    """One answer; `cut` leaves that many bytes of the body out, `pause` waits before each byte."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    pause: float = 0.0


Page = Callable[[dict[str, str]], Reply]


@dataclass
class FakeServer:
    """Its `pages` are functions from a query to a reply, by path; `asked` are the paths and queries so far.

    `sent` are the paths, queries and bodies of what was not only asked for.
    """

    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    sent: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    url: str = ""

    def gives(self, path: str, *replies: Any, **more: Any) -> None:
        """Answer a path with each of the replies in turn, and with the last one from then on."""
        rest = [reply if isinstance(reply, Reply) else Reply(reply, **more) for reply in replies]
        self.pages[path] = lambda _query: rest.pop(0) if len(rest) > 1 else rest[0]

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        """Return the answer to one request."""
        missing = Reply({"kind": "Status", "message": "not here"}, 404)
        return self.pages.get(path, lambda _query: missing)(query)

    def count(self, path: str) -> int:
        """Say how often a path was asked for."""
        return sum(asked == path for asked, _, _ in self.asked)


def status(code: int, message: str) -> Reply:
    """Return what an API server answers when it does not do what it was asked for."""
    return Reply({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}, code)


@contextmanager
def served(fake: FakeServer) -> Iterator[FakeServer]:
    """Let it listen on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PATCH(self) -> None:
            split = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(split.query).items()}
            fake.sent.append((split.path, query, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.do_GET()

        def do_GET(self) -> None:
            split = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(split.query).items()}
            fake.asked.append((split.path, query, self.headers["Accept"]))
            reply = fake.reply(split.path, query)
            content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response_only(reply.status)
            headers = {"Content-Type": "application/json", "Date": DATE, "Content-Length": str(len(content))}
            for name, value in (headers | reply.headers).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self._send(content[: len(content) - reply.cut], reply.pause)
            except OSError:
                self.close_connection = True
            if reply.cut:
                self.close_connection = True

        def _send(self, content: bytes, pause: float) -> None:
            if not pause:
                self.wfile.write(content)
                return
            for byte in content:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(pause)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
