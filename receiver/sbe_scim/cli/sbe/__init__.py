"""``sbe-scim sbe``: Abilian SBE itself, where its virtualenv and variables are."""

from __future__ import annotations

import click

from sbe_scim.cli.sbe.adopt import adopt
from sbe_scim.cli.sbe.check import check
from sbe_scim.cli.sbe.doctor import doctor
from sbe_scim.cli.sbe.reindex import reindex
from sbe_scim.cli.sbe.remove import remove
from sbe_scim.cli.sbe.role import role
from sbe_scim.cli.sbe.unadopt import unadopt


@click.group()
def sbe() -> None:
    """Look after the Abilian SBE in whose virtualenv this is, with its own variables (FLASK_…)."""


_COMMANDS = (doctor, adopt, unadopt, check, reindex, remove, role)
for command in _COMMANDS:
    sbe.add_command(command)
