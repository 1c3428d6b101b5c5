"""Whose account is closed is marked where Abilian SBE's search of everything finds them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from flask import request
from markupsafe import escape  # type: ignore[import-not-found, unused-ignore]

from sbe_scim.sbe_plugin.people.texts import texts

_PAGE = "search.search_main"
_LIVE = "search.live"
_PERSON = r"/users/(\d+)"
#: The title of a result, which is what leads to it; who has written something else is led to by another.
_HIT = re.compile(rf'<a href="[^"]*{_PERSON}"><span class="title">.*?</span></a>', re.DOTALL)


def mark_closed(response: Any) -> Any:
    """Add the mark to what a search answers; every other response stays as it is."""
    if response.status_code != 200:
        return response
    if request.endpoint == _PAGE:
        response.set_data(_marked_page(response.get_data(as_text=True)))
    elif request.endpoint == _LIVE and response.is_json:
        response.set_data(json.dumps(_marked_live(response.get_json())))
    return response


def _marked_page(page: str) -> str:
    closed = _closed({int(hit[1]) for hit in _HIT.finditer(page)})
    mark = f' <span class="label label-default">{escape(texts()["closed"])}</span>'
    return _HIT.sub(lambda hit: hit[0] + (mark if int(hit[1]) in closed else ""), page)


def _marked_live(answer: dict[str, Any]) -> dict[str, Any]:
    """The list below the search field, which shows names as they are here."""
    people = [
        (hit, int(match[1]))
        for hits in answer["results"].values()
        for hit in hits
        if (match := re.search(rf"{_PERSON}$", hit["url"]))
    ]
    closed = _closed({id for _, id in people})
    for hit, id in people:
        if id in closed:
            hit["name"] += f" ({texts()['closed']})"
    return answer


def _closed(ids: Collection[int]) -> set[int]:
    from abilian.core.extensions import db
    from abilian.core.models.subjects import User

    found = db.session.query(User.id).filter(User.id.in_(ids), User.can_login.is_(False)) if ids else ()
    return {id for (id,) in found}
