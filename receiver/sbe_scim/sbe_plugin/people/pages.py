"""The profile and the directory of people show what SCIM knows of them, and whose account is closed; search too."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import request
from jinja2 import (  # type: ignore[import-not-found, unused-ignore]
    ChoiceLoader,
    FunctionLoader,
    PackageLoader,
)
from markupsafe import escape  # type: ignore[import-not-found, unused-ignore]

from sbe_scim.sbe_plugin.people.addresses import hide_addresses, leave_out_of_tables
from sbe_scim.sbe_plugin.people.details import Details, People
from sbe_scim.sbe_plugin.people.search import mark_closed
from sbe_scim.sbe_plugin.people.texts import texts

_DIRECTORY = "social.users_dt_json"
_PROFILE = "social/user.html"
#: By this name the profile's own template is found beneath ours.
_BENEATH = f"sbe_scim/beneath/{_PROFILE}"
_PERSON = re.compile(r'href="[^"]*/users/(\d+)"')


def set_up(app: Any) -> None:
    """Join it to an application that has not shown a page yet."""
    from abilian.core.extensions import db

    people = People(db)

    def beneath(name: str) -> Any:
        return app.blueprints["social"].jinja_loader.get_source(app.jinja_env, _PROFILE) if name == _BENEATH else None

    app.register_jinja_loaders(
        ChoiceLoader([PackageLoader("sbe_scim.sbe_plugin.people", "templates"), FunctionLoader(beneath)])
    )

    def words() -> dict[str, Any]:
        return {
            "scim_details": lambda user: people.details((user,)).get(user.id, Details()),
            "scim_texts": texts,
        }

    def add_to_directory(response: Any) -> Any:
        if request.endpoint == _DIRECTORY and response.is_json and response.status_code == 200:
            response.set_data(json.dumps(_with_details(response.get_json(), people)))
        return response

    app.context_processor(words)
    app.after_request(add_to_directory)
    app.after_request(mark_closed)
    app.after_request(hide_addresses)
    leave_out_of_tables()


def _with_details(listed: dict[str, Any], people: People) -> dict[str, Any]:
    """The rows of the directory, each with what is known of its person under the name."""
    from abilian.core.models.subjects import User

    rows = [(row, match) for row in listed["aaData"] if (match := _PERSON.search(row[1]))]
    accounts = {row.id: row for row in User.query.filter(User.id.in_([int(match[1]) for _, match in rows]))}
    details = people.details(accounts.values())
    words = texts()
    for row, match in rows:
        account = accounts.get(int(match[1]))
        if account is None:
            continue
        told = details.get(account.id, Details()).department
        if told:
            row[1] += f'<div class="text-muted">{escape(told)}</div>'
        if not account.can_login:
            row[1] += f'<div><span class="label label-default">{escape(words["closed"])}</span></div>'
    return listed
