"""`ordain print-rbac`."""

import click

from ordain.cli.options import engine_option
from ordain.model.comparison import Engine


@click.command(
    help="""Print the ClusterRole that is enough for plan, publish, check and snapshot to read a cluster.

It grants get and list on the kinds that policies look at, and nothing else: never Secrets, never a write.
With --engine server it grants create and patch on the kinds that ordain renders, too. ordain sends them as dry runs
only, but Kubernetes has no right for dry runs alone: whoever holds this role may write these kinds.

\b
Examples:
  ordain print-rbac | kubectl apply -f -
  ordain print-rbac --bind ordain/reader | kubectl apply -f -   with a service account that has the role
  ordain print-rbac --engine server | kubectl apply -f -        what `ordain plan --engine server` needs
"""
)
@click.option("--name", metavar="NAME", help="The role's name. Default: ordain-reader, or ordain-dry-runner.")
@engine_option
@click.option("--bind", metavar="NAMESPACE/NAME", help="Print a ServiceAccount and its binding to the role, too.")
def command(*, name: str | None, bind: str | None, engine: str) -> None:
    """Print YAML documents to standard output."""
    from ordain.cluster.rbac import bound, cluster_role
    from ordain.errors import UserError
    from ordain.kinds import all_kinds
    from ordain.kubeyaml import dump
    from ordain.stages.observe import wanted, written

    kinds, dry_run = all_kinds().values(), engine == Engine.SERVER
    name = name or ("ordain-dry-runner" if dry_run else "ordain-reader")
    objects = [cluster_role(wanted(kinds), name, written(kinds) if dry_run else ())]
    if bind is not None:
        namespace, _, account = bind.partition("/")
        if not namespace or not account or "/" in account:
            raise UserError(
                f"--bind {bind} names no service account", hint="write NAMESPACE/NAME, such as ordain/reader"
            )
        objects += bound(objects[0], namespace, account)
    click.echo("---\n".join(map(dump, objects)), nl=False)
