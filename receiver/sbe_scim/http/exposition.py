"""Prometheus' text format, version 0.0.4: families of samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Exposition:
    """A text that grows family by family."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def family(
        self, name: str, kind: str, told: str, samples: Iterable[tuple[Mapping[str, str], float | int | None]]
    ) -> None:
        """Add a family of ``kind`` ``counter`` or ``gauge``, with its samples: labels and value, ``None`` for none."""
        self._begin(name, kind, told)
        for labels, value in samples:
            if value is not None:
                self._sample(name, labels, value)

    def histogram(
        self, name: str, told: str, label: str, parts: Mapping[str, Mapping[str, int]], sums: Mapping[str, float]
    ) -> None:
        """Add a histogram: for each value of ``label``, how many fell into each part, by its upper end."""
        self._begin(name, "histogram", told)
        for value, counts in sorted(parts.items()):
            ends = sorted(counts, key=float)
            for end, total in zip(ends, accumulate(counts[end] for end in ends), strict=True):
                self._sample(f"{name}_bucket", {label: value, "le": end}, total)
            self._sample(f"{name}_sum", {label: value}, sums.get(value, 0.0))
            self._sample(f"{name}_count", {label: value}, sum(counts.values()))

    def _begin(self, name: str, kind: str, told: str) -> None:
        self._lines += [f"# HELP {name} {told}", f"# TYPE {name} {kind}"]

    def _sample(self, name: str, labels: Mapping[str, str], value: float) -> None:
        inner = ",".join(f'{label}="{text.translate(_ESCAPED)}"' for label, text in labels.items())
        self._lines.append(f"{name}{{{inner}}} {value}" if inner else f"{name} {value}")

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"
