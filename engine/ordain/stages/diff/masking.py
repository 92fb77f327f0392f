"""Secrets in a plan: values are compared as they are, and shown as masks.

A mask is an ordinal of the run, `<secret 1>`: equal values have equal masks, and nothing of a value can be found out
from it, as it could be from a hash of a short password. The data of a live Secret never gets here: it is dropped
where objects are read (`cluster/pruning.py`).
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ordain.kubeyaml import MANIFESTS, flow, read
from ordain.model.objects import RawObject
from ordain.model.plan import Change, FieldChange

_SHOWN: Final = ("apiVersion", "kind", "type", "immutable", "metadata.name", "metadata.namespace", "metadata.labels")
"""Of a Secret, the fields that are shown. All others may hold a value, a misspelt one and each annotation too."""


class Masks:
    """The masks of one run, given out in the order in which values are met."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def masked(self, fields: Iterable[FieldChange], *bodies: RawObject | None) -> tuple[FieldChange, ...]:
        """Return the changed fields of an object as they may be shown; `bodies` are the sides that were compared.

        If one of them is a Secret, every value but those of its name, labels and type is masked, on both sides.
        """
        if not any(_is_secret(body) for body in bodies):
            return tuple(fields)
        return tuple(
            field
            if _below(field.path, _SHOWN)
            else replace(field, before=self._text(field.path, field.before), after=self._text(field.path, field.after))
            for field in fields
        )

    def change(self, change: Change) -> Change:
        """Return a change as it may be shown, its object named by `ref` on both sides."""
        body = {"kind": change.ref.kind}
        return replace(change, fields=self.masked(change.fields, body))

    def _text(self, path: str, written: str | None) -> str | None:
        """Mask each value in the text of one side; keys stay."""
        if written is None:
            return None
        documents = read(written.encode(errors="surrogatepass"), "", MANIFESTS).documents
        if not documents:  # null, or what cannot be read again
            return written if written == "null" else self._mask(written)
        return flow(self._value(documents[0].value, encoded=_below(path, ("data",))))

    def _value(self, value: object, *, encoded: bool) -> object:
        if isinstance(value, dict):
            return {key: self._value(inner, encoded=encoded) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner, encoded=encoded) for inner in value]
        if value is None or value == "":
            return value
        return self._mask(_decoded(value) if encoded and isinstance(value, str) else str(value))

    def _mask(self, value: str) -> str:
        return self._known.setdefault(value, f"<secret {len(self._known) + 1}>")


def _is_secret(body: RawObject | None) -> bool:
    return body is not None and body.get("kind") == "Secret"


def _below(path: str, fields: tuple[str, ...]) -> bool:
    return any(path == field or path.startswith((f"{field}.", f"{field}[")) for field in fields)


def _decoded(value: str) -> str:
    """Return what `data` stands for, so that it has the mask of the same value in `stringData`."""
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return value
