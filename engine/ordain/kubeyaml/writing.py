"""Canonical YAML: the same value gives the same bytes, and every reader of YAML the same value."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from ordain.kubeyaml.quoting import LONG_KEY, TEXTS, block, quoted

_FIRST_KEYS: Final = {"apiVersion": 0, "kind": 1, "metadata": 2, "spec": 3}
_SIGNED_64, _UNSIGNED_64 = 2**63, 2**64


def dump(value: object) -> str:
    """Return a value as canonical YAML: two-space indent, sorted keys, a final newline.

    At the top apiVersion, kind, metadata and spec come first. Raises TypeError or ValueError for what JSON
    cannot hold: infinity, half of a surrogate pair, integers beyond 64 bits, keys that are no text.
    """
    lines: list[str] = []
    known = _known(value)
    if known.__class__ is dict and known:
        _entries(lines, sorted(known.items(), key=_kubernetes_order), "", "")
    elif known.__class__ is list and known:
        _items(lines, known, "", "")
    else:
        lines.append(_leaf(known, "  "))
    lines.append("")
    return "\n".join(lines)


def scalar(value: object) -> str:
    """Return a value on one line, every text in double quotes: safe wherever a YAML value may stand.

    Raises as `dump` does; a value of another type is asked for its text first, so that an undefined
    template variable can speak for itself.
    """
    known = _known(value)
    if known.__class__ is str:
        return quoted(known)
    if known.__class__ is dict:
        return "{" + ", ".join(f"{_flow_key(key)}: {scalar(one)}" for key, one in sorted(known.items())) + "}"
    if known.__class__ is list:
        return "[" + ", ".join(map(scalar, known)) + "]"
    return _leaf(known, "")


def flow(value: object) -> str:
    """Write a value in one line, as a person would in YAML's flow style; raises as `dump` does."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value) if isinstance(value, str) and "\n" in value else dump(value).strip()


def _kubernetes_order(entry: tuple[str, object]) -> tuple[int, str]:
    return _FIRST_KEYS.get(entry[0], 4), entry[0]


def _flow_key(key: str) -> str:
    text = quoted(key)
    return text if len(text) <= LONG_KEY else f"? {text} "


def _entries(lines: list[str], entries: Iterable[tuple[str, Any]], indent: str, lead: str) -> None:
    """Write a map's entries at an indent; `lead` stands before the first one, a list's dash included."""
    below = indent + "  "
    for key, value in entries:
        name = TEXTS[key]
        if len(name) > LONG_KEY:  # the parser looks for the colon of a bare key within 1024 letters
            lines.append(f"{lead}? {name}")
            lead, name = indent, ""
        kind = value.__class__
        if kind is str:
            lines.append(f"{lead}{name}: {block(value, below) if chr(10) in value else TEXTS[value]}")
        else:
            if kind is not dict and kind is not list:
                value = _known(value)  # noqa: PLW2901 - the same value under its plain type
            if value and value.__class__ is dict:
                lines.append(f"{lead}{name}:")
                _entries(lines, sorted(value.items()), below, below)
            elif value and value.__class__ is list:
                lines.append(f"{lead}{name}:")
                _items(lines, value, below, below)
            else:
                lines.append(f"{lead}{name}: {_leaf(value, below)}")
        lead = indent


def _items(lines: list[str], items: Iterable[Any], indent: str, lead: str) -> None:
    below = indent + "  "
    for value in items:
        known = _known(value)
        if known and known.__class__ is dict:
            _entries(lines, sorted(known.items()), below, lead + "- ")
        elif known and known.__class__ is list:
            _items(lines, known, below, lead + "- ")
        else:
            lines.append(f"{lead}- {_leaf(known, below)}")
        lead = indent


def _known(value: Any) -> Any:
    """Return the value under its plain type: a dict for any mapping, a str for its subclasses."""
    kind = value.__class__
    if kind is str or kind is dict or kind is list or kind is int or kind is bool or value is None:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, (float, Decimal)):
        return value
    raise TypeError(f"a {kind.__name__} has no YAML form: {value}")


def _leaf(value: Any, indent: str) -> str:
    kind = value.__class__
    if kind is str:
        return block(value, indent) if "\n" in value else TEXTS[value]
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        if not -_SIGNED_64 <= value < _UNSIGNED_64:
            raise ValueError(f"{value} does not fit into 64 bits")
        return str(value)
    if kind is dict:
        return "{}"
    return "[]" if kind is list else _fraction(value)


def _fraction(value: float | Decimal) -> str:
    """Write whole numbers without a point, as kubectl's JSON does, and exponents as YAML 1.1 wants them."""
    number = float(value)
    if number - number != 0:
        raise ValueError(f"{value} is no number that Kubernetes can hold")
    if number.is_integer() and abs(number) < _SIGNED_64:
        return str(int(Decimal(repr(number))))
    text = repr(number)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text
