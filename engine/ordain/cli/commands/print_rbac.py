"""`ordain print-rbac`."""

import click


@click.command(
    help="""Print the ClusterRole that is enough for plan, publish, check and snapshot to read a cluster.

It grants get and list on the kinds that policies look at, and nothing else: never Secrets, never a write.

\b
Examples:
  ordain print-rbac | kubectl apply -f -
  ordain print-rbac --bind ordain/reader | kubectl apply -f -   with a service account that has the role
"""
)
@click.option("--name", default="ordain-reader", show_default=True, metavar="NAME", help="The role's name.")
@click.option("--bind", metavar="NAMESPACE/NAME", help="Print a ServiceAccount and its binding to the role, too.")
def command(*, name: str, bind: str | None) -> None:
    """Print YAML documents to standard output."""
    from ordain.cluster.rbac import bound, cluster_role
    from ordain.errors import UserError
    from ordain.kinds import all_kinds
    from ordain.kubeyaml import dump
    from ordain.stages.observe import wanted

    objects = [cluster_role(wanted(all_kinds().values()), name)]
    if bind is not None:
        namespace, _, account = bind.partition("/")
        if not namespace or not account or "/" in account:
            raise UserError(
                f"--bind {bind} names no service account", hint="write NAMESPACE/NAME, such as ordain/reader"
            )
        objects += bound(objects[0], namespace, account)
    click.echo("---\n".join(map(dump, objects)), nl=False)
