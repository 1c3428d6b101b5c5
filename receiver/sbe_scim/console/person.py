"""The page about one person: what there is of them, and what was asked about them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sbe_scim.console.language import Language
from sbe_scim.console.markup import Html, joined, tag, with_commands
from sbe_scim.console.page import Heading, Page, english, field, moment, table
from sbe_scim.console.reading import SHOWN, Step, Timeline
from sbe_scim.journal.people import called
from sbe_scim.journal.reader import Row
from sbe_scim.store.clock import to_datetime

#: Relative to the console's.
PATH = "person"


def one_person(who: str, found: Timeline | None, language: Language) -> Page:
    """The form, and what was found, if ``who`` was asked for."""
    words = language.words
    form = tag(
        "form",
        field("who", words["search"], value=who, more=words["search_more"]),
        tag("button", words["show"], type="submit"),
        action=PATH,
        method="post",
        class_="asks",
    )
    if found is None:
        return Page(PATH, words["person"], form, {})
    return Page(PATH, words["person"], joined(form, _found(found, language)), {"who": who}, post=True)


def _found(found: Timeline, language: Language) -> Html:
    words = language.words
    if not found.resources and not found.steps:
        return tag("p", words["nobody"], role="status")
    return joined(
        _resources(found, language),
        tag("h2", words["timeline"]),
        tag("p", words["timeline_more"].format(count=SHOWN)) if found.more else "",
        _steps(found, language) if found.steps else tag("p", words["unknown"]),
    )


def _resources(found: Timeline, language: Language) -> Html:
    words = language.words
    if not found.resources:
        return Html()
    headings = [Heading(key) for key in ("id", "name", "source", "state", "made", "deleted_at")]
    rows = [
        (
            one.id,
            one.user_name,
            one.source,
            words[one.state],
            moment(language, to_datetime(one.created)),
            "–" if one.deleted is None else moment(language, to_datetime(one.deleted)),
        )
        for one in reversed(found.resources)
    ]
    return joined(tag("h2", words["resources"]), table(language, words["resources"], headings, rows))


def _steps(found: Timeline, language: Language) -> Html:
    words = language.words
    headings = [Heading(key) for key in ("when", "source", "operation", "status", "effect", "what")]
    rows = [
        (
            moment(language, to_datetime(step.row.time)),
            step.row.source or "–",
            step.row.operation,
            " ".join(filter(None, (str(step.row.status), step.row.reason))),
            _effect(step.row, language),
            _what(step, language),
        )
        for step in found.steps
    ]
    return table(language, words["timeline"], headings, rows)


def _effect(row: Row, language: Language) -> str:
    return language.words["none"] if row.effect is None else language.words[f"done_{row.effect}"]


def _what(step: Step, language: Language) -> Html:
    if step.told is None:
        return joined(language.remedies.between.join(_done(step.row, language)) or "–")
    why = english(language, step.told.why) if step.english else step.told.why
    about = "" if step.row.name is None else tag("p", called(step.row))
    return joined(about, tag("p", why), tag("p", with_commands(step.told.remedy)) if step.row.name is not None else "")


def _done(row: Row, language: Language) -> Iterator[str]:
    words = language.words
    if row.changed:
        yield ", ".join(json.loads(row.changed))
    if row.members_added or row.members_removed:
        yield words["members"].format(added=row.members_added or 0, removed=row.members_removed or 0)
    if row.dropped:
        yield words["dropped"].format(names=", ".join(json.loads(row.dropped)))
