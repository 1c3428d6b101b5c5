"""The address of an account whose person has none is shown to nobody but administrators."""

from __future__ import annotations

import re
from typing import Any

from flask import request

from sbe_scim.directory.sbe.without_mail import DOMAIN, is_such

_BLUEPRINTS = frozenset({"social", "communities", "users"})
_ADDRESS = rf"[0-9a-f]+@{re.escape(DOMAIN)}"
#: With the link to it, or the brackets around it.
_SHOWN = re.compile(
    rf'<a\b[^>]*href="mailto:{_ADDRESS}"[^>]*>.*?</a>|\s*\((?:<i>)?{_ADDRESS}(?:</i>)?\)|{_ADDRESS}', re.DOTALL
)


def hide_addresses(response: Any) -> Any:
    """Take such addresses out of pages about people; all other responses stay as they are."""
    # In the wizard of a community people are chosen by their address.
    about_people = request.blueprint in _BLUEPRINTS and "wizard" not in (request.endpoint or "")
    if about_people and response.mimetype in ("text/html", "application/json") and not response.is_streamed:
        body = response.get_data(as_text=True)
        if DOMAIN in body:
            response.set_data(_SHOWN.sub("", body))
    return response


def leave_out_of_tables() -> None:
    """Leave the cell of such an address empty in the table of a community's members that Abilian SBE exports."""
    from abilian.core.models.subjects import User
    from abilian.sbe.apps.communities.views import views

    User.scim_shown_email = property(lambda user: None if is_such(user.email) else user.email)
    shown = {"User.email": "User.scim_shown_email"}
    views.MEMBERS_EXPORT_ATTRS = [shown.get(name, name) for name in views.MEMBERS_EXPORT_ATTRS]
