"""`ordain waive`."""

import click

from ordain.cli.options import project_option


@click.command(
    help="""Except one object from one control, until a day: append a Waiver to a policy file.

What the file holds keeps every byte. No cluster is read: the next `ordain plan` shows what the waiver covers, and
reports one that covers nothing (WVR002).

\b
Examples:
  ordain waive SCL005 legacy/Deployment/billing --reason "one pod only until the session store has moved" \\
      --owner payments --ticket OPS-481 --expires 2027-01-31
  ordain waive COM001 shop/Deployment/web --container app ...      one container of it
  ordain waive COM100 Namespace/shop --cluster prod-eu --dry-run ...   in one cluster; show it, write nothing
"""
)
@click.argument("code", metavar="CODE")
@click.argument("subject", metavar="NS/KIND/NAME")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is right, for who reads it in a year.")
@click.option("--owner", required=True, metavar="WHO", help="The team or person who answers for it.")
@click.option("--ticket", required=True, metavar="ID", help="Where the work to end it is tracked.")
@click.option("--expires", required=True, metavar="DAY", help="The last day on which it holds, UTC: 2027-01-31.")
@click.option("--container", default="", metavar="NAME", help="Only findings on this container.")
@click.option("--field", default="", metavar="PATH", help="Only findings on this field, as the JSON report names it.")
@click.option("--cluster", "clusters", multiple=True, metavar="NAME", help="Only in this cluster; repeatable.")
@click.option("--file", metavar="FILE", help="Where it goes. Default: waivers.yaml in the first folder of policies.")
@click.option("--dry-run", "--diff", "dry_run", is_flag=True, help="Print the diff; write nothing.")
@click.option("--now", metavar="TIME", help="The time of the run, to judge the day by. Default: now.")
@project_option
def command(
    *,
    code: str,
    subject: str,
    clusters: tuple[str, ...],
    file: str | None,
    dry_run: bool,
    now: str | None,
    project: str | None,
    **terms: str,
) -> None:
    """Append the waiver, or say that it is there."""
    from ordain.cli.editing import content_of, keep, waivers_file
    from ordain.cli.known import named_object
    from ordain.cli.request import check_clusters, project_of, time_of
    from ordain.judging import judge_loaded, load_policies
    from ordain.model.waiver import Waiver
    from ordain.reasoning import all_controls
    from ordain.stages.editing import Waiving, waive
    from ordain.stages.load import shown

    settings = project_of(project, ())
    check_clusters(clusters, settings)
    wanted = Waiving(code, named_object(subject), clusters=clusters, **terms)
    path = waivers_file(settings, file)
    edited = (shown(path), content_of(path))
    loaded, today = load_policies(settings), time_of(now).date()
    made = waive(wanted, edited, loaded, judge_loaded, controls=all_controls(), today=today)
    if isinstance(made, Waiver):
        click.echo(f"Waiver/{made.name} at {made.where} excepts it already, until {made.expires}. Nothing was written.")
        return
    keep(made, dry_run=dry_run)
    if not dry_run:
        click.echo(f"Waived in {made.file}: {code} for {wanted.subject}, until {wanted.expires}.")
