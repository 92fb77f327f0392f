"""Which bundles are shipped, and which of them answers for a cluster's version."""

import re
from functools import cache

import orjson

from ordain.apischemas.bundle import Bundle
from ordain.errors import UserError
from ordain.packaged import packaged

_VERSION = re.compile(r"v?([0-9]+)\.([0-9]+)(?:[.+-].*)?")


def versions() -> tuple[str, ...]:
    """Return the minor versions that have a bundle, oldest first: `("1.30", …, "1.37")`."""
    return tuple(".".join(map(str, minor)) for minor in _shipped())


def bundle(version: str) -> Bundle:
    """Return the bundle for a Kubernetes version, read once: `1.37`, `v1.37.2`, `1.37.2`, `v1.37.2-eks-1` name one.

    A minor version that has no bundle is answered by the next newer one (a newer schema knows the older fields, an
    older one would call new fields unknown), and one above the newest by the newest; `Bundle.version` says which.
    Raises UserError when the version cannot be read, or is older than the oldest bundle.
    """
    match = _VERSION.fullmatch(version.strip())
    if match is None:
        raise UserError(f"{version!r} is no Kubernetes version", hint="write it as 1.37 or v1.37.2")
    wanted = (int(match[1]), int(match[2]))
    shipped = _shipped()
    oldest = ".".join(map(str, shipped[0]))
    if wanted < shipped[0]:
        raise UserError(
            f"Kubernetes {match[1]}.{match[2]} is older than the schemas that come with ordain",
            hint=f"{oldest} is the oldest supported version: name that one or a newer one",
        )
    return _read(next((minor for minor in shipped if minor >= wanted), shipped[-1]))


@cache
def _shipped() -> tuple[tuple[int, int], ...]:
    names = (path.stem for path in (packaged("schemas") / "kubernetes").glob("*.json"))
    found = sorted((int(match[1]), int(match[2])) for name in names if (match := _VERSION.fullmatch(name)))
    if not found:
        raise UserError("the Kubernetes schemas that come with ordain are missing", hint="install ordain again")
    return tuple(found)


@cache
def _read(minor: tuple[int, int]) -> Bundle:
    path = packaged("schemas") / "kubernetes" / f"{minor[0]}.{minor[1]}.json"
    return Bundle(orjson.loads(path.read_bytes()))
