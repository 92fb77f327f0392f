"""A rule in CEL over one object, with the variables of a ValidatingAdmissionPolicy that exist without a server.

The engine *returns* an ERROR where an expression fails (a key that is not there), and that value is true in Python.
So only BOOL counts as an answer here; all else is `Unjudged`, which must never be taken for a pass.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

_PLACE: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): ([^\n]+)")
_STATUS: Final = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$")
_LONGEST: Final = 300
_NO_KEY: Final = "key not found in map"
_BAD_PATTERN: Final = "invalid regular expression"


@dataclass(frozen=True, slots=True)
class Broken:
    """Why an expression does not compile; `line` and `column` count from 1 in the expression, 0 where unknown."""

    message: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Why an expression gave no answer for an object."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled expression whose type is bool."""

    _text: str
    _program: Any

    def holds(self, body: Mapping[str, Any], namespace: Mapping[str, Any] | None) -> bool | Unjudged:
        """Evaluate with `object` and `namespaceObject` (null for an object of the cluster's scope).

        A null field counts as absent, as it does on a server. Over the engine's limit of 10,000 iterations, and for
        any error, the answer is `Unjudged`.
        """
        from cel_expr_python import cel  # noqa: PLC0415 - 17 MB

        data = {"object": without_nulls(body), "namespaceObject": namespace and without_nulls(namespace)}
        try:
            value = self._program.eval(data=data)
        except RuntimeError as error:
            return Unjudged(self._reason(str(error)))
        if value.type() != cel.Type.BOOL:
            return Unjudged(self._reason(str(value.plain_value())))
        return value.plain_value() is True

    def _reason(self, message: str) -> str:
        """Leave out what the object says in the engine's words: it may be a secret of its environment."""
        text = _words(message)
        if text.startswith(_BAD_PATTERN):
            return _BAD_PATTERN
        key = text.removeprefix(_NO_KEY).strip(' :"')
        return text if not text.startswith(_NO_KEY) or key in self._text else _NO_KEY


@cache
def compile_rule(text: str) -> Rule | Broken:
    """Compile an expression and check its type, without any object."""
    from cel_expr_python import cel  # noqa: PLC0415 - 17 MB

    try:
        program = _environment().compile(text)
    except (RuntimeError, TypeError) as error:  # TypeError: text that is no Unicode
        return _broken(str(error))
    if program.return_type() != cel.Type.BOOL:
        found = program.return_type().name().lower()
        mend = "; end it with `== true`, or what it shall be" if program.return_type() == cel.Type.DYN else ""
        return Broken(f"it gives {found}, and a rule must give bool (true: the object is as it should be){mend}")
    return Rule(text, program)


def without_nulls(value: Any) -> Any:
    """Return a value without the fields that are null; items of lists stay, whatever they are."""
    if isinstance(value, Mapping):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


@cache
def _environment() -> Any:
    """Return an environment with nothing that the API server's own lacks, so that a rule may move there as it is."""
    from cel_expr_python import cel  # noqa: PLC0415 - 17 MB
    from cel_expr_python.ext import ext_optional, ext_strings  # noqa: PLC0415 - 17 MB

    return cel.NewEnv(
        variables={"object": cel.Type.DYN, "namespaceObject": cel.Type.DYN},
        extensions=[ext_optional.ExtOptional(), ext_strings.ExtStrings()],
    )


def _broken(message: str) -> Broken:
    if "recursion limit" in message:
        return Broken("it is nested deeper than 32 levels, the most that can be judged here")
    found = _PLACE.search(message)
    if not found:
        return Broken(_words(message))
    column = int(found[2])
    return Broken(_words(found[3].replace(" (in container '')", "")), int(found[1]), column)


def _words(message: str) -> str:
    text = _STATUS.sub("", message.partition("\n")[0])
    if "Iteration budget exceeded" in text:
        return "it needs more than 10,000 iterations, the most that can be judged here"
    text = text[:1].lower() + text[1:]
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
