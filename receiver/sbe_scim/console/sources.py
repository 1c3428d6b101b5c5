"""The pages about sources: all of them, and one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sbe_scim.console.language import Language
from sbe_scim.console.markup import Html, joined, tag, with_commands
from sbe_scim.console.page import Heading, Page, english, facts, moment, table
from sbe_scim.console.reading import Standing
from sbe_scim.journal.people import MOST, Refusal
from sbe_scim.store.clock import to_datetime

#: Relative to the console's.
ALL = "sources"
ONE = "source"


def all_sources(found: Sequence[Standing], silence_hours: int, language: Language) -> Page:
    """Every source with its figures, below what there is to warn of."""
    words = language.words
    if not found:
        return Page(ALL, words["sources"], tag("p", words["no_sources"]), {})
    compared = any(one.comparison is not None for one in found)
    headings = [
        Heading("source"),
        Heading("state"),
        Heading("last"),
        Heading("written"),
        Heading("people", number=True),
        Heading("groups", number=True),
        Heading("refused_now", number=True),
        Heading("held_now", number=True),
        *([Heading("differs", number=True)] if compared else []),
    ]
    rows = [
        (
            tag("a", one.source.name, href=f"{ONE}?id={one.source.id}"),
            _state(one, language),
            moment(language, one.contact),
            moment(language, one.write),
            str(one.people),
            str(one.groups),
            str(one.refused),
            str(_held(one)),
            *([_differs(one)] if compared else []),
        )
        for one in found
    ]
    shown = table(language, words["sources"], headings, rows)
    return Page(ALL, words["sources"], joined(_warnings(found, silence_hours, language), shown), {})


def one_source(one: Standing, refused: Sequence[Refusal], silence_hours: int, language: Language) -> Page:
    """One source: its settings and figures, and who is refused, why, and what to do."""
    words, source = language.words, one.source
    told = [
        (words["state"], _state(one, language)),
        (words["issuer"], source.issuer or words["no_issuer"]),
        (words["dialect"], source.dialect),
        (words["strictness"], source.strictness),
        (words["created"], moment(language, to_datetime(source.created))),
        (words["last"], moment(language, one.contact)),
        (words["written"], moment(language, one.write)),
        (words["people"], str(one.people)),
        (words["groups"], str(one.groups)),
        (words["refused_now"], str(one.refused)),
        (words["held_now"], str(_held(one))),
    ]
    content = joined(
        _warnings([one], silence_hours, language),
        tag("h2", words["now"]),
        facts(told),
        _comparison(one, language),
        tag("h2", words["refused"]),
        _refusals(one, refused, language),
    )
    return Page(ONE, f"{words['source']} {source.name}", content, {"id": str(source.id)})


def _refusals(one: Standing, refused: Sequence[Refusal], language: Language) -> Html:
    words = language.words
    if not refused:
        return tag("p", words["nobody_refused"])
    headings = [Heading("who"), Heading("since"), Heading("times", number=True), Heading("why"), Heading("remedy")]
    rows = [
        (
            each.who,
            moment(language, each.since),
            str(each.times),
            english(language, each.why) if each.english else each.why,
            with_commands(each.remedy),
        )
        for each in refused
    ]
    more = tag("p", words["refused_more"].format(count=MOST)) if one.refused > len(refused) else ""
    return joined(more, table(language, words["refused"], headings, rows))


def _comparison(one: Standing, language: Language) -> Html:
    words, found = language.words, one.comparison
    if found is None:
        return Html()
    told = [
        (words["compared_when"], moment(language, to_datetime(found.time))),
        (words["found"], str(found.found)),
        (words["brought_back"], str(found.repaired)),
        (words["held"], str(found.held)),
        (words["blocked"], str(found.blocked)),
    ]
    return joined(tag("h2", words["compared"]), facts(told))


def _warnings(found: Sequence[Standing], silence_hours: int, language: Language) -> Html:
    words = language.words
    told = [text for one in found for text in _warned(one, silence_hours, language)]
    if not told:
        return tag("p", words["no_warnings"])
    marked = [tag("li", tag("strong", words["warned"]), words["colon"], with_commands(text)) for text in told]
    return tag("section", tag("h2", words["warnings"]), tag("ul", *marked), class_="warnings")


def _warned(one: Standing, silence_hours: int, language: Language) -> Iterator[str]:
    words, name = language.words, one.source.name
    for word, began in (("shadow", one.source.shadow), ("applying", one.source.applying)):
        if began is not None:
            yield words[word].format(source=name, since=language.moment(to_datetime(began)))
    if one.storm is not None:
        since = language.moment(to_datetime(one.storm.since))
        yield words["storm"].format(source=name, since=since, count=one.storm.resources)
    if one.comparison is not None and one.comparison.held:
        yield f"{words['source']} {name}{words['colon']}{words['held_more']}"
    if one.silent:
        yield words["silent"].format(source=name, hours=silence_hours)
    for code in one.openings:
        yield f"{words['opening'].format(source=name)}{words['colon']}{words[code]}"


def _state(one: Standing, language: Language) -> str:
    return language.words["enabled" if one.source.enabled else "disabled"]


def _held(one: Standing) -> int:
    return one.storm.resources if one.storm else 0


def _differs(one: Standing) -> str:
    return "–" if one.comparison is None else str(one.comparison.left)
