"""What Abilian SBE keeps of a SCIM user: the mapping, without any I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sbe_scim.directory.port import DirectoryUser
from sbe_scim.directory.sbe.without_mail import is_such
from sbe_scim.protocol import InvalidValue, primary_mail

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class Profile:
    """The columns of an account. Names are never NULL: pages of Abilian SBE fail on it."""

    email: str
    first_name: str
    last_name: str
    locale: str | None
    timezone: str | None


def profile_of(user: DirectoryUser, instead: Callable[[], str | None] = lambda: None) -> Profile:
    """Map a SCIM user. ``locale`` and ``timezone`` are as Abilian SBE spells them, but not yet known to be valid.

    ``instead`` is asked for an address where the user has none; without it, that of a leaver gets a placeholder.
    Raises :class:`InvalidValue` when there is none at all: an account cannot be without.
    """
    document = user.document
    name: Mapping[str, Any] = document.get("name") or {}
    first, last = name.get("givenName") or "", name.get("familyName") or ""
    if not (first or last):
        last = document.get("displayName") or name.get("formatted") or ""
    return Profile(_email(user, instead), first, last, _locale(document), document.get("timezone"))


def is_mail(text: str) -> bool:
    """Tell whether an account can have this address."""
    return _EMAIL.fullmatch(text) is not None


def _email(user: DirectoryUser, instead: Callable[[], str | None]) -> str:
    chosen = primary_mail(user.document)
    if chosen is not None:
        if not is_mail(chosen) or is_such(chosen):
            raise InvalidValue(
                "emails: the one that counts (primary, else work, else the first) is no e-mail address",
                reason="mail_unusable",
            )
        return chosen.lower()
    if is_mail(user.user_name) and not is_such(user.user_name):
        return user.user_name.lower()
    given = instead()
    if given is not None:
        return given
    if not user.active and not user.created:
        # A leaver, whose address somebody else has by now.
        return f"{user.id}@removed.invalid"
    raise InvalidValue(
        "emails: an account of Abilian SBE needs an e-mail address; give emails, or a userName that is one",
        reason="mail_missing",
    )


def _locale(document: Mapping[str, Any]) -> str | None:
    # preferredLanguage may be a list with weights, as in an Accept-Language header (RFC 7643 §4.1.1).
    wanted = document.get("locale") or document.get("preferredLanguage") or ""
    return re.split(r"[,;]", wanted)[0].strip().replace("-", "_") or None
