"""What of an Abilian SBE keeps provisioned people from seeing it as they should."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sbe_scim.commandline import command
from sbe_scim.directory.sbe import broker, clients, without_mail
from sbe_scim.directory.sbe.host import Host
from sbe_scim.directory.sbe.sealed import Seal
from sbe_scim.options import SettingsError
from sbe_scim.sbe_plugin.plugin import REPAIRS_VARIABLE, chosen
from sbe_scim.sbe_plugin.repairs import REPAIRS
from sbe_scim.sbe_plugin.settings import LOCAL_PASSWORDS, PLUGIN, PLUGINS_VARIABLE, are_closed, is_loaded

_REINDEX = command("sbe", "reindex")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``remedy`` is what somebody has to do, ``None`` where all is well."""

    name: str
    told: str
    remedy: str | None = None


def examine(host: Host, environment: Mapping[str, str]) -> list[Finding]:
    """Look at everything; what cannot be looked at is a finding too."""
    looks: tuple[Callable[[Host, Mapping[str, str]], Iterator[Finding]], ...] = (
        _release,
        _faults,
        _plugin,
        _sign_in,
        _without_mail,
        _queue,
        _index,
        _translations,
    )
    found: list[Finding] = []
    for look in looks:
        try:
            found.extend(look(host, environment))
        except Exception as error:
            name = look.__name__.strip("_").replace("_", " ")
            found.append(Finding(name, f"cannot be looked at ({type(error).__name__})", "see the log of Abilian SBE"))
    return found


def _release(host: Host, _environment: Mapping[str, str]) -> Iterator[Finding]:
    yield Finding("Abilian SBE", f"{version('abilian-sbe')}, on {host.engine.dialect.name}")


def _faults(host: Host, environment: Mapping[str, str]) -> Iterator[Finding]:
    loaded = is_loaded(environment)
    try:
        made = {repair.name for repair in chosen(environment)} if loaded else set()
    except SettingsError:
        made = set()
    for repair in REPAIRS:
        if not repair.is_needed(host.app):
            continue
        if repair.name in made:
            yield Finding(repair.name, f"repaired by the plugin: {repair.fault}")
        else:
            remedy = f"let {REPAIRS_VARIABLE} name it" if loaded else f"load the plugin: {_line()}"
            yield Finding(repair.name, repair.fault, remedy)


def _plugin(_host: Host, environment: Mapping[str, str]) -> Iterator[Finding]:
    given = environment.get(PLUGINS_VARIABLE)
    try:
        listed = None if given is None else json.loads(given)
    except ValueError:
        listed = ()
    if listed is not None and not (isinstance(listed, list) and all(isinstance(name, str) for name in listed)):
        yield Finding("plugin", f"{PLUGINS_VARIABLE} is no JSON list of names", f"write {_line()}")
    elif not is_loaded(environment):
        yield Finding("plugin", "not loaded by these variables", f"set {_line()} where pages are served")
    else:
        try:
            yield Finding("plugin", f"loaded, makes {len(chosen(environment))} of {len(REPAIRS)} repairs")
        except SettingsError as error:
            yield Finding("plugin", str(error), f"correct {REPAIRS_VARIABLE}")


def _sign_in(host: Host, environment: Mapping[str, str]) -> Iterator[Finding]:
    with host.engine.connect() as connection:
        known = clients.find_all(connection)
    if not known:
        yield Finding("sign-in", "nobody signs in by a realm: sbe-scim keycloak enable --sign-in")
    seal = Seal(environment["FLASK_SECRET_KEY"])
    for client in known:
        told = f"people of source {client.source!r} sign in at {client.url} by client {client.client_id!r}"
        if seal.open(client.client_secret) is None:
            yield Finding("sign-in", f"{told}; its secret was kept under another FLASK_SECRET_KEY", "enable again")
        elif not is_loaded(environment):
            yield Finding("sign-in", told, f"load the plugin: {_line()}")
        else:
            yield Finding("sign-in", told)
    if known:
        yield _local_passwords(environment)


def _local_passwords(environment: Mapping[str, str]) -> Finding:
    try:
        told = "refused" if are_closed(environment) else f"good too; {LOCAL_PASSWORDS}=unlinked refuses them"
    except SettingsError as error:
        return Finding("local passwords", str(error), f"correct {LOCAL_PASSWORDS}")
    return Finding("local passwords", f"of people who sign in at a realm: {told}")


def _without_mail(host: Host, environment: Mapping[str, str]) -> Iterator[Finding]:
    with host.engine.connect() as connection:
        names = without_mail.sources(connection)
    if names:
        told = f"people without one are let in from {', '.join(names)}"
        if is_loaded(environment):
            yield Finding("mail addresses", f"{told}; no mail goes to them where these variables are set")
        else:
            remedy = f"load the plugin, where pages, workers and commands run: {_line()}"
            yield Finding("mail addresses", f"{told}, and mail would go to addresses that are nobody's", remedy)


def _queue(_host: Host, _environment: Mapping[str, str]) -> Iterator[Finding]:
    try:
        queue = broker.look()
    except broker.BrokerAwayError as error:
        remedy = f"start it, then run {_REINDEX} for what was missed"
        yield Finding("Redis", f"does not answer ({error}): search finds nobody new", remedy)
        return
    if queue is None:
        yield Finding("Redis", "not used: what is written is indexed at once")
    elif queue.is_behind:
        told = f"answers; {queue.waiting} tasks wait for a worker, the oldest for {queue.oldest:.0f} s"
        yield Finding("Redis", told, "start a worker (flask worker), or more of them")
    else:
        yield Finding("Redis", f"answers; {queue.waiting} tasks wait for a worker (flask worker)")


def _index(host: Host, _environment: Mapping[str, str]) -> Iterator[Finding]:
    from abilian.services import index_service

    from sbe_scim.directory.sbe import search

    with host.app.app_context():
        folder = Path(index_service.app_state.whoosh_base)
        documents = index_service.index().doc_count()
    missing = search.missing_people(host)
    told = f"{documents} documents in {folder}"
    if missing:
        yield Finding("search index", f"{told}; {missing} people are not in it", f"run {_REINDEX}")
    else:
        yield Finding("search index", told)


def _translations(_host: Host, _environment: Mapping[str, str]) -> Iterator[Finding]:
    import abilian

    folder = Path(abilian.__file__).parent / "translations"
    missing = sorted(
        po.parents[1].name for po in folder.glob("*/LC_MESSAGES/*.po") if not po.with_suffix(".mo").exists()
    )
    if missing:
        told = f"{', '.join(missing)} are not compiled: pages are English for everybody"
        yield Finding("translations", told, f"run pybabel compile -d {folder}")
    else:
        yield Finding("translations", "compiled")


def _line() -> str:
    return f"{PLUGINS_VARIABLE}='{json.dumps([PLUGIN])}'"
