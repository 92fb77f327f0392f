"""The inventory: what the last publish wrote for one cluster, kept in the cluster's folder.

Only listed files are ever deleted. The name has none of the endings that Argo CD reads as manifests; inside it is
JSON with one line per file, so that Git shows which entry changed.
"""

import json
import re
from typing import Final

from ordain.errors import Span, UserError
from ordain.git.paths import check_path
from ordain.model.live import Inventory, InventoryEntry

FILE_NAME: Final = ".ordain-inventory"
_FORMAT: Final = "ordain.dev/inventory"
_VERSION: Final = 1
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def print_inventory(inventory: Inventory) -> bytes:
    """Return the file's bytes: sorted, one line per published file, a final newline."""
    head = {
        "format": _FORMAT,
        "version": _VERSION,
        "engine": inventory.engine,
        "templates": inventory.templates,
    }
    lines = [f"  {_json(key)}: {_json(value)}," for key, value in head.items()]
    files = [
        f"    {_json(path)}: {_json({'inputs': entry.inputs, 'sha256': entry.sha256})}"
        for path, entry in sorted(inventory.files.items())
    ]
    table = "{\n" + ",\n".join(files) + "\n  }" if files else "{}"
    return "\n".join(["{", *lines, f'  "files": {table}', "}", ""]).encode()


def parse_inventory(content: bytes, shown: str) -> Inventory:
    """Read an inventory. Raises UserError, with `shown` as the place, for a broken or a newer one."""
    try:
        value = json.loads(content)
        if value["format"] != _FORMAT:
            raise _broken(shown)
        if isinstance(value["version"], int) and value["version"] > _VERSION:
            raise UserError(
                f"a newer ordain wrote the inventory (version {value['version']}, this one reads {_VERSION})",
                hint="publish with the newer version",
                where=Span(shown),
            )
        if value["version"] != _VERSION:
            raise _broken(shown)
        files = {
            _path(path): InventoryEntry(_sha256(entry["sha256"]), _text(entry["inputs"]))
            for path, entry in value["files"].items()
        }
        return Inventory(_text(value["engine"]), _text(value["templates"]), files)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _broken(shown) from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _path(value: str) -> str:
    try:
        return check_path(value)
    except UserError as error:
        raise ValueError(value) from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _sha256(value: object) -> str:
    if not _SHA256.fullmatch(_text(value)):
        raise ValueError(value)
    return _text(value)


def _broken(shown: str) -> UserError:
    return UserError(
        "the inventory of published files is broken: without it nobody knows which files may be changed",
        hint=f"restore it from an earlier commit (`git log -- {shown}` shows them)",
        where=Span(shown),
    )
