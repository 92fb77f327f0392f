"""`ordain fix`."""

from typing import Any

import click

from ordain.cli.options import exit_code_option, project_option, report_options


@click.command(
    help="""Make the mends that need no judgement: a misspelt field, a field's old name, an ambiguous scalar quoted.

Only the named lines change; comments, order and layout stay. A mend is made only if nothing else comes of it, and
what was not mended is reported with its reason. Files are written, as formatters do: Git shows what changed, and
--dry-run shows it before.

\b
Examples:
  ordain fix                              the policies of ordain.yaml
  ordain fix policies/shop.yaml teams     some files and folders
  ordain fix --dry-run                    a diff on standard output, and nothing is written
  ordain fix --dry-run --exit-code        for CI: 1 if there is something that could be mended
"""
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--dry-run", "--diff", "dry_run", is_flag=True, help="Print the diff; write nothing.")
@project_option
@report_options
@exit_code_option
def command(*, paths: tuple[str, ...], dry_run: bool, exit_code: bool, project: str | None, **options: Any) -> None:
    """Mend what is safe, and report what is left."""
    import sys
    from dataclasses import replace

    from ordain.cli.editing import keep, policies_to_fix
    from ordain.cli.reporting import Reporter
    from ordain.cli.request import project_of
    from ordain.errors import UserError
    from ordain.judging import judge_loaded
    from ordain.model.plan import Result
    from ordain.stages.editing import fix

    if "-" in paths:
        raise UserError("standard input cannot be mended", hint="name a file or a folder")
    settings = project_of(project, paths)
    reporter = Reporter.of(options, settings.spec.gate, stream=sys.stderr if dry_run else None)
    loaded, files = policies_to_fix(project, paths)
    fixed = fix(loaded, judge_loaded, only=files)
    for edit in fixed.edits:
        keep(edit, dry_run=dry_run)
    done = "would be mended" if dry_run else "mended"
    result = Result(
        "fix",
        tuple(replace(item, hint=f"{item.hint} (not mended: {why})" if why else item.hint) for item, why in fixed.left),
        files=len(files),
        notes=tuple(
            f"{item.where} {item.code} {done}: {item.fix.old} -> {item.fix.new}" for item in fixed.mended if item.fix
        ),
    )
    reporter.leave(result, changes_count=exit_code, changed=bool(fixed.edits))
