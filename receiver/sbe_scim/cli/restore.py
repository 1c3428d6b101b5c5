"""``sbe-scim restore``: who was deleted comes back."""

from __future__ import annotations

import json
import os
from dataclasses import asdict

import click

from sbe_scim.cli.databases import database_option
from sbe_scim.cli.output import fail, json_option
from sbe_scim.cli.ports import open_receiver
from sbe_scim.config import Settings
from sbe_scim.options import SettingsError
from sbe_scim.protocol import ScimError
from sbe_scim.service import restoring
from sbe_scim.service.registering import registered
from sbe_scim.service.restoring import Restored, RestoreError


@click.command()
@click.argument("who")
@click.option("--group", is_flag=True, help="WHO is a group: its name, externalId or SCIM id.")
@database_option
@json_option
def restore(who: str, group: bool, database: str, as_json: bool) -> None:
    """Bring back a person who was deleted: WHO is a user name, mail address, externalId or SCIM id.

    They come back as they were, with their account, in the groups that still are and with the roles that these give.
    The identity provider may not have them any more: they have no externalId until it sends them again, so that it does
    not take them away once more. It works for 30 days (SBE_SCIM_RESTORE_DAYS), and not for who was erased.
    """
    with open_receiver(database) as ports:
        try:
            with ports.transactions.write() as writing:
                kinds = registered(writing.connection).resource_types
                kind = next(kind for kind in kinds if kind.joins_groups is not group)
                found = restoring.find(writing.connection, kind, who)
                done = restoring.restore(writing, ports.directory, kind, found, restore_days())
        except RestoreError as error:
            fail(f"{error}.")
        except ScimError as error:
            fail(f"{error.detail}.")
    click.echo(json.dumps(asdict(done)) if as_json else _told(done, group))


def restore_days() -> int:
    """How long who was deleted can be restored, in days, as the receiver's settings have it."""
    try:
        return Settings.load(env=os.environ).restore_days
    except SettingsError as error:
        raise click.UsageError(str(error)) from None


def _told(done: Restored, group: bool) -> str:
    state = "" if done.active else ", inactive as before"
    what = ("member", "members") if group else ("group", "groups")
    count = f"{done.memberships} {what[done.memberships != 1]}"
    return f"Restored: {done.id}, source {done.source}{state}, {'with' if group else 'in'} {count}."
