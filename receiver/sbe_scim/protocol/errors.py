"""Every refusal of the service, as RFC 7644 §3.12 words it.

``detail`` is written for the operator of the identity provider: it names an attribute, an operation or a rule, and
never repeats a value.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"


class ScimError(Exception):
    """A request is refused: HTTP ``status``, optional ``scim_type`` (RFC 7644 table 9), human-readable ``detail``.

    ``reason`` is a code of this service's own, an extension member of the error: programs decide by it, never by
    ``detail``.
    """

    status: ClassVar[int] = 400
    scim_type: ClassVar[str | None] = None
    reason: str | None = None

    def __init__(self, detail: str, *, reason: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason or self.reason

    def within(self, where: str) -> Self:
        """Say where in the request it happened; returns the error itself."""
        self.detail = f"{where}: {self.detail}"
        self.args = (self.detail,)
        return self

    def to_message(self) -> dict[str, Any]:
        """Return the error resource of RFC 7644 §3.12; ``status`` is a string there."""
        message: dict[str, Any] = {"schemas": [ERROR_URN], "status": str(self.status), "detail": self.detail}
        if self.scim_type is not None:
            message["scimType"] = self.scim_type
        if self.reason is not None:
            message["reason"] = self.reason
        return message


class InvalidFilter(ScimError):
    """The filter is malformed, or compares what cannot be compared."""

    scim_type = "invalidFilter"


class InvalidSyntax(ScimError):
    """The body does not have the structure of the message."""

    scim_type = "invalidSyntax"


class InvalidPath(ScimError):
    """A PATCH path is malformed or leads nowhere."""

    scim_type = "invalidPath"


class UnknownAttribute(InvalidPath):
    """A well-formed path names an attribute, ``name``, that the schemas do not have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not an attribute of this resource")
        self.name = name


class InvalidValue(ScimError):
    """A value is missing, or has another type than its attribute."""

    scim_type = "invalidValue"


class NoTarget(ScimError):
    """A PATCH path selects nothing that could be changed."""

    scim_type = "noTarget"


class Mutability(ScimError):
    """The attribute may not be changed in this way."""

    scim_type = "mutability"


class TooManyResults(ScimError):
    """The answer would hold more results than the service is willing to compute."""

    scim_type = "tooMany"


class InvalidCursor(ScimError):
    """The cursor is none that this list has given out (RFC 9865 §2.1)."""

    scim_type = "invalidCursor"


class ExpiredCursor(ScimError):
    """The cursor's time is over (RFC 9865 §2.1)."""

    scim_type = "expiredCursor"


class InvalidCount(ScimError):
    """A page of this size cannot be had by a cursor, or is not of the size of those before it (RFC 9865 §2.1)."""

    scim_type = "invalidCount"


class Unauthorized(ScimError):
    """The caller did not prove who it is."""

    status = 401


class UnknownIssuer(Unauthorized):
    """No source takes tokens of this issuer."""

    reason = "unknown_issuer"


class SourceDisabled(Unauthorized):
    """The caller's source is disabled."""

    reason = "source_disabled"


class Forbidden(ScimError):
    """The caller may not do this."""

    status = 403


class Sensitive(ScimError):
    """The request would put a secret where it can leak (RFC 7644 §7.5.2)."""

    status = 403
    scim_type = "sensitive"


class NotFound(ScimError):
    """The resource or the endpoint does not exist for this caller."""

    status = 404


class RequestTimeout(ScimError):
    """The body did not come in time."""

    status = 408


class Uniqueness(ScimError):
    """Another resource already has a value that must be unique."""

    status = 409
    scim_type = "uniqueness"


class Unresolved(ScimError):
    """An operation of a bulk refers to one that was not done (RFC 7644 §3.7.1)."""

    status = 409
    reason = "unresolved"


class InternalError(ScimError):
    """The service itself is at fault; what is known of it is in its log."""

    status = 500


class PreconditionFailed(ScimError):
    """The resource is not in the version that the caller expects."""

    status = 412


class PayloadTooLarge(ScimError):
    """The body is larger than the published limit."""

    status = 413


class UnsupportedMediaType(ScimError):
    """The body is of a media type that the service does not read."""

    status = 415


class UnsupportedCoding(UnsupportedMediaType):
    """The body is compressed, or coded otherwise (RFC 9110 §8.4)."""


class RateLimited(ScimError):
    """The source has sent more requests than its rate allows; ``wait`` says when to come back, in seconds."""

    status = 429
    reason = "rate_limited"

    def __init__(self, wait: int) -> None:
        super().__init__("the source has sent more requests than its rate allows")
        self.wait = wait


class Unsupported(ScimError):
    """The operation exists in SCIM, not in this service."""

    status = 501


class Unavailable(ScimError):
    """The service cannot do it now; the caller may try again."""

    status = 503


class Held(ScimError):
    """So many would lose access at once that it may be an accident: an operator has to say that it is not.

    ``resource`` is the number of the row that it is about.
    """

    status = 503
    reason = "held"

    def __init__(self, resource: int) -> None:
        super().__init__("too many would lose access at once; it is held until an operator of the receiver releases it")
        self.resource = resource
