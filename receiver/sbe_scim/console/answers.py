"""Pages as responses, which nobody keeps and no other site can frame."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from sbe_scim.console import sources
from sbe_scim.console.language import Language
from sbe_scim.console.markup import tag
from sbe_scim.console.page import Page, whole

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # With no-referrer a form would come without its origin.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def shown(
    page: Page,
    spoken: Language,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    signed_in: bool = True,
) -> Response:
    """A page."""
    told = whole(page, spoken, signed_in=signed_in)
    return Response(told, status, {**HEADERS, **(headers or {})}, "text/html; charset=utf-8")


def failed(status: int, key: str, spoken: Language, headers: Mapping[str, str] | None = None) -> Response:
    """The page of an error, by the key of its words."""
    page = Page(sources.ALL, spoken.words["error"], tag("p", spoken.words[key]), {})
    return shown(page, spoken, status, headers, signed_in=False)


def away(place: str) -> Response:
    """Lead to another place, relative to the console's."""
    return RedirectResponse(place, 303, HEADERS)
