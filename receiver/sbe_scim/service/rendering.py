"""Stored resources to SCIM JSON: the stored text with what the server computes spliced in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby, islice
from operator import attrgetter, is_, itemgetter
from typing import Any

from sqlalchemy.engine import Connection

from sbe_scim.protocol import End, Projection, ResourceType, TooManyResults
from sbe_scim.protocol.json_text import write_json
from sbe_scim.protocol.retired import shown_schemas
from sbe_scim.service.long_groups import LongGroup, Reference, TooLong, of_group
from sbe_scim.service.text import Text
from sbe_scim.store import members
from sbe_scim.store.clock import to_scim
from sbe_scim.store.shown import Showable, may_be_joined

#: Members that the groups of one list may have together; one group may have any number.
MOST_IN_A_LIST = 250_000
_BATCH = 200
_pk = attrgetter("pk")

_Around = Callable[[Showable], tuple[str, str]]


class Renderer:
    """Writes resources for clients; ``base_url`` is the public SCIM base URL.

    An answer is put together while its transaction is open and sent afterwards: a client that reads slowly holds
    bytes, not a state of the database.
    """

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        # What is alike in all resources of a page, and in most answers.
        self._references = lru_cache(maxsize=256)(self._new_references)
        self._around_meta = cache(self._new_around_meta)

    def location(self, resource_type: ResourceType, resource_id: str) -> str:
        """Return the URL of a resource."""
        return f"{self._base_url}/{resource_type.endpoint}/{resource_id}"

    def render(
        self,
        connection: Connection,
        kind: ResourceType,
        found: Showable,
        projection: Projection,
        *,
        alone: bool = False,
        most: int = members.ALL,
    ) -> Text:
        """Return a resource as JSON; ``alone``: it is known to have no members, and to be in no group.

        Raises :class:`TooLong` for one with more members than ``most``.
        """
        text = Text()
        _write_in_order(text, self._parts(connection, kind, (found,), projection, alone=alone, most=most))
        return text

    def long(self, connection: Connection, kind: ResourceType, found: Showable, projection: Projection) -> LongGroup:
        """Return a group whose members are shown, to be written part by part."""
        head, tail = self._around(kind, projection)(found)
        mark = f'{head},"{kind.relation.attribute}":['
        references = self._references(kind, projection)
        return LongGroup(mark, f"]{tail}", references, of_group(connection, found.pk))

    def write(
        self,
        text: Text,
        connection: Connection,
        resource_type: ResourceType,
        found: Sequence[Showable],
        projection: Projection,
        *,
        most: int = members.ALL,
    ) -> None:
        """Write resources, in the order given, with commas; reads memberships only where they are shown.

        Raises :class:`TooManyResults` for a list of groups with more members than anybody should ask for at once, and
        :class:`TooLong` for one with more members or groups than ``most``.
        """
        # Memberships come in the order of pks.
        ordered = sorted(found, key=_pk)
        if all(map(is_, ordered, found)):
            parts = self._parts(connection, resource_type, ordered, projection, most=most, several=True)
            _write_in_order(text, parts)
            return
        texts = self.texts(connection, resource_type, ordered, projection, most=most)
        for number, item in enumerate(found):
            text.write("," if number else "")
            text.extend(texts[item.pk])

    def texts(
        self,
        connection: Connection,
        resource_type: ResourceType,
        found: Sequence[Showable],
        projection: Projection,
        *,
        most: int = members.ALL,
    ) -> dict[int, Text]:
        """Return the JSON of each resource by its pk. Raises as :meth:`write` does."""
        texts = {item.pk: Text() for item in found}
        for item, part in self._parts(connection, resource_type, sorted(found, key=_pk), projection, most=most):
            texts[item.pk].write(part)
        return texts

    def _parts(
        self,
        connection: Connection,
        resource_type: ResourceType,
        found: Sequence[Showable],
        projection: Projection,
        *,
        alone: bool = False,
        most: int = members.ALL,
        several: bool = False,
    ) -> Iterator[tuple[Showable, str]]:
        """What is written of each resource, part by part; ``several`` in one part, with commas, where that is cheaper.

        Such a part comes with the first of them.
        """
        name = resource_type.relation.attribute
        alone = alone or (resource_type.joins_groups and not any(map(may_be_joined, found)))
        shows = projection.includes(name) and not alone
        references = self._references(resource_type, projection) if shows else ()
        related = _by_owner(connection, resource_type, found, most) if references else iter(())
        owner, rows = next(related, _NOBODY)
        around = self._around(resource_type, projection)
        if owner is None:
            size = _BATCH if several else 1
            for start in range(0, len(found), size):
                some = found[start : start + size]
                yield some[0], ",".join(map("".join, map(around, some)))
            return
        shown = 0
        for item in found:
            head, tail = around(item)
            if owner != item.pk:
                yield item, head + tail
                continue
            mark = f'{head},"{name}":['
            while batch := [references[end](id, display) for _, id, display, end in islice(rows, _BATCH)]:
                shown += len(batch)
                if shown > most:
                    raise TooLong
                if shown > MOST_IN_A_LIST and len(found) > 1:
                    raise TooManyResults(f"the list would show more than {MOST_IN_A_LIST} {name}: {_ADVICE}{name}")
                yield item, mark + ",".join(batch)
                mark = ","
            owner, rows = next(related, _NOBODY)
            yield item, f"]{tail}"

    def _around(self, resource_type: ResourceType, projection: Projection) -> _Around:
        """Return what writes the text of a resource before and behind the place for members or groups, which begins
        with a comma."""
        before, location = self._around_meta(resource_type)

        def hides(item: Showable) -> bool:
            return any(urn in item.document for urn in resource_type.withheld)

        def tail(item: Showable) -> str:
            created = to_scim(item.created)
            modified = created if item.modified == item.created else to_scim(item.modified)
            return (
                f',"meta":{before}"{created}","lastModified":"{modified}",'
                f'{location}{item.id}","version":"W/\\"{item.version}\\""}}}}'
            )

        def whole(item: Showable) -> tuple[str, str]:
            if resource_type.withheld and hides(item):
                return part(item)
            # The stored text is an object with at least `schemas`: between its braces and ours there is always a comma.
            return f'{{"id":"{item.id}",{item.document[1:-1]}', tail(item)

        def part(item: Showable) -> tuple[str, str]:
            document = json.loads(item.document)
            if hides(item):
                document["schemas"] = shown_schemas(resource_type, document)
            # `id` is always shown, so that here, too, there is something before the comma.
            shown = projection.project({"id": item.id, **document, **json.loads(f"{{{tail(item)[1:]}")})
            return write_json(shown)[:-1], "}"

        return whole if projection.is_default else part

    def _new_around_meta(self, resource_type: ResourceType) -> tuple[str, str]:
        location = write_json(self.location(resource_type, ""))
        return f'{{"resourceType":{write_json(resource_type.name)},"created":', f'"location":{location[:-1]}'

    def _new_references(self, resource_type: ResourceType, projection: Projection) -> Sequence[Reference]:
        """Return a function for each end that writes an element of the relation; none where none of it is shown."""
        relation = resource_type.relation
        sample = {"value": "", "$ref": "", "type": relation.ends[0].label, "display": ""}
        (shown,) = projection.project({relation.attribute: [sample]}).get(relation.attribute) or ({},)
        return [self._reference(end, shown) for end in relation.ends] if shown else ()

    def _reference(self, end: End, shown: Mapping[str, Any]) -> Reference:
        parts = {
            "value": '"value":"{0}"',
            "$ref": f'"$ref":"{self._base_url}/{end.endpoint}/{{0}}"',
            "type": f'"type":"{end.label}"',
        }
        always = ",".join(part for key, part in parts.items() if key in shown)
        before, *after = always.split("{0}")
        named = "display" in shown

        def write(related_id: str, display: str | None) -> str:
            body = before + "".join(related_id + part for part in after)
            if not named or display is None:
                return f"{{{body}}}"
            return f'{{{body}{"," if body else ""}"display":{write_json(display)}}}'

        return write


_NOBODY: tuple[int | None, Iterator[members.Related]] = (None, iter(()))
_ADVICE = "ask for fewer groups (count), or for excludedAttributes="


def _write_in_order(text: Text, parts: Iterator[tuple[Showable, str]]) -> None:
    written: Showable | None = None
    for item, part in parts:
        text.write(part if written is None or item is written else f",{part}")
        written = item


def _by_owner(
    connection: Connection, resource_type: ResourceType, found: Sequence[Showable], most: int
) -> Iterator[tuple[int | None, Iterator[members.Related]]]:
    """What belongs to each resource that has any, by pk, in one pass over the rows; of a group of more members than
    ``most`` one more than these."""
    pks, of_groups = [item.pk for item in found], resource_type.member_types
    rows = members.of_groups(connection, pks, most + 1) if of_groups else members.of_members(connection, pks)
    return groupby(rows, key=itemgetter(0))
