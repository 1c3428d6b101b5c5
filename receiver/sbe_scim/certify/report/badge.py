"""A badge for a page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from sbe_scim.certify.report.document import LEVELS, Document
from sbe_scim.certify.text import seconds

#: White on these has a contrast above 4.5.
_COLOURS: Mapping[str, str] = {"PASSED": "#18753c", "WARNING": "#716043", "FAILED": "#ce0500"}
_GREY = "#555555"
#: Of a letter of Verdana at 11 pixels, the widest of the usual ones.
_WIDTH = 7.2
_LABEL = "SCIM"
_MARGIN = 12


def badge(told: Document) -> str:
    """For which levels it is certified, and how long a leaver took; in words, not by colour alone."""
    levels = [level for level in LEVELS if told["levels"][level] in ("PASSED", "WARNING")]
    said = " + ".join(levels) if levels else {"FAILED": "failed"}.get(told["verdict"], "not complete")
    if levels and told["delay"] is not None:
        said += f" · {seconds(told['delay']).en}"
    worst = "WARNING" if "WARNING" in (told["levels"][level] for level in levels) else "PASSED"
    colour = _COLOURS.get(worst if levels else told["verdict"], _GREY)
    left, right = (round(len(part) * _WIDTH) + _MARGIN for part in (_LABEL, said))
    width = left + right
    name = escape(f"{_LABEL}: {said}", quote=True)
    style = 'fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{name}">'
        f"<title>{name}</title>"
        f'<rect width="{left}" height="20" fill="#161616"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/>'
        f"<g {style}>"
        f'<text x="{left / 2:g}" y="14">{_LABEL}</text>'
        f'<text x="{left + right / 2:g}" y="14">{escape(said)}</text>'
        "</g></svg>\n"
    )
