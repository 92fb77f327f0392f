"""Fix: the mends that need no judgement, made in the files, as long as nothing else comes of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, TypeAlias

from ordain.errors import Span
from ordain.kubeyaml import Document
from ordain.kubeyaml.editing import replaced, replaces
from ordain.kubeyaml.rereading import beside
from ordain.model.finding import Finding, Severity, by_place
from ordain.model.objects import Path, show_path
from ordain.reasoning.spine import INCOMPLETE, NOT_A_POLICY
from ordain.stages.editing.edit import Edit, identity, loaded_with, unreadable, worse
from ordain.stages.load import Loaded
from ordain.stages.outcome import Judged

_Judge: TypeAlias = Callable[[Loaded], Judged]
_BROKEN: Final = "nothing in its file is changed before the YAML there is mended"
_MIXED: Final = "nothing in its file is changed while something that is no policy stands there"  # it may be a Secret
_ELSEWHERE: Final = "it is written in another way there, or comes by an alias"


@dataclass(frozen=True)
class Fixed:
    """What was mended, the files that change for it, and the findings that are left, each with a reason or none.

    A finding without a reason has no mend that the engine could make: its hint says what to do.
    """

    edits: tuple[Edit, ...]
    mended: tuple[Finding, ...]
    left: tuple[tuple[Finding, str], ...]


def fix(loaded: Loaded, judge: _Judge, *, only: frozenset[str] | None = None) -> Fixed:
    """Make every fix that is safe; `judge` finds what is wrong with some files. Fixing twice changes nothing more.

    `only` are the files that may change and whose findings count; the others are there to be judged with them.

    A fix is kept if the findings only get fewer and no value changes but the one that it names: a field gets its name,
    and a scalar is quoted where that is what kubectl reads anyway, or where it takes an error away. A second reader
    must find the same.
    """
    trial = _Trial(loaded, judge)
    trial.settle(sorted(trial.candidates(only), key=by_place))
    files = trial.contents(trial.kept)
    before = {document.file: document.content for document in loaded.documents}
    edits = tuple(Edit(file, before[file], after) for file, after in sorted(files.items()))
    after = judge(loaded_with(loaded, files)).findings if edits else trial.findings
    left = tuple((finding, trial.reasons(finding)) for finding in after if _among(finding, only))
    return Fixed(edits, tuple(sorted(trial.kept, key=by_place)), left)


def _among(finding: Finding, files: frozenset[str] | None) -> bool:
    return files is None or (finding.where is not None and finding.where.file in files)


class _Trial:
    """Fixes that are tried out: all at once, and where that will not do, half of them, down to one."""

    def __init__(self, loaded: Loaded, judge: _Judge) -> None:
        self._loaded = loaded
        self._judge = judge
        self.findings = judge(loaded).findings
        self.kept: list[Finding] = []
        self._why: dict[object, str] = {}
        self._untouched = {
            finding.where.file: _MIXED if finding.code == NOT_A_POLICY.code else _BROKEN
            for finding in unreadable(loaded, self.findings)
            if finding.where
        }
        self._content = {document.file: document.content for document in loaded.documents}

    def candidates(self, only: frozenset[str] | None) -> Iterator[Finding]:
        """Return the findings with a fix that can be made where it stands; note why the others cannot."""
        for finding in self.findings:
            where = finding.where
            if finding.fix is None or where is None or not _among(finding, only):
                continue
            if why := self._untouched.get(where.file):
                self._refuse(finding, why)
            elif not replaces(self._content[where.file], where, finding.fix):
                self._refuse(finding, _ELSEWHERE)
            else:
                yield finding

    def settle(self, fixes: Sequence[Finding]) -> None:
        """Keep the fixes that are safe, to a second reader of YAML, too."""
        self.make(fixes)
        while doubts := dict(self._doubts()):
            kept, self.kept = self.kept, []
            for finding in kept:
                if finding.where and finding.where.file in doubts:
                    self._refuse(finding, doubts[finding.where.file])
            self.make([finding for finding in kept if not (finding.where and finding.where.file in doubts)])

    def _doubts(self) -> Iterator[tuple[str, str]]:
        groups = _by_file(self.kept)
        for file, after in self.contents(self.kept).items():
            if why := beside(self._content[file], after, [one.fix for one in groups[file] if one.fix]):
                yield file, why

    def make(self, fixes: Sequence[Finding]) -> None:
        """Keep those of the fixes that are safe beside the ones that are kept already.

        Where some are not, the files that something else comes up in are tried apart from the others, each with half
        of its fixes; one alone is refused.
        """
        if not fixes:
            return
        objections = self._objections([*self.kept, *fixes])
        groups = _by_file(fixes)
        blamed = {file: group for file, group in groups.items() if file in objections}
        if not objections:
            self.kept += fixes
        elif len(fixes) == 1:
            self._refuse(fixes[0], next(iter(objections.values())))
        elif not blamed:  # it comes up in a file without a fix: any of them may have brought it
            self.make(fixes[: len(fixes) // 2])
            self.make(fixes[len(fixes) // 2 :])
        else:
            self.make([finding for file, group in groups.items() if file not in blamed for finding in group])
            for file, group in blamed.items():
                if len(group) == 1:
                    self._refuse(group[0], objections[file])
            several = [group for group in blamed.values() if len(group) > 1]
            self.make([finding for group in several for finding in group[: len(group) // 2]])
            self.make([finding for group in several for finding in group[len(group) // 2 :]])

    def contents(self, fixes: Sequence[Finding]) -> dict[str, bytes]:
        """Return the new bytes of each file that some fixes change."""
        return {
            file: replaced(self._content[file], [(one.where, one.fix) for one in found if one.where and one.fix])
            for file, found in _by_file(fixes).items()
        }

    def reasons(self, finding: Finding) -> str:
        """Say why the fix of a finding was not made; empty where it has none."""
        return self._why.get(identity(finding), "")

    def _refuse(self, finding: Finding, why: str) -> None:
        self._why[identity(finding)] = why

    def _objections(self, fixes: Sequence[Finding]) -> dict[str, str]:
        """Say for each file in which something else comes of some fixes what that is."""
        tried = loaded_with(self._loaded, self.contents(fixes))
        after = self._judge(tried).findings
        found = {
            finding.where.file if finding.where else "": "with it there would be another finding: "
            f"{finding.code} {finding.message}"
            for finding in reversed(worse(self.findings, after))
            if finding.code != INCOMPLETE.code  # a sound policy shows what no document sets: no fault of the mend
        }
        places = {finding.where for finding in fixes}
        gone = {finding.where for finding in worse(after, self.findings) if finding.severity is Severity.ERROR}
        for file in _by_file(fixes):
            old, new = ([item for item in side.documents if item.file == file] for side in (self._loaded, tried))
            if why := "it could not be read any more" * (len(old) != len(new)) or _changes(old, new, places, gone):
                found.setdefault(file, why)
        return found


def _by_file(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.where:
            groups.setdefault(finding.where.file, []).append(finding)
    return groups


def _changes(
    before: Sequence[Document], after: Sequence[Document], places: Set[Span | None], gone: Set[Span | None]
) -> str:
    """Say what the fixes at some places would change beside them, or without an error that goes away there."""
    for old, new in zip(before, after, strict=True):
        for path, on_key in _differences(old.value, new.value, ()):
            where = old.span(path, key=on_key)
            if where not in places:
                return f"it would change {show_path(path)} too, which comes by an alias"
            if where not in gone:
                return "it would change what kubectl reads, and nothing says which of the two is meant"
    return ""


def _differences(old: object, new: object, path: Path) -> Iterator[tuple[Path, bool]]:
    """Return the paths in the old value at which a key (True) or a value differs; the order of keys counts."""
    if isinstance(old, dict) and isinstance(new, dict) and len(old) == len(new):
        for (one, inner), (other, outer) in zip(old.items(), new.items(), strict=True):
            if one != other:
                yield (*path, one), True
            yield from _differences(inner, outer, (*path, one))
    elif isinstance(old, list) and isinstance(new, list):
        for index, (inner, outer) in enumerate(zip_longest(old, new)):
            yield from _differences(inner, outer, (*path, index))
    elif type(old) is not type(new) or old != new:
        yield path, False
