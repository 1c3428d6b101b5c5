"""Where the search index of Abilian SBE is not what its database is. Import it only once Abilian SBE is started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from abilian.core.models.subjects import User
from abilian.services import index_service
from sqlalchemy import or_, select
from sqlalchemy.orm import lazyload
from whoosh.fields import KEYWORD  # type: ignore[import-not-found, unused-ignore]
from whoosh.index import LockError  # type: ignore[import-not-found, unused-ignore]

from sbe_scim.directory.sbe.errors import SbeError
from sbe_scim.directory.sbe.host import Host

_PER_BATCH = 500
#: How long another process that writes the index is waited for, in seconds.
_LOCK_PATIENCE = 30.0
#: A worker may take so long to index who is new.
_SETTLED = timedelta(minutes=5)


class How(StrEnum):
    """In which way a document of the index is not what the database says."""

    MISSING = "missing"
    #: It says something else than the row, or is there twice.
    STALE = "stale"
    #: There is no row (any more).
    GONE = "gone"
    #: Abilian SBE itself cannot make a document of the row.
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Difference:
    """A document of the index that is not as it should be, by the id of its row."""

    id: int
    how: How


def models() -> list[Any]:
    """The models that Abilian SBE indexes."""
    return sorted(index_service.app_state.indexed_classes, key=lambda model: str(model.__name__))


def is_of_people(model: Any) -> bool:
    """Tell whether the rows of this model are people."""
    return model is User


def differences(host: Host, model: Any) -> Iterator[tuple[int, list[Difference]]]:
    """Compare all rows of a model with the index, batch by batch: how many they were, and what differs.

    Texts that the index does not give back are not compared; a row that was changed has another time of change.
    """
    after: int | None = -1
    while after is not None:
        after, number, found = _of_batch(host, model, after)
        if number:
            yield number, found
    gone = _gone(host, model)
    for start in range(0, len(gone), _PER_BATCH):
        yield 0, gone[start : start + _PER_BATCH]


def mend(host: Host, model: Any, found: Sequence[Difference]) -> None:
    """Bring documents to what their rows are by now. Raises :class:`SbeError` while somebody else writes the index.

    Rows are read when nobody else can write: what is committed later is indexed later.
    """
    with host.app.app_context():
        try:
            writer = index_service.index().writer(timeout=_LOCK_PATIENCE)
        except LockError:
            raise SbeError(f"another process has been writing the search index for {_LOCK_PATIENCE:.0f} s") from None
        with writer:
            ids = [one.id for one in found if one.how is not How.BROKEN]
            rows = {row.id: row for row in _query(host, model).filter(model.id.in_(ids))}
            for id in ids:
                document = _document(model, rows[id]) if id in rows else {}
                if document is not None:
                    writer.delete_by_term("object_key", _key(model, id))
                if document:
                    writer.add_document(**document)


def missing_people(host: Host) -> int:
    """How many accounts are not in the index though they have been there for some minutes; cheap.

    It looks at the names of documents only: one that says something else than the account counts as there.
    """
    with host.app.app_context():
        known = _indexed_ids(User)
        before = datetime.now(UTC).replace(tzinfo=None) - _SETTLED
        settled = or_(User.created_at.is_(None), User.created_at < before)
        rows = host.db.session().execute(select(User.id).where(User.id != 0, settled))
        return sum(id not in known for (id,) in rows)


def _of_batch(host: Host, model: Any, after: int) -> tuple[int | None, int, list[Difference]]:
    found = []
    with host.app.app_context():
        rows = _query(host, model).filter(model.id > after).order_by(model.id).limit(_PER_BATCH).all()
        index = index_service.index()
        with index.searcher() as searcher:
            for row in rows:
                # A row of a model that is derived from this one is compared with its own.
                if row.object_type != model._object_type():
                    continue
                documents = [dict(one) for one in searcher.documents(object_key=row.object_key)]
                how = _judge(index.schema, _document(model, row), documents)
                if how is not None:
                    found.append(Difference(row.id, how))
        return (rows[-1].id if rows else None), len(rows), found


def _judge(schema: Any, wanted: Mapping[str, Any] | None, documents: Sequence[Mapping[str, Any]]) -> How | None:
    if wanted is None:
        return How.BROKEN
    if not documents:
        return How.MISSING if wanted else None
    if len(documents) > 1 or _stored(schema, wanted) != _stored(schema, documents[0]):
        return How.STALE
    return None


def _stored(schema: Any, document: Mapping[str, Any]) -> dict[str, Any]:
    """What the index gives back of a document; words in no order."""
    kept = {name: value for name, value in document.items() if name in schema and schema[name].stored}
    return {name: set(value.split()) if isinstance(schema[name], KEYWORD) else value for name, value in kept.items()}


def _document(model: Any, row: Any) -> Mapping[str, Any] | None:
    """The document of a row as Abilian SBE makes it; ``None`` where it cannot."""
    try:
        document: Mapping[str, Any] = index_service.get_document(row, index_service.adapted[model._object_type()])
    except Exception:
        # It goes by what others have entered and imported for years, and one row must not hide the others.
        return None
    return document


def _gone(host: Host, model: Any) -> list[Difference]:
    with host.app.app_context():
        # First the index: what is in it was in the database before.
        known = _indexed_ids(model)
        there = {id for (id,) in host.db.session().execute(select(model.id))}
        return [Difference(id, How.GONE) for id in sorted(known - there) if _has_document(model, id)]


def _has_document(model: Any, id: int) -> bool:
    # The name of a document that was deleted stays until its part of the index is written anew.
    with index_service.index().searcher() as searcher:
        return searcher.document_number(object_key=_key(model, id)) is not None


def _indexed_ids(model: Any) -> set[int]:
    prefix = _key(model, "")
    with index_service.index().reader() as reader:
        return {int(term[len(prefix) :]) for term in reader.expand_prefix("object_key", prefix)}


def _key(model: Any, id: int | str) -> str:
    return f"{model._object_type()}:{id}"


def _query(host: Host, model: Any) -> Any:
    # As `flask reindex` does: else each folder comes with all below it.
    return host.db.session().query(model).options(lazyload("*"))
