"""People whom somebody adds to a community by a list of mail addresses: its managers only, and in whatever case.

Abilian SBE does not ask whether who sends such a list manages the community. Each member could raise themselves, put
others in, into a group that SCIM governs too, and make accounts that may log in beside those that come by SCIM.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import wraps
from typing import Any

from sqlalchemy import func, select

#: The pages of a list, of which the last one does what was said.
_PAGES = "communities.wizard_"


def set_up(app: Any) -> None:
    """Guard the pages of lists; to be asked for by who may add one member by hand."""
    from abilian.sbe.apps.communities.security import require_manage
    from abilian.sbe.apps.communities.views import wizard

    for name, view in app.view_functions.items():
        if name.startswith(_PAGES):
            # It keeps module and name, by which Abilian SBE lets it pass the check of forms.
            app.view_functions[name] = require_manage(view)
    extract = wizard.wizard_extract_data

    @wraps(extract)
    def extract_in_any_case(
        emails: Collection[str] = (), csv_data: Collection[Mapping[str, str]] = ()
    ) -> tuple[Any, Any, Any]:
        # Who is there in another case would be new: an error on PostgreSQL, a second account on SQLite.
        known = _known([*emails, *(row["email"] for row in csv_data)])
        rows = [{**row, "email": known.get(row["email"].lower(), row["email"])} for row in csv_data]
        found: tuple[Any, Any, Any] = extract([known.get(mail.strip().lower(), mail) for mail in emails], rows)
        return found

    wizard.wizard_extract_data = extract_in_any_case


def _known(mails: Collection[str]) -> dict[str, str]:
    """The addresses of accounts as they are spelled there, by what they are in small letters."""
    from abilian.core.extensions import db
    from abilian.core.models.subjects import User

    asked = {mail.strip().lower() for mail in mails}
    query = select(User.email).where(func.lower(User.email).in_(asked))
    return {mail.lower(): mail for mail in db.session.execute(query).scalars()}
