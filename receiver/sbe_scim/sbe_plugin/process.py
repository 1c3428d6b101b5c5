"""Whether a process serves the pages of Abilian SBE."""

from __future__ import annotations

import click
from flask.cli import FlaskGroup

from sbe_scim.directory.sbe import host


def serves_pages() -> bool:
    """Tell a server of pages, ``flask run`` among them, from the receiver and from ``flask`` commands."""
    if host.started_here():
        return False
    context = click.get_current_context(silent=True)
    if context is None or not isinstance(context.find_root().command, FlaskGroup):
        return True
    return context.info_name == "run"
