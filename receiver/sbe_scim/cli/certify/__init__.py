"""``sbe-scim certify``: whether an identity provider provisions as it should."""

from __future__ import annotations

import click

from sbe_scim.cli.certify.judging import judge
from sbe_scim.cli.certify.live import live
from sbe_scim.cli.certify.realm import keycloak
from sbe_scim.cli.certify.replaying import replayed
from sbe_scim.cli.certify.verifying import verify


@click.group()
def certify() -> None:
    """Judge whether an identity provider provisions correctly, and how long a leaver takes to be out.

    \b
    Exit codes: 0 passed, 1 failed, 2 warnings (with --strict) or wrong use, 3 it could not run,
    4 not complete: something was not seen.
    """


for command in (keycloak, live, replayed, judge, verify):
    certify.add_command(command)
