"""Reads a file of YAML documents as kubectl does, within limits, and never raises for what is in it."""

import io
from collections.abc import Callable
from typing import Any, Final

from yaml._yaml import CParser
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import DocumentStartEvent, StreamEndEvent
from yaml.reader import ReaderError

from ordain.errors import Span
from ordain.kubeyaml.building import Builder, Stop
from ordain.kubeyaml.documents import Document, Stream
from ordain.kubeyaml.limits import Limits
from ordain.kubeyaml.plainly import read_plain
from ordain.kubeyaml.problems import ENCODING, LIMIT, SYNTAX, Problem, syntax_code, syntax_words
from ordain.kubeyaml.quickly import read_json
from ordain.kubeyaml.sources import Source

_MOST_PROBLEMS: Final = 200
_OTHER_ENCODINGS: Final = (b"\xff\xfe", b"\xfe\xff")
_SPLIT: Final = "split it into several files"


def read(data: bytes, file: str, limits: Limits) -> Stream:
    """Return the documents of a file and what is wrong in it; never raises for what the file holds.

    A document with a problem is left out, the others are kept. Empty documents are skipped.
    """
    if len(data) > limits.max_bytes:
        message = f"the file has more than {limits.max_bytes:,} bytes"
        return Stream((), (Problem(LIMIT, message, _SPLIT, Span(file)),))
    if data[:2] in _OTHER_ENCODINGS:
        return Stream((), (Problem(ENCODING, "the file is UTF-16, not UTF-8", "save it as UTF-8", Span(file)),))
    value = read_json(data, limits)
    if value is not None:
        lines = data.count(b"\n") + 1
        return Stream((Document(file, 0, value[0], Source(data), 0, lines, _is_json=True),), ())
    parts = read_plain(data, limits)
    if parts is not None:
        source = Source(data)
        numbered = enumerate(parts)
        return Stream(tuple(Document(file, at, value, source, line, end) for at, (value, line, end) in numbered), ())
    reading = _Reading(data, file, limits)
    reading.all()
    problems = sorted(reading.problems, key=lambda one: (one.where, one.code))
    return Stream(tuple(reading.documents), tuple(problems))


class _Reading:
    """The state of reading one file: it starts again behind a document that cannot be parsed."""

    __slots__ = ("_at", "_commas", "_count", "_file", "_filled", "_limits", "_over", "_source", "documents", "problems")

    def __init__(self, data: bytes, file: str, limits: Limits) -> None:
        self._source = Source(data)
        self._commas = self._source.has_comma_in_tag()
        self._file = file
        self._limits = limits
        self._at = 0  # the line from which nothing is read yet
        self._count = 0  # documents, empty and broken ones too
        self._filled = 0  # documents that hold something, broken ones too
        self._over = False
        self.documents: list[Document] = []
        self.problems: list[Problem] = []

    def all(self) -> None:
        data = self._source.data
        start: int | None = 0
        while start is not None:
            start = self._run(start, data if start == 0 else _from(data, start))
            if start is not None and len(self.problems) >= _MOST_PROBLEMS:
                message = f"more than {_MOST_PROBLEMS} problems: the rest is not read"
                self._note(LIMIT, message, "mend those above first", self._source.line(start), 0)
                return

    def _run(self, start: int, stream: bytes | io.BytesIO) -> int | None:
        """Read a part of the file that starts at a byte; return where to start again, or None at the end."""
        first_line = self._source.line(start) if start else 0
        self._at = first_line
        step: Callable[[], Any] = CParser(stream).get_event
        if 2 * len(self._source.data) + 16 > self._limits.max_nodes:
            step = self._counting(step, first_line)
        builder = Builder(step, self._file, first_line, self._limits, commas=self._commas)
        try:
            while (event := step()).__class__ is not StreamEndEvent:
                if event.__class__ is DocumentStartEvent:
                    mark: Any = event.start_mark
                    self._at = first_line + mark.line
                    self._document(builder, step, first_line)
        except Stop as stop:
            self.problems += builder.problems
            self.problems.append(stop.problem)
            line = max(stop.problem.where.line - 1, self._at + 1)
            return None if self._over else self._behind_broken(line)
        except ReaderError as error:
            return self._unreadable(error, start)
        except MarkedYAMLError as error:
            self.problems += builder.problems
            return self._unparsable(error, first_line)
        except YAMLError as error:
            self._note(SYNTAX, *syntax_words(str(error)), self._at, 0)
        return None

    def _document(self, builder: Builder, step: Callable[[], Any], first_line: int) -> None:
        self._count += 1
        if self._count > self._limits.max_documents:
            message = f"the file has more than {self._limits.max_documents:,} documents"
            self._stop(message, Span(self._file, self._at + 1, 1))
        value = builder.document()
        end = step().start_mark
        behind = first_line + end.line + (1 if end.column else 0)
        if builder.problems:
            self.problems += builder.problems
            builder.problems.clear()
            self._filled += 1
        elif value is not None:
            self.documents.append(Document(self._file, self._filled, value, self._source, self._at, behind))
            self._filled += 1
        self._at = behind

    def _unparsable(self, error: MarkedYAMLError, first_line: int) -> int | None:
        problem, context = error.problem_mark, error.context_mark
        said = str(error.problem or error.context or "it cannot be parsed")
        code, (message, hint) = syntax_code(said), syntax_words(said)
        mark = problem or context
        line = first_line + mark.line if mark else self._at
        opened = context if context and "not closed" in message and line > first_line + context.line else mark
        if opened:
            self._note(code, message, hint, first_line + opened.line, opened.column)
        else:
            self._note(code, message, hint, self._at, 0)
        return self._behind_broken(max(line, self._at + 1))

    def _unreadable(self, error: ReaderError, start: int) -> int | None:
        """Note the bytes that are no text, read the documents before them, go on behind theirs."""
        source, place = self._source, start + error.position
        line = source.line(place)
        if "control" in error.reason:
            self._note(SYNTAX, *syntax_words(error.reason), line, source.column(place))
        else:
            self._note(ENCODING, "this byte is not UTF-8", "save the file as UTF-8", line, source.column(place))
        broken = max(source.document_before(place), start)
        begin = source.offset(self._at)
        if begin < broken:  # the parser reads ahead: sound documents may stand before the broken one
            self._run(begin, source.data[begin:broken])
        return self._behind_broken(source.line(max(place, broken)) + 1)

    def _behind_broken(self, line: int) -> int | None:
        """Count a broken document and return where the next one starts, at a line or behind it."""
        self._filled += 1
        return self._source.next_document(self._source.offset(line))

    def _note(self, code: str, message: str, hint: str, line: int, column: int) -> None:
        self.problems.append(Problem(code, message, hint, Span(self._file, line + 1, column + 1)))

    def _stop(self, message: str, where: Span) -> None:
        self._over = True
        raise Stop(Problem(LIMIT, message, _SPLIT, where))

    def _counting(self, step: Callable[[], Any], first_line: int) -> Callable[[], Any]:
        left = self._limits.max_nodes

        def counted() -> Any:
            nonlocal left
            event = step()
            left -= 1
            if left < 0:
                place = Span(self._file, first_line + event.start_mark.line + 1, event.start_mark.column + 1)
                self._stop(f"the file holds more than {self._limits.max_nodes:,} values", place)
            return event

        return counted


def _from(data: bytes, start: int) -> io.BytesIO:
    """Return a stream from one byte on that shares the bytes."""
    stream = io.BytesIO(data)
    stream.seek(start)
    return stream
