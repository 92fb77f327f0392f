"""Runs users' tests of policies, each on its own."""

from collections.abc import Callable
from dataclasses import replace

from ordain.errors import UserError
from ordain.model.policy import fits
from ordain.model.spec import nearest
from ordain.model.usertest import UserTestResult
from ordain.pipeline import run_on
from ordain.stages.project import ProjectFile
from ordain.stages.usertests import UserTest, expected_file, given, judge_test
from ordain.stages.write import write_file


def pick(tests: tuple[UserTest, ...], labels: tuple[str, ...], names: tuple[str, ...]) -> tuple[UserTest, ...]:
    """Return the tests that have all the labels, and one of the names (globs); raises UserError where none has."""
    wanted = {_label(text) for text in labels}
    picked = tuple(
        test for test in tests if wanted <= test.model.metadata.labels.items() and fits(list(names), test.name)
    )
    if picked:
        return picked
    meant = [found for name in names if (found := nearest(name, [test.name for test in tests]))]
    flags = " ".join([*(f"--label {text}" for text in labels), *(f"--run {name}" for name in names)])
    raise UserError(
        f"none of the {len(tests)} tests fits {flags}",
        hint=f"did you mean --run {meant[0]}?" if meant else "`ordain test -v` lists them all",
    )


def _label(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise UserError(f"--label {text} is no label", hint="write --label KEY=VALUE, such as --label team=payments")
    return key, value


def run_test(
    test: UserTest, project: ProjectFile | None, progress: Callable[[str], None], *, update: bool = False
) -> UserTestResult:
    """Run one test; what keeps it from running is its trouble, and no other test's.

    With `update` the file of expected manifests is first written as the policies have it now.
    """
    tested = UserTestResult(test.name, test.model.metadata.labels, test.document.span(()))
    try:
        request, observed = given(test, project, progress)
        run = run_on(request, (observed,))
        if update and run.complete and (path := expected_file(test, request)):
            made = [manifest.text for item in run.clusters for manifest in item.manifests.manifests]
            write_file(path, "".join(f"---\n{text}" for text in made).encode())
        return replace(tested, expectations=judge_test(test, run))
    except UserError as error:
        return replace(tested, trouble=str(error))
