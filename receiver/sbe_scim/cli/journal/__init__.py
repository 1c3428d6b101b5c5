"""``sbe-scim journal``: requests, refusals with their remedies, and one person's history."""

from __future__ import annotations

import click

from sbe_scim.cli.journal.people import person, refused
from sbe_scim.cli.journal.rows import export, list_rows, show


@click.group()
def journal() -> None:
    """Look into the receiver's journal: requests, refusals with their remedies, and one person's history."""


for command in (list_rows, show, person, refused, export):
    journal.add_command(command)
