"""Fix: the mends that need no judgement, made in the files, as long as nothing else comes of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, TypeAlias

from ordain.errors import Span
from ordain.kubeyaml.editing import replaced, replaces
from ordain.model.finding import Finding, Severity
from ordain.model.objects import Path, show_path
from ordain.reasoning.spine import NOT_A_POLICY
from ordain.stages.editing.edit import Edit, identity, loaded_with, worse
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


def fix(loaded: Loaded, judge: _Judge) -> Fixed:
    """Make every fix that is safe; `judge` finds what is wrong with some files. Fixing twice changes nothing more.

    A fix is kept if the findings only get fewer and no value changes but the one that it names: a field gets its name,
    and a scalar is quoted where that is what kubectl reads anyway, or where it takes an error away.
    """
    trial = _Trial(loaded, judge)
    trial.make(sorted(trial.candidates(), key=lambda finding: (finding.where or Span(""), finding.code)))
    files = trial.contents(trial.kept)
    before = {document.file: document.content for document in loaded.documents}
    edits = tuple(Edit(file, before[file], after) for file, after in sorted(files.items()))
    after = judge(loaded_with(loaded, files)).findings if edits else trial.findings
    return Fixed(edits, tuple(trial.kept), tuple((finding, trial.reasons(finding)) for finding in after))


class _Trial:
    """Fixes that are tried out: all at once, and where that will not do, half of them, down to one."""

    def __init__(self, loaded: Loaded, judge: _Judge) -> None:
        self._loaded = loaded
        self._judge = judge
        self.findings = judge(loaded).findings
        self.kept: list[Finding] = []
        self._why: dict[object, str] = {}
        mixed = {item.where.file: _MIXED for item in self.findings if item.where and item.code == NOT_A_POLICY.code}
        broken = {item.where.file: _BROKEN for item in loaded.findings if item.where}
        self._untouched = mixed | broken
        self._content = {document.file: document.content for document in loaded.documents}

    def candidates(self) -> Iterator[Finding]:
        """Return the findings with a fix that can be made where it stands; note why the others cannot."""
        for finding in self.findings:
            where = finding.where
            if finding.fix is None or where is None:
                continue
            if why := self._untouched.get(where.file):
                self._refuse(finding, why)
            elif not replaces(self._content[where.file], where, finding.fix):
                self._refuse(finding, _ELSEWHERE)
            else:
                yield finding

    def make(self, fixes: Sequence[Finding]) -> None:
        """Keep those of the fixes that are safe beside the ones that are kept already."""
        if not fixes:
            return
        why = self._objection([*self.kept, *fixes])
        if not why:
            self.kept += fixes
        elif len(fixes) == 1:
            self._refuse(fixes[0], why)
        else:
            middle = len(fixes) // 2
            self.make(fixes[:middle])
            self.make(fixes[middle:])

    def contents(self, fixes: Sequence[Finding]) -> dict[str, bytes]:
        """Return the new bytes of each file that some fixes change."""
        by_file: dict[str, list[Finding]] = {}
        for finding in fixes:
            assert finding.where
            by_file.setdefault(finding.where.file, []).append(finding)
        return {
            file: replaced(self._content[file], [(one.where, one.fix) for one in found if one.where and one.fix])
            for file, found in by_file.items()
        }

    def reasons(self, finding: Finding) -> str:
        """Say why the fix of a finding was not made; empty where it has none."""
        return self._why.get(identity(finding), "")

    def _refuse(self, finding: Finding, why: str) -> None:
        self._why[identity(finding)] = why

    def _objection(self, fixes: Sequence[Finding]) -> str:
        """Say why some fixes together cannot be kept; empty where they can."""
        tried = loaded_with(self._loaded, self.contents(fixes))
        if len(tried.documents) != len(self._loaded.documents):
            return "the file could not be read any more"
        after = self._judge(tried).findings
        if new := worse(self.findings, after):
            return f"with it there would be another finding: {new[0].code} {new[0].message}"
        places = {finding.where for finding in fixes}
        gone = {finding.where for finding in worse(after, self.findings) if finding.severity is Severity.ERROR}
        for old, new_one in zip(self._loaded.documents, tried.documents, strict=True):
            for path, on_key in _differences(old.value, new_one.value, ()):
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
