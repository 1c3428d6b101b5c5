"""``sbe-scim certify``: whether an identity provider provisions as it should."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from sbe_scim.cli.certify.judging import judge
from sbe_scim.cli.certify.live import live
from sbe_scim.cli.certify.realm import keycloak
from sbe_scim.cli.certify.replaying import replayed
from sbe_scim.cli.certify.telling import CouldNotRun
from sbe_scim.cli.certify.verifying import verify
from sbe_scim.cli.databases import refusal
from sbe_scim.cli.output import broken


class _Judging(click.Group):
    """Commands whose 1 says that something failed: what kept them from judging is another code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except SQLAlchemyError as error:
            raise CouldNotRun(refusal(error)) from None
        except OSError as error:
            raise CouldNotRun(f"{broken(error)}.") from None
        except (click.Abort, KeyboardInterrupt):
            raise CouldNotRun("Interrupted.") from None
        except click.ClickException as error:
            if type(error) is not click.ClickException:
                raise
            raise CouldNotRun(error.message) from None


@click.group(cls=_Judging)
def certify() -> None:
    """Judge whether an identity provider provisions correctly, and how long a leaver takes to be out.

    \b
    Exit codes: 0 passed, 1 failed, 2 warnings (with --strict) or wrong use, 3 it could not run,
    4 not complete: something was not seen.
    """


for command in (keycloak, live, replayed, judge, verify):
    certify.add_command(command)
