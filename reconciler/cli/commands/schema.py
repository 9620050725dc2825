"""Print the JSON Schema of a kind of manifest, or write all of them."""

from __future__ import annotations

from pathlib import Path

import click

# The words are those of `documents.schema.WORDS`, named here so that `--help` needs no model.
_KINDS = ("connection", "strategybinding", "policy", "waiver", "config", "manifest")


@click.command("schema")
@click.argument("kind", type=click.Choice(_KINDS), required=False)
@click.option("--write", type=click.Path(path_type=Path), metavar="DIR", help="Write all schemas into DIR.")
def command(kind: str | None, write: Path | None) -> int:
    """Print the JSON Schema of a kind of manifest.

    Editors and CI check manifests with it; it accepts exactly what the loader accepts. `manifest` is for all kinds that
    stand in manifests, in one file or in many. Without KIND, the kinds are listed.
    """
    from reconciler.documents import schema
    from reconciler.wiring import known

    if write is not None:
        write.mkdir(parents=True, exist_ok=True)
        for word in [kind] if kind else schema.WORDS:
            (write / schema.file_name(word)).write_text(schema.render(word, known()), encoding="utf-8")
    elif kind is not None:
        click.echo(schema.render(kind, known()), nl=False)
    else:
        click.echo("\n".join(schema.WORDS))
    return 0
