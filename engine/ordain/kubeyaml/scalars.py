"""What one scalar means to kubectl: the rules of go-yaml v2, as sigs.k8s.io/yaml 1.4.0 carries it.

The source of every rule is `goyaml.v2/resolve.go` there, and `yaml.go` for the way from YAML to JSON.
"""

import base64
import binascii
import math
import re
import struct
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

TAG: Final = "tag:yaml.org,2002:"
_TEXT, _BINARY, _TIMESTAMP = TAG + "str", TAG + "binary", TAG + "timestamp"

_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_NUMBER_STARTS: Final = frozenset("+-0123456789")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# strconv.ParseFloat on a text that starts with a dot: underscores may stand between two digits
_DOT_FLOAT: Final = re.compile(r"\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?")
# strconv.ParseInt with base 0: an optional sign, then 0x, 0o, 0b, a bare 0 (octal) or decimal digits
_INT: Final = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))")
# "0b-101" is -5 to go-yaml: it gives what follows "0b" to ParseInt, which takes a sign
_SIGN_AFTER_PREFIX: Final = re.compile(r"0b[-+]([01]+)")
_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})"
    r"| ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?)?"
)
_KINDS: Final[dict[str, type | None]] = {
    TAG + "bool": bool,
    TAG + "int": int,
    TAG + "float": float,
    TAG + "null": None,
}


class Refused(Exception):  # noqa: N818 - it is an answer, caught where the place is known
    """kubectl does not take this scalar; the message says why, `hint` what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def resolve(text: str) -> Scalar:
    """Return what a plain scalar without a tag means; dates stay text."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first in _NUMBER_STARTS:
        return _number(text)
    if first == "." and _DOT_FLOAT.fullmatch(text):
        value = float(text.replace("_", ""))
        return text if math.isinf(value) else value
    return text


def resolve_tagged(tag: str | None, text: str, *, plain: bool) -> Scalar:
    """Return what a scalar with or without a tag means; unknown tags are ignored and leave text.

    Raises Refused where the tag and the text do not agree.
    """
    if tag is None:
        return resolve(text) if plain else text
    if tag == _BINARY:
        return _binary(text)
    if tag == _TIMESTAMP:
        if _is_time(text):
            return text
    elif tag in _KINDS:
        value, kind = resolve(text), _KINDS[tag]
        if kind is float and type(value) is int and value < 2**63:
            return float(value)
        if (value is None and kind is None) or (kind is not None and type(value) is kind):
            return value
    else:
        return text
    short = tag.removeprefix(TAG)
    raise Refused(
        f"!!{short} does not fit the value behind it", f"remove the tag !!{short}, or write a value of that type"
    )


def value_of(resolved: Scalar) -> Scalar:
    """Return the JSON value that a resolved scalar becomes: 1e3 is the integer 1000 then.

    Raises Refused for infinity and not-a-number, which JSON cannot hold.
    """
    if type(resolved) is float:
        if not math.isfinite(resolved):
            raise Refused(f"{resolved} is no number that Kubernetes can hold", "write a finite number, or quote it")
        if resolved.is_integer() and abs(resolved) < 2**63:
            # Go writes the shortest digits that mean this float, and reads them again as an integer
            return int(Decimal(repr(resolved)))
    return resolved


def key_of(resolved: Scalar) -> str:
    """Return the text that a resolved scalar becomes as the key of a map: `yes:` is the key "true".

    Raises Refused for null and for integers above 2^63 - 1, as kubectl does.
    """
    if type(resolved) is str:
        return resolved
    if resolved is True:
        return "true"
    if resolved is False:
        return "false"
    if type(resolved) is float:
        return _short_float(resolved)
    if resolved is None:
        raise Refused("a key is empty or null", 'write the key, or quote it: "null"')
    if int(resolved) >= 2**63:
        raise Refused(f"the key {resolved} is too large for a number", f'quote it: "{resolved}"')
    return str(resolved)


def _number(text: str) -> Scalar:
    digits = text.replace("_", "")
    found = _INT.fullmatch(digits)
    if found:
        sign, sixteen, two, eight, ten = found.groups()
        if ten is not None:
            value = int(ten) if len(ten) < 21 else 2**64
        elif sixteen is not None:
            value = int(sixteen, 16)
        else:
            value = int(two, 2) if two is not None else int(eight, 8)
        if sign == "-":
            value = -value
        if -(2**63) <= value < (2**63 if sign else 2**64):
            return value
    if _FLOAT.fullmatch(digits):
        number = float(digits)
        return text if math.isinf(number) else number
    found = _SIGN_AFTER_PREFIX.fullmatch(digits)
    if found:
        value = int(found[1], 2) if digits[2] == "+" else -int(found[1], 2)
        return value if -(2**63) <= value < 2**63 else text
    return text


def _binary(text: str) -> str:
    try:
        raw = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("!!binary needs base64 text", "encode the value as base64, or remove the tag") from None
    # Go's JSON writer puts one U+FFFD in place of each byte that is not UTF-8
    return re.sub("[\udc80-\udcff]", "\ufffd", raw.decode("utf-8", "surrogateescape"))


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    if not found:
        return False
    numbers = [int(part) for part in found.groups() if part is not None]
    try:
        datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - three to six integers; only asked whether it exists
    except ValueError:
        return False
    return True


def _short_float(value: float) -> str:
    """Write a float key as Go's FormatFloat(value, 'g', -1, 32) does, which is what kubectl calls."""
    if math.isnan(value):
        return ".nan"
    try:
        narrow: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        narrow = math.copysign(math.inf, value)
    if math.isinf(narrow):
        return ".inf" if narrow > 0 else "-.inf"
    text = next(
        text
        for text in (f"{narrow:.{digits}e}" for digits in range(9))
        if struct.pack("f", float(text)) == struct.pack("f", narrow)
    )
    mantissa, _, exponent = text.partition("e")
    power = int(exponent)
    if -4 <= power < 6:
        digits = len(mantissa.lstrip("-").replace(".", "")) - 1
        return f"{float(text):.{max(digits - power, 0)}f}"
    return f"{mantissa}e{power:+03d}"
