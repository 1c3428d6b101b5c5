"""What goes into the service and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sbe_scim.journal import Arrival
from sbe_scim.protocol import (
    Comparison,
    CursorPage,
    DialectError,
    Filter,
    InvalidValue,
    Order,
    Page,
    Policy,
    PreconditionFailed,
    Projection,
    ResourceType,
    ScimError,
    Unavailable,
    policy,
)
from sbe_scim.service.text import Text
from sbe_scim.store import Source

#: Resources of a small page.
SMALL_PAGE = 100

#: Tells whether a request is for a resource of this version (``If-Match``, ``If-None-Match``).
Allow = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, under which rules, and by which request."""

    source: Source
    policy: Policy
    arrival: Arrival

    @classmethod
    def of(cls, source: Source, arrival: Arrival) -> Call:
        """Take the rules of the source. Raises :class:`Unavailable` where this process does not know its dialect."""
        try:
            return cls(source, policy(source.dialect, source.strictness), arrival)
        except DialectError:
            # An operator has written its file since this process was started.
            raise Unavailable("the dialect of this source is not known to this receiver yet: restart it") from None


def _always(_version: int) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Target:
    """What an operation is about, what of it is to be shown, and on which condition; a create has no ``id`` yet."""

    type: ResourceType
    projection: Projection
    id: str | None = None
    allow: Allow = _always
    #: Nothing of it is to be shown after a change.
    silent: bool = False

    def check(self, version: int) -> None:
        """Raises :class:`PreconditionFailed` where the resource is in no version that the request is for."""
        if not self.allow(version):
            raise PreconditionFailed("the resource is in another version than If-Match or If-None-Match asks for")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an operation; of one that was refused, ``refusal`` says why and nothing was kept.

    ``kind`` is what the log of changes calls it, ``None`` where nothing changed; ``changed`` and ``dropped`` are
    attribute paths; ``text`` is the resource as JSON, ``None`` where the answer has no body, and where it is too long
    to be held: then each of ``pieces`` is read from the database when it is asked for. Of a write, ``effect`` is what
    it did to the resource: ``created``, ``adopted``, ``restored``, ``activated``, ``deactivated``, ``changed``,
    ``deleted`` or ``nothing``. ``features`` names what of the policy was needed; ``joined`` and ``left`` are numbers of
    members.
    """

    status: int
    id: str | None
    version: int = 0
    kind: str | None = None
    changed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    text: Text | None = None
    pieces: Iterator[bytes] | None = None
    refusal: ScimError | None = None
    effect: str | None = None
    features: tuple[str, ...] = ()
    joined: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a list (RFC 7644 §3.4.2), not looked at yet."""

    filter: str | None = None
    start_index: Any = None
    count: Any = None
    attributes: Any = None
    excluded: Any = None
    sort_by: Any = None
    sort_order: Any = None
    cursor: Any = None

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Query:
        """Take the parameters of a URL."""
        return cls(
            parameters.get("filter"),
            parameters.get("startIndex"),
            parameters.get("count"),
            parameters.get("attributes"),
            parameters.get("excludedAttributes"),
            parameters.get("sortBy"),
            parameters.get("sortOrder"),
            parameters.get("cursor"),
        )

    @classmethod
    def of_message(cls, body: Mapping[str, Any]) -> Query:
        """Take the members of a SearchRequest (RFC 7644 §3.4.3), by lower-cased name. Raises :class:`InvalidValue`."""
        text = body.get("filter")
        if text is not None and not isinstance(text, str):
            raise InvalidValue("filter must be a string")
        names = ("startindex", "count", "attributes", "excludedattributes", "sortby", "sortorder", "cursor")
        return cls(text, *map(body.get, names))


@dataclass(frozen=True, slots=True)
class Search:
    """A list that was understood; ``lookup`` is its filter where that looks up one resource by a unique value."""

    resource_type: ResourceType
    filter: Filter | None
    order: Order | None
    page: Page | CursorPage
    projection: Projection
    lookup: Comparison | None
    #: What of the query a cursor is bound to, beside the list's type and source.
    query: tuple[Any, ...] = ()

    @property
    def is_small(self) -> bool:
        """A page of some people or groups in the order of their creation."""
        everybody = self.filter is None and self.order is None
        return everybody and isinstance(self.page, Page) and self.page.count <= SMALL_PAGE


@dataclass(frozen=True, slots=True)
class SearchAcross:
    """A list of several types, which was understood: the lists that it is made of.

    They are merged where it is ``sorted``, else they come one behind the other.
    """

    parts: Sequence[Search]
    page: Page | CursorPage
    sorted: bool = False
    descending: bool = False
    #: What of the query a cursor is bound to.
    query: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a source has come in this database: another ``generation_id``, or a lower ``highest_change`` than
    before, is a database that was made anew or restored from a backup. ``shadow``: nothing of it is applied."""

    generation_id: str
    highest_change: int
    shadow: bool = False
