"""The columns of an account that SCIM governs. Import it only once Abilian SBE is started."""

from __future__ import annotations

from typing import Any

from abilian.core.models.subjects import User

from sbe_scim.directory.port import DirectoryUser
from sbe_scim.directory.sbe.profile import Profile, profile_of
from sbe_scim.directory.sbe.without_mail import address_of

_CHOSEN = ("locale", "timezone")


def differing(account: Any, user: DirectoryUser) -> tuple[str, ...]:
    """The columns in which an account is not what ``user`` says. A closed one may have given its address away."""
    names = tuple(_differing(account, profile_of(user, lambda: address_of(user)), user.active))
    return names if user.active else tuple(name for name in names if name != "email")


def write(account: Any, profile: Profile, can_login: bool) -> None:
    """Bring an account to this state; what it is already is not written."""
    # An equal value, once written, is indexed again.
    for name, value in _differing(account, profile, can_login).items():
        setattr(account, name, value)


def _differing(account: Any, profile: Profile, can_login: bool) -> dict[str, Any]:
    values = {
        "email": profile.email,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "can_login": can_login,
        "deleted_at": None,
    }
    # Each person can choose these in Abilian SBE: what SCIM does not say, or they cannot have, is theirs to say.
    chosen = {name: accepted(getattr(User, name), getattr(profile, name)) for name in _CHOSEN}
    values |= {name: value for name, value in chosen.items() if value is not None}
    return {name: value for name, value in values.items() if value != _present(account, name)}


def _present(account: Any, name: str) -> Any:
    present = getattr(account, name)
    if name not in _CHOSEN or present is None:
        return present
    # What is read of these is an object, and says more than the text that is written: zh_CN is read as zh_Hans_CN.
    return accepted(getattr(User, name), str(present))


def accepted(column: Any, value: str | None) -> str | None:
    """``value`` if Abilian SBE can write it and read it back: one that it cannot read breaks its list of people."""
    kind = column.property.columns[0].type
    try:
        stored: str | None = kind.process_bind_param(value, None)
        kind.process_result_value(stored, None)
    except Exception:
        # Babel and pytz have an error class each for each way of being wrong, and they differ between releases.
        return None
    return stored
