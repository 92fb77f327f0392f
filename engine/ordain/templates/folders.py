"""Which templates are in effect: ours, and a user's folder over them."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ordain.errors import Span, UserError

SUFFIX = ".j2"
OURS = "ordain/templates"
"""How messages name the folder of our own templates: the same on every machine."""

_LARGEST = 1 << 20
_WHEEL = Path(__file__).parent
_CHECKOUT = Path(__file__).parents[3] / "templates"


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """The templates in effect, read once: what is rendered is what `digest` was taken of.

    - `digest`: sha256 (hex) over the names and bytes of all templates, the same on every machine.
    - `shadows`: the names of ours that the user's folder replaces, sorted.
    - `sources`: the text of each template by name, `scaling/hpa.yaml.j2`.
    - `files`: how messages name the file of each template.
    """

    digest: str
    shadows: tuple[str, ...]
    sources: Mapping[str, str]
    files: Mapping[str, str]


def template_set(user_folder: Path | None = None, *, shown: str = "") -> TemplateSet:
    """Read our templates and, over them, those of `user_folder`: every `*.j2` file below it.

    A file of the same relative name shadows ours; files of other names can be included by those. Folders
    whose names begin with a dot are passed over. `shown` is how messages name the folder (default: its path).
    Raises UserError for a folder that is missing or leads out of itself by a link, and for a file that is too
    large, unreadable or not UTF-8.
    """
    shown = shown or str(user_folder)
    ours = dict(_read(_our_folder(), OURS))
    theirs = dict(_read(user_folder, shown)) if user_folder else {}
    bodies = ours | theirs
    sources: dict[str, str] = {}
    files: dict[str, str] = {}
    for name in sorted(bodies):
        files[name] = f"{shown}/{name}" if name in theirs else f"{OURS}/{name}"
        sources[name] = _text(bodies[name], files[name])
    return TemplateSet(
        digest=_digest(bodies), shadows=tuple(sorted(ours.keys() & theirs)), sources=sources, files=files
    )


def _our_folder() -> Path:
    """Return the wheel's copy, else the checkout's folder (an editable install has no copy)."""
    return _WHEEL if next(_WHEEL.glob(f"*/*{SUFFIX}"), None) else _CHECKOUT


def _read(folder: Path, shown: str) -> Iterator[tuple[str, bytes]]:
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise UserError(
            f"the folder of templates {what}", hint="give a folder that holds *.j2 files", where=Span(shown)
        )
    root = folder.resolve()
    for path in _walk(folder, shown):
        name = path.relative_to(folder).as_posix()
        where = Span(f"{shown}/{name}")
        try:
            inside = path.resolve(strict=True).is_relative_to(root)
            if not inside:
                raise UserError(
                    "the template is a link that leads out of its folder",
                    hint="put a copy of the file in its place",
                    where=where,
                )
            if path.stat().st_size > _LARGEST:
                raise UserError(
                    "the template is larger than 1 MiB",
                    hint="templates print values, keep them small",
                    where=where,
                )
            yield name, path.read_bytes()
        except OSError as error:
            raise UserError(
                f"cannot read the template: {error.strerror}", hint="is the file readable?", where=where
            ) from None


def _walk(folder: Path, shown: str) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise UserError(
            f"cannot read the folder of templates: {error.strerror}",
            hint="is the folder readable?",
            where=Span(shown),
        ) from None

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if (linked := Path(parent, name)).is_symlink():
                raise UserError(
                    "a folder of templates is a link",
                    hint="put a copy of the folder in its place",
                    where=Span(f"{shown}/{linked.relative_to(folder).as_posix()}"),
                )
        yield from (Path(parent, name) for name in sorted(names) if name.endswith(SUFFIX))


def _text(body: bytes, file: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise UserError("the template is not UTF-8", hint="save the file in UTF-8", where=Span(file, line)) from None


def _digest(bodies: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(bodies):
        for part in (name.encode("utf-8", "surrogateescape"), bodies[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()
