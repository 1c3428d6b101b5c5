"""A page of the administration, which only reads."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request

from sbe_scim.journal import people
from sbe_scim.sbe_plugin.provisioning import overview
from sbe_scim.sbe_plugin.provisioning.texts import remedies, texts
from sbe_scim.store import has_tables

PATH = "/admin/provisioning"


def set_up(app: Any) -> None:
    """Join it to the administration of an application that has not shown a page yet."""
    from abilian.services.security import ADMIN
    from abilian.web.access_blueprint import AccessControlBlueprint
    from abilian.web.action import actions
    from abilian.web.nav import BreadcrumbItem, NavItem
    from flask_babel.speaklater import LazyString  # type: ignore[import-not-found, unused-ignore]

    admin = app.extensions["admin"]
    title = LazyString(lambda: texts()["title"])
    item = NavItem("admin:panel", "provisioning", title=title, icon="transfer", endpoint="provisioning.show")

    def show() -> Any:
        g.nav["active"] = item.path
        g.breadcrumb += [admin.root_breadcrumb_item, BreadcrumbItem(label=title, icon="transfer", url=PATH)]
        return _page()

    pages = AccessControlBlueprint("provisioning", __name__, allowed_roles=ADMIN, template_folder="templates")
    pages.add_url_rule(PATH, "show", show)
    app.register_blueprint(pages)
    admin.nav_root.append(item)
    with app.app_context():
        actions.register(item)


def _page() -> Any:
    from abilian.core.extensions import db
    from abilian.core.models.subjects import User
    from abilian.core.util import local_dt

    connection = db.session.connection()
    who = request.args.get("who", "").strip()
    told: dict[str, Any] = {"words": texts(), "who": who, "local": local_dt, "ready": has_tables(connection)}
    if told["ready"]:
        closed = overview.closed_by_hand(connection)
        told |= {
            "standings": overview.standings(connection),
            "refusals": people.refusals(connection, remedies()),
            "compared": overview.compared(connection),
            "repaired": overview.repaired(connection),
            "closed": User.query.filter(User.id.in_(closed), User.can_login.is_(False)).all() if closed else [],
            "history": overview.history(connection, who) if who else [],
        }
    return render_template("sbe_scim/provisioning.html", **told)
