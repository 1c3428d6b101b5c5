"""The options that say who of a realm is provisioned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from sbe_scim.keycloak.scope import Scope

Command = TypeVar("Command", bound=Callable[..., Any])


def scope_options(command: Command) -> Command:
    """Add the options; :func:`chosen` takes them out of a command's options."""
    for option in (
        click.option(
            "--out-of-scope",
            type=click.Choice(["deactivate", "delete"]),
            help="What becomes of the account of somebody who leaves the scope. Default: deactivate.",
        ),
        click.option(
            "--group-root",
            "group_roots",
            multiple=True,
            metavar="PATH",
            help="A group to send, with those below; may be repeated. Default: all groups.",
        ),
        click.option("--everybody", is_flag=True, help="All people and all groups: takes a scope away."),
        click.option(
            "--scope-attribute",
            "attributes",
            multiple=True,
            metavar="NAME=VALUE",
            help="Only who has this value of an attribute; may be repeated.",
        ),
        click.option(
            "--scope-role",
            "roles",
            multiple=True,
            metavar="ROLE|CLIENT/ROLE",
            help="Only who has this role in effect: directly, by a group or by another role; may be repeated.",
        ),
        click.option(
            "--scope-group",
            "groups",
            multiple=True,
            metavar="PATH",
            help="Only who is in this group or below, by its path such as /Agents/DSI; may be repeated.",
        ),
    ):
        command = option(command)
    return command


def chosen(options: dict[str, Any]) -> dict[str, Any]:
    """Take the options out of ``options``: fields of an enablement, without those that stay as they are."""
    scope = Scope(options.pop("groups"), options.pop("roles"), options.pop("attributes"))
    everybody = options.pop("everybody")
    roots, out_of_scope = options.pop("group_roots"), options.pop("out_of_scope")
    if everybody and scope != Scope():
        raise click.UsageError("--everybody and a scope exclude each other")
    return {
        "scope": scope if everybody or scope != Scope() else None,
        "group_roots": roots if everybody or roots else None,
        "out_of_scope": out_of_scope,
    }
