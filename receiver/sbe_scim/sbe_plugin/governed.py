"""What an identity provider governs is told by the administration's forms, and nobody changes it there or elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from functools import wraps
from typing import Any

from flask import abort, request

from sbe_scim.directory.sbe import links
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.store import Source, has_tables, sources

#: Where Abilian SBE lets anybody into any group, and by it into a community. No page leads there.
_BY_ONESELF = "social.group_post"

_TEXTS = {
    "en": "Managed by {who}: to be changed there.",
    "fr": "Géré par {who} : à modifier là-bas.",
}


def set_up(app: Any) -> None:
    """Join it to the forms of accounts and groups. Whether somebody may log in stays the administrator's to say."""
    from abilian.web.admin.panels.groups.views import GroupEdit
    from abilian.web.admin.panels.users.views import UserEdit

    _govern(UserEdit, Kind.USER, ("email", "first_name", "last_name"))
    _govern(GroupEdit, Kind.GROUP, ("name",))
    app.before_request(_stay_as_one_is)


def _stay_as_one_is() -> None:
    """Refuse who would join or leave by themselves a group that an identity provider governs."""
    if request.endpoint != _BY_ONESELF or request.form.get("action") not in ("join", "leave"):
        return
    from abilian.core.extensions import db
    from abilian.core.models.subjects import Group

    group = db.session.get(Group, (request.view_args or {})["group_id"])
    if group is not None and _source(Kind.GROUP, group) is not None:
        abort(403)


def _govern(view: Any, kind: Kind, names: Collection[str]) -> None:
    prepare = view.prepare_args

    @wraps(prepare)
    def prepare_args(self: Any, args: Any, kwargs: Any) -> Any:
        prepared = prepare(self, args, kwargs)
        source = _source(kind, self.obj)
        if source is not None:
            for name in names:
                _fix(self.form[name], getattr(self.obj, name), _managed(source))
        return prepared

    view.prepare_args = prepare_args


def _fix(field: Any, value: Any, told: str) -> None:
    field.render_kw = {**(field.render_kw or {}), "readonly": True}
    field.description = told
    # Whatever was sent; and who has one name only can be closed all the same, though Abilian SBE asks for two.
    field.data, field.validators = value, ()


def _source(kind: Kind, row: Any) -> Source | None:
    """The source that governs a row; ``None`` where nobody does."""
    from abilian.core.extensions import db

    connection = db.session.connection()
    link = links.of_row(connection, kind, row) if has_tables(connection) else None
    if link is None or link.removed:
        return None
    return next((source for source in sources.find_all(connection) if source.name == link.source), None)


def _managed(source: Source) -> str:
    realm = (source.issuer or "").rpartition("/realms/")[2]
    who = f"Keycloak (realm {realm})" if source.dialect == "keycloak" and realm else source.name
    return _TEXTS[request.accept_languages.best_match(("en", "fr"), "en")].format(who=who)
