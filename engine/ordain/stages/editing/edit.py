"""A changed file, and what it must not bring with it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import unified_diff
from typing import Final

from ordain.kubeyaml import POLICIES
from ordain.model.finding import Finding
from ordain.reasoning.spine import NOT_A_POLICY
from ordain.stages.load import Loaded, with_files

_COLUMN: Final = re.compile(r"(:[0-9]+):[0-9]+\b")


@dataclass(frozen=True, slots=True)
class Edit:
    """One file: its bytes as they were judged, and as they shall be."""

    file: str
    before: bytes
    after: bytes

    def diff(self) -> str:
        """Return the unified diff, which `git apply` takes; empty where nothing differs."""
        old, new = (_lines(content) for content in (self.before, self.after))
        lines = unified_diff(old, new, f"a/{self.file}", f"b/{self.file}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def loaded_with(loaded: Loaded, files: Mapping[str, bytes]) -> Loaded:
    """Return what would be loaded if some files had other bytes; the order of the documents stays, new files come last.

    The findings are those of before: what cannot be read is missing among the documents.
    """
    return replace(with_files(loaded, files, POLICIES), findings=loaded.findings)


def unreadable(loaded: Loaded, findings: Iterable[Finding]) -> list[Finding]:
    """Return what keeps a file from being edited: mistakes in its YAML, and a document in it that is no policy.

    That document may be a Secret, and lines of it could stand in a diff.
    """
    return [*loaded.findings, *(finding for finding in findings if finding.code == NOT_A_POLICY.code)]


def worse(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """Return the findings that there are only afterwards; columns may move, lines may not."""
    left = Counter(map(identity, before))
    found = []
    for finding in after:
        key = identity(finding)
        left[key] -= 1
        if left[key] < 0:
            found.append(finding)
    return found


def identity(finding: Finding) -> tuple[object, ...]:
    """Return what tells a finding from others when its line has been edited."""
    where = finding.where
    place = (where.file, where.line) if where else ("", 0)
    return finding.code, place, str(finding.subject or ""), finding.field, _COLUMN.sub(r"\1", finding.message)


def _lines(content: bytes) -> list[str]:
    *whole, last = content.decode("utf-8", "surrogateescape").split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])
