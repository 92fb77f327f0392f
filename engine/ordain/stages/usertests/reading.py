"""Finds and reads users' tests. Files of other tools that share the name are passed over where nobody named them."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import MISSING

from ordain.cluster.identity import Malformed, checked_ref
from ordain.errors import Span, UserError
from ordain.kubeyaml import MANIFESTS, POLICIES, Document
from ordain.model.objects import ObjectRef
from ordain.model.spec import API_VERSION, nearest
from ordain.reasoning import all_controls
from ordain.settings import FILE_NAME, TEST_FILE, PolicyTest
from ordain.settings.policytest import ExpectedFinding, PolicyTestSpec
from ordain.stages.load import load, shown
from ordain.stages.validate import one_line, parse


@dataclass(frozen=True, slots=True)
class UserTest:
    """One test; paths in it start from `folder`, `document` gives the places of its fields."""

    model: PolicyTest
    document: Document
    folder: Path

    @property
    def name(self) -> str:
        """The test's name."""
        return self.model.metadata.name

    @property
    def spec(self) -> PolicyTestSpec:
        """The given and the expected."""
        return self.model.spec

    def where(self, *path: str | int) -> Span:
        """Return the place of a path below `spec`."""
        return self.document.span(("spec", *path))

    def path(self, given: object) -> str | None:
        """Return a path of the test from the root of the file system; None for one that is left out."""
        return str((self.folder / given).absolute()) if isinstance(given, str) else None


def find_tests(paths: Iterable[str]) -> tuple[UserTest, ...]:
    """Read the files that are named, and every `test.yaml` below the folders that are named, in their order.

    Raises UserError with all that is wrong in any of them, and where there is none.
    """
    paths = tuple(paths)
    tests: list[UserTest] = []
    wrong: list[str] = []
    for file, named in _files(paths):
        loaded = load([str(file)], POLICIES)
        wrong += map(one_line, loaded.findings)
        for document in loaded.documents:
            if not (named or _is_ours(document.value)):
                continue
            model = parse(document, PolicyTest)
            if isinstance(model, list):
                wrong += map(one_line, model)
                continue
            assert isinstance(model, PolicyTest)
            test = UserTest(model, document, file.parent)
            wrong += _unknown_codes(test)
            tests.append(test)
    if wrong:
        raise UserError("\n".join(wrong), hint="`ordain explain PolicyTest` describes a test")
    if not tests:
        where = ", ".join(shown(Path(path)) for path in paths)
        raise UserError(f"there are no tests below {where}", hint=f"a test is a {TEST_FILE}; `ordain init` writes one")
    return tuple(tests)


def read_manifests(path: str) -> dict[ObjectRef, Document]:
    """Read a file or folder of manifests, one object a document; raises UserError for one that is broken."""
    loaded = load([path], MANIFESTS)
    for finding in loaded.findings:
        raise UserError(finding.message, hint=finding.hint, where=finding.where)
    found: dict[ObjectRef, Document] = {}
    for document in loaded.documents:
        try:
            ref = checked_ref(document.value if isinstance(document.value, dict) else {})
        except Malformed as trouble:
            raise UserError(trouble.message, hint=trouble.hint, where=document.span(trouble.path)) from trouble
        if ref in found:
            raise UserError(f"{ref} is here twice", hint="keep one of the two", where=document.span(()))
        found[ref] = document
    return found


def _files(paths: Iterable[str]) -> Iterator[tuple[Path, bool]]:
    """Return each file once, and whether it was named; hidden folders, links and other projects are passed over."""
    seen: set[Path] = set()
    for path in map(Path, paths):
        if not path.exists():
            raise UserError(
                f"there is no file or folder {shown(path)}", hint=f"name a {TEST_FILE}, or a folder above it"
            )
        found = _below(path) if path.is_dir() else (path,)
        for file in found:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file, not path.is_dir()


def _below(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise UserError(f"cannot read the folder: {error.strerror}", where=Span(str(error.filename))) from error

    for parent, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if FILE_NAME in files and Path(parent) != folder:
            folders.clear()  # another project, with tests of its own
        elif TEST_FILE in files and not (file := Path(parent) / TEST_FILE).is_fifo():  # it would be waited for
            yield file


def _is_ours(value: object) -> bool:
    """Say whether a document is meant as a test of ours, be it misspelt."""
    return isinstance(value, dict) and (
        value.get("kind") == "PolicyTest" or str(value.get("apiVersion")).startswith(API_VERSION.partition("/")[0])
    )


def _unknown_codes(test: UserTest) -> Iterator[str]:
    """Name the codes that no control has: what cannot be found is never found, and a test of it would show nothing."""
    findings = test.spec.expect.findings
    if findings is MISSING:
        return
    for part in ("exactly", "contains", "without"):
        expected = getattr(findings, part)
        for index, item in enumerate(expected if isinstance(expected, list) else ()):
            assert isinstance(item, ExpectedFinding)
            if item.code not in all_controls():
                meant = nearest(item.code, list(all_controls()))
                where = test.where("expect", "findings", part, index, "code")
                hint = f"did you mean {meant}?" if meant else "`ordain explain` lists the codes"
                yield f"{where}: there is no control {item.code} ({hint})"
