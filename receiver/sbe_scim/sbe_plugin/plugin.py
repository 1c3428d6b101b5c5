"""What is done to an application of Abilian SBE that serves pages."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sbe_scim.options import SettingsError
from sbe_scim.sbe_plugin import governed, lists, mail, people, provisioning, replies
from sbe_scim.sbe_plugin.process import serves_pages
from sbe_scim.sbe_plugin.repairs import REPAIRS, Repair

#: Which repairs are made: names of them with a comma between, ``all`` or ``none``.
REPAIRS_VARIABLE = "SBE_SCIM_SBE_REPAIRS"

_log = logging.getLogger(__name__)


def register_plugin(app: Any) -> None:
    """Prepare an application; Abilian SBE calls this. Raises nothing."""
    # Workers and commands send mail too, and it is workers that take it.
    _try("mail", mail.guard)
    _try("replies", replies.guard)
    if not serves_pages():
        return
    _try("sign-in", partial(_set_up_sign_in, app))
    _try("people", partial(people.set_up, app))
    _try("provisioning", partial(provisioning.set_up, app))
    _try("governed", partial(governed.set_up, app))
    _try("lists", partial(lists.set_up, app))
    try:
        repairs = chosen(os.environ)
    except SettingsError as error:
        _log.error("sbe_scim.sbe_plugin: %s; no repair is made", error)
        return
    for repair in repairs:
        _try(repair.name, partial(_repair, repair, app))


def chosen(environment: Mapping[str, str]) -> tuple[Repair, ...]:
    """The repairs that a server of pages makes. Raises :class:`SettingsError` for a name that is none."""
    given = [name.strip() for name in environment.get(REPAIRS_VARIABLE, "").split(",") if name.strip()]
    if given in ([], ["all"]):
        return REPAIRS
    if given == ["none"]:
        return ()
    known = {repair.name: repair for repair in REPAIRS}
    if unknown := [name for name in given if name not in known]:
        raise SettingsError(f"{REPAIRS_VARIABLE}: {unknown[0]!r} is no repair; use all, none, or of {', '.join(known)}")
    return tuple(known[name] for name in dict.fromkeys(given))


def _set_up_sign_in(app: Any) -> None:
    # Its libraries come with the extra `sbe`, which a receiver without Abilian SBE does not need.
    from sbe_scim.sbe_plugin.sign_in import set_up

    set_up(app, os.environ)


def _repair(repair: Repair, app: Any) -> None:
    if repair.is_needed(app):
        repair.apply(app)
        _log.info("sbe_scim.sbe_plugin: %s repaired", repair.name)


def _try(part: str, prepare: Callable[[], None]) -> None:
    try:
        prepare()
    except ModuleNotFoundError as error:
        _log.error("sbe_scim.sbe_plugin: %s: nothing is done, install abilian-sbe-scim[sbe] (no %s)", part, error.name)
    except Exception as error:
        # An Abilian SBE that is built otherwise has its pages as they were.
        _log.error("sbe_scim.sbe_plugin: %s: nothing is done (%s)", part, type(error).__name__)
