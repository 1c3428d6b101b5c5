"""``sbe-scim certify keycloak``."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy.engine import Engine

import sbe_scim
from sbe_scim.certify.admin import Realm
from sbe_scim.certify.judge import Report
from sbe_scim.certify.judge import judge as judged
from sbe_scim.certify.keycloak import APPLICATION, PLACE, KeycloakProvider
from sbe_scim.certify.module import Module
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.play import Player, play
from sbe_scim.certify.profile import Profile, profile
from sbe_scim.certify.provider import RefusedError
from sbe_scim.certify.proxy import FaultyProxy
from sbe_scim.certify.run import Run
from sbe_scim.certify.view import View, ViewError
from sbe_scim.cli.certify.journal import journal
from sbe_scim.cli.certify.telling import CouldNotRun, report_options, tell
from sbe_scim.cli.certify.waits import wait_option, waiting
from sbe_scim.cli.databases import database_option, engine
from sbe_scim.cli.keycloak.administrator import password_of
from sbe_scim.cli.types import HttpUrl
from sbe_scim.keycloak import Enablement, KeycloakAdmin, KeycloakError
from sbe_scim.keycloak import enable as enable_realm
from sbe_scim.keycloak.profile import DEFAULT_MAPPING
from sbe_scim.keycloak.registration import DatabaseReceiver
from sbe_scim.keycloak.scope import Scope
from sbe_scim.store import sources, tokens

_PLACES = tuple(f"{name}=urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User:{name}" for name in PLACE)
_PREFIX = "cert-"
#: What the command finds in its context where more is in hand than the servers' addresses: it makes the provider, of
#: the realm, the receiver's SCIM base URL and the server's URL as it reaches itself.
MakeProvider = Callable[[Realm, str, str], KeycloakProvider]
#: What can be behind a Keycloak that is started for it.
DIRECTORIES = ("openldap", "samba")
#: Nobody has asked for what a directory takes away: of that the connector lets one in a hundred pass within a quarter
#: of an hour, and modules up to these take eight. The wrong filter is last, for what passes of it counts too.
_CROWD = 900
_DIRECTORY = ("L41", "L45", "L46", "L47", "L42")
_CHECKOUT = Path(sbe_scim.__file__).parents[2]


@click.command("keycloak")
@click.option(
    "--server",
    type=HttpUrl(),
    metavar="URL",
    help="Keycloak with the connector. Without it, in a checkout of the project, all servers are started for it.",
)
@click.option("--admin-user", default="admin", show_default=True, help="Administrator of the realm master.")
@click.option("--receiver", type=HttpUrl(), metavar="URL", help="SCIM base URL as Keycloak and this machine reach it.")
@click.option(
    "--listen",
    metavar="HOST",
    help="This machine as Keycloak reaches it: a proxy that makes faults listens here. Without it no faults are made.",
)
@click.option("--inside", type=HttpUrl(), metavar="URL", help="Keycloak as it reaches itself, where not by --server.")
@click.option(
    "--directory",
    type=click.Choice(DIRECTORIES),
    help="Where servers are started for it: what is behind Keycloak, OpenLDAP by default; samba is Active Directory.",
)
@click.option("--module", "chosen", multiple=True, type=click.Choice(list(MODULES)), help="Only this. Repeatable.")
@wait_option
@database_option
@report_options
def keycloak(
    server: str | None,
    admin_user: str,
    receiver: str | None,
    listen: str | None,
    inside: str | None,
    directory: str | None,
    chosen: tuple[str, ...],
    waits: tuple[str, ...],
    database: str,
    report: Path | None,
    evidence: Path | None,
    key: Path,
    strict: bool,
    as_json: bool,
) -> None:
    """Certify a real Keycloak with the connector: in a realm of its own, which is gone afterwards.

    People and groups are made, changed and deleted there, the receiver is looked at, and its journal is judged. It
    takes some minutes. The realm is registered at the receiver as a source, which is removed at the end.
    """
    started: MakeProvider | None = click.get_current_context().obj
    if server is None:
        _started(sys.argv[3:])
    if directory is not None and started is None:
        raise click.UsageError("--directory is for servers that are started here: --server has its own")
    if receiver is None:
        raise click.UsageError("--receiver is needed with --server")
    known = waiting(profile("keycloak"), waits)
    if started is not None and not chosen:
        # All servers are in hand: whatever a directory takes away is played.
        known = replace(known, crowd=_CROWD)
    modules = {name: MODULES[name] for name in _in_order() if not chosen or name in chosen}
    password = password_of(admin_user)
    make = started or KeycloakProvider
    try:
        with engine(database) as opened:
            realm = Realm(server, admin_user, password, f"{_PREFIX}{secrets.token_hex(4)}")
            provider = make(realm, receiver.rstrip("/"), (inside or server).rstrip("/"))
            made = _certified(provider, (admin_user, password), receiver.rstrip("/"), listen, opened, known, modules)
    except (KeycloakError, RefusedError, ViewError) as error:
        raise CouldNotRun(str(error)) from None
    tell(made, report, evidence, key, strict=strict, as_json=as_json)


def _in_order() -> Sequence[str]:
    """All modules, those of a directory one after the other."""
    others = [name for name in MODULES if name not in _DIRECTORY]
    after = others.index("L43")
    return [*others[:after], *_DIRECTORY, *others[after:]]


def _started(arguments: Sequence[str]) -> NoReturn:
    """Have the checkout start its servers, and certify them."""
    if not (_CHECKOUT / "tests/certification/__main__.py").is_file():
        raise click.UsageError("--server is needed: only a checkout of the project can start servers")
    done = subprocess.run([sys.executable, "-m", "tests.certification", *arguments], cwd=_CHECKOUT, check=False)  # noqa: S603 - our own
    click.get_current_context().exit(done.returncode)


def _certified(
    provider: KeycloakProvider,
    administrator: tuple[str, str],
    receiver: str,
    listen: str | None,
    opened: Engine,
    known: Profile,
    modules: Mapping[str, Module],
) -> Report:
    realm, name = provider.realm, provider.realm.name
    identifier = name.removeprefix(_PREFIX)
    with ExitStack() as ends:
        ends.callback(realm.close)
        proxy = FaultyProxy(receiver, listen) if listen else None
        if proxy is not None:
            ends.callback(proxy.close)
        token = ends.enter_context(_source(opened, name))
        view = View(receiver, token, identifier)
        ends.callback(view.close)
        ends.callback(view.clear)
        # Gone before its people are: nobody would send them again.
        ends.callback(provider.delete_realm)
        provider.make_realm()
        wanted = Enablement(
            name,
            proxy.url if proxy else receiver,
            audience=receiver,
            attribute_mapping=(*DEFAULT_MAPPING, *_PLACES),
            declare_attributes=True,
            scope=Scope(roles=(APPLICATION,)),
        )
        with KeycloakAdmin(realm.server, *administrator) as admin:
            _trust(opened, name, realm.discovery(), receiver)
            enable_realm(admin, wanted, DatabaseReceiver(opened, name))
        player = Player(provider, view, known.waits, proxy, known.missing)
        click.echo(f"Realm {name}: {known.crowd} people first", err=True)
        player.gather(known.crowd)
        steps = play(player, modules.values(), _say)
        version = " + ".join(filter(None, (realm.version(), provider.behind)))
        run = Run(identifier, "keycloak", known.title.en, version, known.name, name, known.waits, steps)
        return judged(journal(opened, name, run), known, MODULES.values(), run)


@contextmanager
def _source(opened: Engine, name: str) -> Iterator[str]:
    """A source of this name, from whose people as many may go as modules need; a token that sees what it has."""
    with opened.begin() as connection:
        made = sources.add(connection, name, dialect="keycloak", storm_limit=None)
        token = tokens.create(connection, made.id)
    try:
        yield token
    finally:
        with opened.begin() as connection:
            sources.remove(connection, name)


def _trust(opened: Engine, name: str, published: Mapping[str, Any], receiver: str) -> None:
    issuer, jwks_url = str(published.get("issuer")), str(published.get("jwks_uri"))
    with opened.begin() as connection:
        sources.change(connection, name, issuer=issuer, audience=receiver, jwks_url=jwks_url)


def _say(module: Module) -> None:
    click.echo(f"{module.id} {module.title.en}", err=True)
