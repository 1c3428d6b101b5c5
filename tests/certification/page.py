"""The tables of ``docs/certification.md``, from the modules, the profiles and the controls.

``python -m tests.certification.page`` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator

from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.profile import WAITS, names, profile
from sbe_scim.certify.verdict import Verdict
from tests.certification import library
from tests.certification.controls import CONTROLS
from tests.environment import ROOT

PAGE = ROOT / "docs/certification.md"


def with_tables(page: str) -> str:
    """The page with the tables as they should be."""
    tables = {"modules": _modules(), "profiles": _profiles(), "controls": _controls(), "library": _library()}
    for mark, lines in tables.items():
        before, begin, rest = page.partition(f"<!-- {mark} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        page = before + begin + "".join(f"{line}\n" for line in lines) + end + after
    return page


def _modules() -> Iterator[str]:
    for module in MODULES.values():
        yield f"### {module.id} {module.title.en}"
        yield ""
        level = f" Level {module.level}." if module.level else ""
        yield f"*{module.title.fr}.*{level} {', '.join(module.references)}."
        yield ""
        yield f"{module.instruction.en} {module.why.en}"
        yield ""
        for wanted in module.wanted.values():
            otherwise = "" if wanted.otherwise is Verdict.FAILED else f" (else {wanted.otherwise})"
            yield f"- {wanted.text.en}{otherwise}"
        alone = "can" if module.offline else "cannot"
        yield f"- By a journal alone it {alone} be judged."
        yield ""


def _profiles() -> Iterator[str]:
    yield f"| Profile | Provider | {' | '.join(f'`{wait}`' for wait in WAITS)} | Known departures |"
    yield "|---" * (len(WAITS) + 3) + "|"
    for name in names():
        known = profile(name)
        waits = " | ".join(f"{known.waits[wait]:g}" for wait in WAITS)
        departures = "<br>".join(f"{module}: {text.en}" for module, text in known.departures.items())
        yield f"| `{name}` | {known.title.en} | {waits} | {departures or '–'} |"


def _controls() -> Iterator[str]:
    caught = [name for name in MODULES if any(name in one.failed | one.warned for one in CONTROLS.values())]
    yield f"| Control | What is broken | {' | '.join(caught)} |"
    yield "|---" * (len(caught) + 2) + "|"
    for name, control in CONTROLS.items():
        cells = ["F" if one in control.failed else "W" if one in control.warned else " " for one in caught]
        yield f"| `{name}` | {control.broken} | {' | '.join(cells)} |"


def _library() -> Iterator[str]:
    yield "| Verdict | Modules |"
    yield "|---|---|"
    skipped = {name for name, module in MODULES.items() if module.needs - library.LibraryProvider.can - {"faults"}}
    passed = MODULES.keys() - library.FAILED - library.WARNED - skipped
    found = {"FAILED": library.FAILED, "WARNING": library.WARNED, "SKIPPED": skipped, "PASSED": passed}
    for verdict, modules in found.items():
        yield f"| {verdict} | {', '.join(name for name in MODULES if name in modules)} |"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
