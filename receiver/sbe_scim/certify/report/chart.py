"""Delays as bars. The table beside it tells the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sbe_scim.certify.report import words
from sbe_scim.certify.report.document import Document
from sbe_scim.certify.report.figures import delay

_LEFT, _WIDTH, _BAR, _GAP, _RIGHT = 60, 420, 18, 10, 110


def chart(modules: Sequence[Document], language: str) -> str:
    """A bar for each module, as long as its delay is beside the longest."""
    longest = max(max(module["delay"] for module in modules), 1)
    height = len(modules) * (_BAR + _GAP) + _GAP
    title = escape(words.DELAYS_CAPTION.told(language))
    said = escape("; ".join(f"{module['id']} {delay(module, language)}" for module in modules))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {_LEFT + _WIDTH + _RIGHT} {height}" '
        'role="img" aria-labelledby="delays-title delays-text">',
        f'<title id="delays-title">{title}</title><desc id="delays-text">{said}</desc>',
    ]
    for number, module in enumerate(modules):
        top = _GAP + number * (_BAR + _GAP)
        width = max(2, round(module["delay"] / longest * _WIDTH))
        middle = top + _BAR - 4
        lines.append(f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end">{module["id"]}</text>')
        lines.append(f'<rect x="{_LEFT}" y="{top}" width="{width}" height="{_BAR}"/>')
        lines.append(f'<text x="{_LEFT + width + 8}" y="{middle}">{escape(delay(module, language))}</text>')
    return "\n".join([*lines, "</svg>"])
