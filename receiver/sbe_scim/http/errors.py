"""Refusals to responses: every error is a SCIM message, and the log knows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sbe_scim.auth import InsufficientScope, PersonsToken, RepeatedCredentials, UnlistedClient
from sbe_scim.http.middleware import current
from sbe_scim.http.responses import error, plain_error
from sbe_scim.protocol import Held, RateLimited, RequestTimeout, ScimError, Unauthorized, Unavailable, UnsupportedCoding

METADATA_PATH = "/.well-known/oauth-protected-resource"
#: When to come back after a 503, in seconds.
RETRY_AFTER = "5"
#: When to come back for what is held, in seconds: an operator is not quicker.
HELD_RETRY_AFTER = "60"

Handler = Callable[[Request, Exception], Response]


def metadata_url(base_url: str) -> str:
    """Return where the metadata of this resource server is (RFC 9728 §3.1)."""
    url = urlsplit(base_url)
    return f"{url.scheme}://{url.netloc}{METADATA_PATH}{url.path}"


def exception_handlers(base_url: str) -> Mapping[Any, Handler]:
    """Return the handlers of Starlette for what endpoints and router raise."""
    metadata = metadata_url(base_url)

    def scim(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, ScimError)  # noqa: S101 - registered for nothing else
        known = current(request.scope)
        known.scim_type, known.detail, known.reason = problem.scim_type, problem.detail, problem.reason
        return error(problem, _headers(request, problem, metadata))

    def http(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, HTTPException)  # noqa: S101 - registered for nothing else
        detail = _DETAILS.get(problem.status_code, problem.detail)
        current(request.scope).detail = detail
        return plain_error(problem.status_code, detail, problem.headers)

    return {ScimError: scim, HTTPException: http}


_DETAILS = {404: "there is nothing at this path", 405: "the method is not allowed at this path"}


def _headers(request: Request, problem: ScimError, metadata: str) -> dict[str, str]:
    if isinstance(problem, Unauthorized):
        # RFC 6750 §3.1: a caller that sent no token at all is told where to get one, not that it failed.
        sent = "authorization" in request.headers
        failure = f'error="invalid_token", error_description="{_quotable(problem.detail)}", ' if sent else ""
        return {"www-authenticate": f'Bearer {failure}resource_metadata="{metadata}"'}
    if isinstance(problem, InsufficientScope):
        return {"www-authenticate": f'Bearer error="insufficient_scope", scope="scim", resource_metadata="{metadata}"'}
    if isinstance(problem, UnlistedClient | PersonsToken):
        # Neither another token nor another scope would do: RFC 6750 has no error code for that.
        return {"www-authenticate": f'Bearer resource_metadata="{metadata}"'}
    if isinstance(problem, RepeatedCredentials):
        return {"www-authenticate": f'Bearer error="invalid_request", resource_metadata="{metadata}"'}
    if isinstance(problem, UnsupportedCoding):
        # RFC 9110 §15.5.16: so that the client knows what it may send.
        return {"accept-encoding": "identity"}
    if isinstance(problem, RequestTimeout):
        # RFC 9110 §15.5.9: what still comes of the request is nobody's.
        return {"connection": "close"}
    if isinstance(problem, Held):
        return {"retry-after": HELD_RETRY_AFTER}
    if isinstance(problem, RateLimited):
        return {"retry-after": str(problem.wait)}
    if isinstance(problem, Unavailable):
        return {"retry-after": RETRY_AFTER}
    return {}


def _quotable(text: str) -> str:
    """The text in the characters that an error_description may have (RFC 6750 §3)."""
    return "".join(char if " " <= char <= "~" and char not in '"\\' else "?" for char in text)
