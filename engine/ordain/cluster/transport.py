"""Requests to an API server that end: with a parsed body, or with a UserError that says what to do."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from ordain.cluster.kubeconfig import Connection
from ordain.errors import UserError
from ordain.model.objects import RawObject

JSON: Final = "application/json"
_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_REFUSING: Final = frozenset({500})
"""How a server answers to a body that it cannot apply: another try would be answered so again."""
_MAX_BODY: Final = 512 << 20
_EXPIRED: Final = HTTPStatus.GONE
_NOBODY: Final = "system:anonymous"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and how often to ask; `sleep` and `clock` are the outside world's."""

    login: float = 180
    connect: float = 10
    read: float = 60
    total: float = 900
    delays: tuple[float, ...] = (0.5, 1, 2, 4)
    longest_delay: float = 30
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON object and the headers that came with it; `found` is False where the server knows no such path."""

    body: RawObject
    headers: Mapping[str, str]
    found: bool = True


class Expired(Exception):  # noqa: N818 - it is an answer, caught where the list begins again
    """The server no longer knows the state that a page belongs to (410)."""


class RefusedError(UserError):
    """The server answered that this user may not do that (403)."""


@dataclass(frozen=True, slots=True)
class _Request:
    """What is sent, but for the credentials."""

    method: str
    path: str
    query: Mapping[str, str | int]
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(slots=True)
class Transport:
    """Sends requests over one connection until `patience.total` seconds after the first are over."""

    connection: Connection
    patience: Patience = field(default_factory=Patience)
    deadline: float | None = None

    def get(self, path: str, query: Mapping[str, str | int] | None = None, *, accept: str = JSON) -> Answer:
        """Return what is at a path; asks again after 429, 5xx and broken answers, and honours Retry-After.

        Raises Expired for a 410, RefusedError for a 403, and UserError for all else that is no JSON object, and for 404
        only gives an answer that is not `found`.
        """
        return self._judged(path, *self._asked(_Request("GET", path, query or {}, {"Accept": accept})))

    def dry_run(
        self, path: str, query: Mapping[str, str | int], body: bytes, content_type: str
    ) -> tuple[int, RawObject]:
        """Send a PATCH that writes nothing; return status and JSON object, whatever the server thinks of the body.

        Asks again as `get` does, for what changes nothing may be sent twice. Raises UserError for an answer that is no
        JSON object, and for one to nobody (401).
        """
        headers = {"Accept": JSON, "Content-Type": content_type}
        request = _Request("PATCH", path, {**query, "dryRun": "All"}, headers, body)
        status, answered, content = self._asked(request, final=_REFUSING)
        if status == HTTPStatus.UNAUTHORIZED:
            return status, self._judged(path, status, answered, content).body
        return status, self._parsed(path, answered, content)

    def _asked(self, request: _Request, *, final: frozenset[int] = frozenset()) -> tuple[int, Mapping[str, str], bytes]:
        """Return the first answer that does not ask for patience; one of the statuses `final` never does."""
        path = request.path
        if self.deadline is None:
            self.deadline = self.patience.clock() + self.patience.total
        delays = list(self.patience.delays)
        while True:
            trouble, pause = "", 0.0
            try:
                status, answered, content = self._once(request)
            except _Broken as broken:
                trouble = str(broken)
            else:
                if status not in _AGAIN - final:
                    return status, answered, content
                trouble = f"{status} {_words(content)}".strip()
                pause = _seconds(answered.get("Retry-After"))
            if not delays:
                raise self._failed(path, f"{trouble} ({len(self.patience.delays) + 1} times)")
            self.patience.sleep(min(max(delays.pop(0), pause), self.patience.longest_delay, self._left(path)))

    def _once(self, request: _Request) -> tuple[int, Mapping[str, str], bytes]:
        """Send one request; raises _Broken for what may pass by itself, and UserError for what will not."""
        import urllib3  # noqa: PLC0415 - imported with the kubernetes package, not before
        from urllib3 import exceptions as errors  # noqa: PLC0415

        url = self.connection.host + request.path + (f"?{urlencode(request.query)}" if request.query else "")
        left = self._left(url)
        waits = urllib3.Timeout(connect=min(self.patience.connect, left), read=min(self.patience.read, left))
        headers = {**self.connection.headers(), **request.headers, "Accept-Encoding": "gzip", "User-Agent": "ordain"}
        try:
            response: Any = self.connection.pool.request(
                request.method,
                url,
                body=request.body,
                headers=headers,
                timeout=waits,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                return response.status, response.headers, self._content(response, url)
            finally:
                response.release_conn()
        except errors.SSLError as error:
            raise self._failed(
                url, f"TLS: {error}", hint="is it the right server, and its certificate-authority in the kubeconfig?"
            ) from error
        except (
            errors.ConnectTimeoutError,
            errors.NewConnectionError,
            errors.ProxyError,
            errors.LocationValueError,
        ) as error:
            raise self._failed(
                url, f"no connection: {_reason(error)}", hint="is it up, and is the network or VPN that leads to it?"
            ) from error
        except errors.ReadTimeoutError as error:
            raise _Broken(f"no answer in {waits.read_timeout:g} s") from error
        except (errors.HTTPError, OSError) as error:
            raise _Broken(f"the connection broke: {_reason(error)}") from error

    def _content(self, response: Any, url: str) -> bytes:
        """Read the body as it comes: one that trickles for ever meets the deadline, too."""
        pieces: list[bytes] = []
        size = 0
        while piece := response.read1():
            pieces.append(piece)
            size += len(piece)
            if size > _MAX_BODY:
                raise self._failed(url, f"the answer is larger than {_MAX_BODY:,} bytes")
            self._left(url)
        if response.length_remaining:
            raise _Broken(f"{response.length_remaining:,} bytes of the answer are missing")
        return b"".join(pieces)

    def _judged(self, path: str, status: int, headers: Mapping[str, str], content: bytes) -> Answer:
        if status == HTTPStatus.NOT_FOUND:
            return Answer({}, headers, found=False)
        if status == _EXPIRED:
            raise Expired(_words(content))
        if status == HTTPStatus.UNAUTHORIZED:
            raise self._failed(
                path, "it does not know who you are (401)", hint="log in again: has the token or certificate run out?"
            )
        if status == HTTPStatus.FORBIDDEN:
            words = _words(content)
            raise RefusedError(
                f"{self.connection.shown}: {path}: you may not read this (403): {words}",
                hint="you come without credentials: which user does the context name in the kubeconfig?"
                if _NOBODY in words
                else "`ordain print-rbac` prints the ClusterRole that is enough",
            )
        if status != HTTPStatus.OK:
            raise self._failed(
                path,
                f"it answered {status} {_words(content)}".strip(),
                hint="is the server's address right in the kubeconfig, https:// included?",
            )
        return Answer(self._parsed(path, headers, content), headers)

    def _parsed(self, path: str, headers: Mapping[str, str], content: bytes) -> RawObject:
        kind = headers.get("Content-Type", "")
        try:
            body = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            what = "a web page" if "html" in kind else f"{kind or 'something'} that is no JSON"
            raise self._failed(
                path, f"it answered with {what}", hint="does a proxy or a login page stand before the API server?"
            ) from error
        if not isinstance(body, dict):
            raise self._failed(path, "its JSON is no object", hint="is this a Kubernetes API server?")
        return body

    def _left(self, path: str) -> float:
        """Return the seconds that are left for everything."""
        assert self.deadline is not None
        left = self.deadline - self.patience.clock()
        if left <= 0:
            raise self._failed(path, f"it is too slow: not all was read in {self.patience.total:g} s")
        return left

    def _failed(self, path: str, what: str, *, hint: str = "") -> UserError:
        place = path.removeprefix(self.connection.host)
        return UserError(
            f"{self.connection.shown}: {place}: {what}",
            hint=hint or "nothing was planned or written; try again when the API server is well",
        )


class _Broken(Exception):  # noqa: N818 - it is an answer, caught where the request is sent again
    """An answer did not come, or not whole: the next one may."""


def _words(content: bytes) -> str:
    """Return the message of a Status, or nothing: a web page explains nothing."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    message = body.get("message") if isinstance(body, dict) else None
    return " ".join(message.split())[:500] if isinstance(message, str) else ""


def _seconds(retry_after: str | None) -> float:
    """Read Retry-After as API servers write it, in seconds; a date counts as none."""
    return float(retry_after) if retry_after is not None and retry_after.isdecimal() else 0.0


def _reason(error: BaseException) -> str:
    """Return the innermost reason in one line, without the address of an object."""
    inner = getattr(error, "original_error", None) or error.__cause__ or error
    return " ".join(str(inner).split()) or type(inner).__name__
