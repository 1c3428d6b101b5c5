"""The report as a page."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from sbe_scim.certify.report import words
from sbe_scim.certify.report.chart import chart
from sbe_scim.certify.report.document import Document
from sbe_scim.certify.report.figures import chosen, delay, leg, who
from sbe_scim.certify.report.page import Page
from sbe_scim.certify.text import Text, tied


def html(told: Document, language: str) -> str:
    """The page in this language."""
    return "\n".join(_Page(told, language).lines()) + "\n"


class _Page(Page):
    def __init__(self, told: Document, language: str) -> None:
        super().__init__(language)
        self._told = told

    def lines(self) -> Iterator[str]:
        yield from self._head(words.TITLE, who(self._told, self._language))
        verdict = self._told["verdict"]
        yield f'<p class="headline {verdict}">{self._verdict(verdict)} {self._both(self._told["headline"])}</p>'
        yield "</header>"
        yield "<main>"
        for part in (self._run, self._counts, self._modules, self._delays, self._to_do, self._untested, self._requests):
            yield from part()
        yield "</main></body></html>"

    def _run(self) -> Iterator[str]:
        told, run = self._told, self._told["run"]
        facts = [
            (words.PROVIDER, who(told, self._language)),
            (words.PLAYED, leg(told, self._language)),
            (words.PROFILE, f"{told['profile']['name']} ({told['profile']['title'][self._language]})"),
            (words.RECEIVER, told["receiver"]),
            (words.JUDGED, told["judged"] or self._say(words.NONE)),
        ]
        if run is not None:
            waits = ", ".join(f"{name} {seconds:g}" for name, seconds in run["waits"].items())
            facts += [(words.NUMBER, run["id"]), (words.WAITS, waits)]
        yield f"<section><h2>{self._say(words.RUN)}</h2>"
        yield from self._facts(facts)
        yield "</section>"

    def _counts(self) -> Iterator[str]:
        yield f'<section><h2>{self._say(words.COUNTS)}</h2><ul class="counts">'
        for verdict, count in self._told["counts"].items():
            yield f"<li>{self._verdict(verdict)} {count}</li>"
        yield "</ul></section>"

    def _modules(self) -> Iterator[str]:
        interop = words.INTEROP.fill(interop=self._told["interop"])
        heads = (words.MODULE, words.LEVEL, words.WORKS, interop, words.TIME, words.FOUND, words.REQUIREMENTS)
        yield f"<section><h2>{self._say(words.MODULES)}</h2>"
        yield from self._table(words.MODULES_CAPTION, heads, map(self._row, self._told["modules"]))
        yield "</section>"

    def _row(self, module: Document) -> tuple[str, ...]:
        found = " ".join(map(self._both, module["notes"]))
        conforms = self._say(words.CONFORMS[module["conforms"]])
        if module["departures"]:
            conforms += f" ({escape(', '.join(module['departures']))})"
        return (
            f"{module['id']} {self._both(module['title'])}",
            module["level"] or "–",
            self._verdict(module["works"]),
            conforms,
            escape(delay(module, self._language)) or "–",
            found or "–",
            escape(", ".join(module["references"])),
        )

    def _delays(self) -> Iterator[str]:
        timed = [module for module in self._told["modules"] if module["delay"] is not None]
        if not timed:
            return
        yield f"<section><h2>{self._say(words.DELAYS)}</h2>"
        yield chart(timed, self._language)
        rows = ((f"{one['id']} {self._both(one['title'])}", escape(delay(one, self._language))) for one in timed)
        yield from self._table(words.DELAYS_CAPTION, (words.MODULE, words.TIME), rows)
        yield "</section>"

    def _to_do(self) -> Iterator[str]:
        yield f"<section><h2>{self._say(words.TO_DO)}</h2>"
        wrong = chosen(self._told, "FAILED", "WARNING", "REVIEW")
        if not wrong:
            yield f"<p>{self._say(words.NOTHING_TO_DO)}</p>"
        for module in wrong:
            yield f"<h3>{module['id']} {self._both(module['title'])}</h3>"
            yield f"<p>{self._verdict(module['works'])} {' '.join(map(self._both, module['notes']))}</p>"
            yield f"<p>{self._named(words.WHY)} {self._both(module['why'])}</p>"
            if module["remedy"]:
                yield f"<p>{self._named(words.REMEDY)} {self._both(module['remedy'])}</p>"
        yield "</section>"

    def _untested(self) -> Iterator[str]:
        yield f"<section><h2>{self._say(words.NOT_TESTED)}</h2>"
        left = chosen(self._told, "SKIPPED", "INTERRUPTED")
        if not left:
            yield f"<p>{self._say(words.ALL_TESTED)}</p>"
        else:
            yield "<ul>"
            for module in left:
                said = " ".join(map(self._both, module["notes"]))
                yield f"<li>{module['id']} {self._both(module['title'])} – {said}</li>"
            yield "</ul>"
        yield "</section>"

    def _requests(self) -> Iterator[str]:
        if not self._told["requests"]:
            return
        yield f"<section><h2>{self._say(words.REQUESTS)}</h2>"
        rows = ((escape(kind), str(count)) for kind, count in self._told["requests"].items())
        yield from self._table(words.REQUESTS_CAPTION, (words.KIND, words.NUMBER_OF), rows)
        yield "</section>"

    def _named(self, name: Text) -> str:
        colon = "\u00a0:" if self._language == "fr" else ":"
        return f"<strong>{self._say(name)}{colon}</strong>"

    def _both(self, said: Any) -> str:
        return escape(tied(str(said[self._language]), self._language))
