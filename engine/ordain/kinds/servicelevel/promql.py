"""Reads the one form of PromQL that policies may hold: a selector, a metric's name with label matchers.

Sources: the lexer and grammar of `prometheus/promql/parser` (names, matchers, strings with Go's escapes).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_SPACE: Final = re.compile(r"\s*")
_NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_OPERATOR: Final = re.compile(r"=~|!~|!=|=")
_STRING: Final = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`")
_ESCAPE: Final = re.compile(
    r"\\(?:[abfnrtv\\]|x[0-9a-fA-F]{2}|[0-7]{3}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|(?P<quote>['\"]))"
)
_ANY_ESCAPE: Final = re.compile(r"\\.")


@dataclass(frozen=True, slots=True)
class Matcher:
    """One label matcher; `value` is a PromQL string with its quotes."""

    label: str
    operator: str
    value: str

    def __str__(self) -> str:
        return f"{self.label}{self.operator}{self.value}"


@dataclass(frozen=True, slots=True)
class Selector:
    """An instant-vector selector; `metric` is empty where only matchers are given."""

    metric: str
    matchers: tuple[Matcher, ...]

    @classmethod
    def parse(cls, text: str) -> "Selector":
        """Read a selector; raises ValueError with what is wrong, in words that go on from "a selector is needed"."""
        metric, at = _take(_NAME, text, 0)
        open_, at = _take(re.compile("[{]"), text, at)
        matchers: list[Matcher] = []
        while open_:
            label, at = _take(_LABEL, text, at)
            if not label:
                break
            operator, at = _take(_OPERATOR, text, at)
            value, at = _take(_STRING, text, at)
            if not operator or not value:
                raise ValueError(f"after the label {label} comes = or =~ and a text in quotes")
            _check_escapes(value)
            matchers.append(Matcher(label, operator, value))
            comma, at = _take(re.compile(","), text, at)
            if not comma:
                break
        if open_:
            closed, at = _take(re.compile("[}]"), text, at)
            if not closed:
                raise ValueError(f"what is {_rest(text, at)} inside the braces?")
        if at < len(text):
            raise ValueError(f"nothing may follow it, and there is {_rest(text, at)}")
        if not metric and not open_:
            raise ValueError("it begins with the name of a metric")
        if metric.lower() in ("inf", "nan"):
            raise ValueError(f"{metric} is a number in PromQL, not a metric")
        return cls(metric, tuple(matchers))

    def named(self, metric: str, *more: Matcher) -> "Selector":
        """Return the same matchers, and some more, on another metric."""
        return Selector(metric, (*self.matchers, *more))

    def matches(self, label: str) -> bool:
        """Say whether one of the matchers is on that label."""
        return any(matcher.label == label for matcher in self.matchers)

    def __str__(self) -> str:
        inner = ",".join(map(str, self.matchers))
        return f"{self.metric}{{{inner}}}" if inner or not self.metric else self.metric


def bucket(seconds: Decimal) -> Matcher:
    """Match the bucket of a classic histogram at a threshold, however it is spelt.

    A client library may write a whole number as `1` or as `1.0`; Prometheus 3 makes `1.0` of both when it scrapes.
    """
    text = f"{seconds.normalize():f}"
    return Matcher("le", "=", f'"{text}"') if "." in text else Matcher("le", "=~", f'"{text}|{text}\\\\.0"')


def _take(pattern: re.Pattern[str], text: str, at: int) -> tuple[str, int]:
    """Return what the pattern finds at a place (empty: nothing), and the place after it and the blanks around."""
    start = _end(_SPACE.match(text, at), at)
    found = pattern.match(text, start)
    if not found:
        return "", start
    return found[0], _end(_SPACE.match(text, found.end()), found.end())


def _end(match: re.Match[str] | None, default: int) -> int:
    return match.end() if match else default


def _rest(text: str, at: int) -> str:
    rest = text[at:]
    return repr(rest if len(rest) <= 20 else rest[:19] + "…") if rest else "the end"


def _check_escapes(quoted: str) -> None:
    if quoted[0] == "`":
        return
    for found in _ANY_ESCAPE.finditer(quoted):
        known = _ESCAPE.match(quoted, found.start())
        if not known or known["quote"] not in (None, quoted[0]):
            raise ValueError(f"Prometheus knows no escape {found[0]} in {quoted[:40]}: write \\{found[0]}")
