"""Faults of Abilian SBE 1.1 that people meet once accounts and groups are provisioned, and how each is repaired.

Each repair looks whether its fault is there: a release that has mended it stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from sqlalchemy import literal

#: What the pages of Abilian SBE need beyond Talisman's default: their own scripts and styles stand in them.
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "frame-ancestors": "'self'",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One fault: what a person meets, whether this application has it, and what takes it away."""

    name: str
    fault: str
    is_needed: Callable[[Any], bool]
    apply: Callable[[Any], None]


def _groups_have_no_order(_app: Any) -> bool:
    from abilian.core.models.subjects import Group

    return not any("__lt__" in vars(parent) for parent in Group.__mro__ if parent is not object)


def _order_groups(_app: Any) -> None:
    from abilian.core.models.subjects import Group

    Group.__lt__ = lambda self, other: (self.name or "", self.id or 0) < (other.name or "", other.id or 0)


def _ids_come_as_rows(app: Any) -> bool:
    from abilian.sbe.apps.communities.models import Membership

    with app.app_context():
        (found,) = Membership.query.values(literal(1))
    return bool(found != 1)


def _unpack_ids(_app: Any) -> None:
    from abilian.sbe.apps.communities.models import Membership

    class MembershipQuery(Membership.query_class):  # type: ignore[misc, unused-ignore]
        def values(self, *columns: Any) -> Iterable[Any]:
            rows = super().values(*columns)
            return (value for (value,) in rows) if len(columns) == 1 else rows

    Membership.query_class = MembershipQuery


def _membership_prints_bytes(_app: Any) -> bool:
    from abilian.sbe.apps.communities.models import Membership

    return isinstance(Membership.__repr__(Membership()), bytes)


def _print_membership(_app: Any) -> None:
    from abilian.sbe.apps.communities.models import Membership

    printed = Membership.__repr__
    Membership.__repr__ = lambda self: printed(self).decode()


def _settings_forget_the_group(_app: Any) -> bool:
    from abilian.sbe.apps.communities.forms import CommunityForm
    from abilian.sbe.apps.communities.models import Community
    from abilian.sbe.apps.communities.views.views import BaseCommunityView

    field_without_value = hasattr(CommunityForm, "linked_group") and not hasattr(Community, "linked_group")
    return field_without_value and not hasattr(BaseCommunityView.get_form_kwargs, "__wrapped__")


def _show_the_group(_app: Any) -> None:
    from abilian.sbe.apps.communities.views.views import BaseCommunityView

    form_kwargs = BaseCommunityView.get_form_kwargs

    @wraps(form_kwargs)
    def with_group(view: Any) -> dict[str, Any]:
        group = view.obj.group
        return {**form_kwargs(view), "linked_group": "" if group is None else str(group.id)}

    BaseCommunityView.get_form_kwargs = with_group


def _own_scripts_are_blocked(app: Any) -> bool:
    talisman = _talisman(app)
    if talisman is None or "CONTENT_SECURITY_POLICY" in app.config:
        return False
    policy = talisman.content_security_policy or {}
    return "'unsafe-inline'" not in policy.get("script-src", policy.get("default-src", "'unsafe-inline'"))


def _allow_own_scripts(app: Any) -> None:
    talisman = _talisman(app)
    talisman.content_security_policy = dict(CONTENT_SECURITY_POLICY)


def _talisman(app: Any) -> Any:
    """The extension that adds security headers to answers; ``None`` in debug mode, which has none."""
    from flask_talisman import Talisman  # type: ignore[import-not-found, unused-ignore]

    owners = (getattr(function, "__self__", None) for function in app.after_request_funcs.get(None, ()))
    return next((owner for owner in owners if isinstance(owner, Talisman)), None)


REPAIRS = (
    Repair(
        "group-order",
        "the administration's list of users stays empty once one person is in two groups",
        _groups_have_no_order,
        _order_groups,
    ),
    Repair(
        "feed",
        "the feed and all profiles answer 500 to every member of a community",
        _ids_come_as_rows,
        _unpack_ids,
    ),
    Repair(
        "community-members",
        "to add or to remove a member by hand answers 500 on the page of a linked community",
        _membership_prints_bytes,
        _print_membership,
    ),
    Repair(
        "linked-group",
        "to save the settings of a linked community unlinks its group, and empties both",
        _settings_forget_the_group,
        _show_the_group,
    ),
    Repair(
        "content-security-policy",
        "browsers block the scripts of Abilian SBE's own pages, and lists stay empty",
        _own_scripts_are_blocked,
        _allow_own_scripts,
    ),
)
