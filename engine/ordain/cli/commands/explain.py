"""`ordain explain`."""

from typing import Any

import click

from ordain.cli.options import project_option, run_options


@click.command(
    help="""Explain a kind, one of its fields, a finding's code, or what holds for a workload and why.

\b
Examples:
  ordain explain                                       the kinds and the codes
  ordain explain ScalingPolicy                         the manual of a kind
  ordain explain ScalingPolicy.spec.replicas.min       one field
  ordain explain SCL005                                a code: what, why, examples, mend
  ordain explain --workload shop/Deployment/checkout   the effective policy, with the line that set each field
  ordain explain --workload Namespace/shop             the same for a namespace
"""
)
@click.argument("topic", required=False, metavar="KIND[.FIELD]|CODE")
@click.option(
    "--workload", metavar="NS/KIND/NAME", help="Show the effective policies of this workload or Namespace/NAME."
)
@project_option
@run_options
def command(topic: str | None, workload: str | None, **options: Any) -> None:
    """Print the text to standard output."""
    from ordain.cli.explaining import explain_topic, explain_workload, topics

    if workload:
        from ordain.cli.request import object_of, request_of

        click.echo(explain_workload(request_of(options), object_of(workload)), nl=False)
    elif topic:
        click.echo(explain_topic(topic), nl=False)
    else:
        click.echo(topics(), nl=False)
