"""`ordain test`."""

from typing import Any

import click

from ordain.cli.options import output_options, project_option


@click.command(
    help="""Run the tests of policies: what they must make of a recorded cluster, at a given time.

A test is a test.yaml (kind PolicyTest) in a folder beside the policies; without PATHS, every one below the project's
folder runs. No cluster is read, and nothing is written but what --update names. 1 is the exit code where an expectation
is not met, 2 where a test cannot run.

\b
Examples:
  ordain test                            all tests of the project
  ordain test tests/checkout             those below a folder
  ordain test --label team=payments      those of a team
  ordain test --run 'checkout-*'         those of a name
  ordain test -o text -o junit=tests.xml for the CI system, too
"""
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--label", "labels", multiple=True, metavar="KEY=VALUE", help="Only tests with this label; repeatable.")
@click.option("--run", "names", multiple=True, metavar="NAME", help="Only this test, * and ? allowed; repeatable.")
@click.option("--update", is_flag=True, help="Write the files of expected manifests anew; read them afterwards.")
@project_option
@output_options("text", "json", "junit")
def command(
    paths: tuple[str, ...],
    labels: tuple[str, ...],
    names: tuple[str, ...],
    *,
    update: bool,
    project: str | None,
    **options: Any,
) -> None:
    """Run each test and report on all of them."""
    from ordain.cli.exit import Exit
    from ordain.cli.reporting import Outputs, clear_progress, progress
    from ordain.cli.testing import pick, run_test
    from ordain.errors import UserError
    from ordain.model.usertest import Verdict
    from ordain.report.usertests import TEST_FORMATS
    from ordain.stages.project import read_project
    from ordain.stages.usertests import find_tests

    settings = read_project(project)
    if not paths and settings is None:
        raise UserError(
            "there is no ordain.yaml here or above", hint="`ordain init` writes one; or name tests: ordain test PATH"
        )
    outputs = Outputs.of(options, TEST_FORMATS)
    chosen = pick(find_tests(paths or (str(settings.folder),) if settings else paths), labels, names)
    tested = [run_test(test, settings, progress, update=update) for test in chosen]
    clear_progress()
    outputs.write(tested)
    verdicts = {test.verdict for test in tested}
    code = Exit.FAILED if Verdict.BROKEN in verdicts else Exit.FINDINGS if Verdict.FAILED in verdicts else Exit.FINE
    click.get_current_context().exit(code)
