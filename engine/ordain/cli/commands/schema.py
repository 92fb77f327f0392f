"""`ordain schema`."""

import click


@click.command(
    help="""Print the JSON schema of a kind of file, for editors and other tools.

\b
Examples:
  ordain schema                          the names
  ordain schema ScalingPolicy > scaling.schema.json
"""
)
@click.argument("kind", required=False)
def command(kind: str | None) -> None:
    """Print a published schema as it is committed."""
    from difflib import get_close_matches

    from ordain.errors import UserError
    from ordain.published import schema_files, schema_text

    known = schema_files()
    if kind is None:
        click.echo("\n".join(known))
        return
    found = next((name for name in known if name.lower() == kind.lower()), None)
    if found is None:
        near = get_close_matches(kind, list(known), n=1)
        raise UserError(
            f"there is no schema of {kind}",
            hint=f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}",
        )
    click.echo(schema_text(found), nl=False)
