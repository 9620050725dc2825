"""Filling the templates; their marks are `{= … =}`, since pipelines have `{{ … }}` for themselves."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "pages"


def filled(template: str, **words: object) -> str:
    """Return a template with its words filled in; one that is missing is an error, never an empty place."""
    return _environment().get_template(f"{template}.j2").render(words)


@cache
def _environment() -> Environment:
    # Imported here, so that only a command that writes files pays for it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        # None of the files is HTML.
        autoescape=select_autoescape(enabled_extensions=(), default_for_string=False),
        variable_start_string="{=",
        variable_end_string="=}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
