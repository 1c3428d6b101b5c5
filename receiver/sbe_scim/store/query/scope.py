"""What the paths of a filter lead to, as the translation of a filter asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sbe_scim.protocol import AttributePath, Filter, Or
from sbe_scim.store.query.operands import Condition, Operand


class Scope(Protocol):
    """Attributes of a resource, or sub-attributes of one element."""

    def operand(self, path: AttributePath) -> Operand:
        """Return what stands at ``path``. Raises :class:`InvalidFilter`."""

    def element(self, path: AttributePath, inner: Filter) -> Element:
        """Return the question for an element at ``path`` that satisfies ``inner``. Raises :class:`InvalidFilter`."""

    def any_of(self, whole: Or, conditions: Sequence[Condition]) -> Condition:
        """One of ``conditions`` holds, which are the terms of ``whole``."""

    def narrowed(self) -> Scope:
        """The same, for conditions on the few resources that another condition has found."""


class Element(Protocol):
    """A question for one element of a multi-valued attribute: ``terms`` are still to be translated, in each scope."""

    @property
    def scopes(self) -> Sequence[Scope]:
        """Where the paths of ``terms`` are read; several where elements are kept in several places."""

    @property
    def terms(self) -> Sequence[Filter]:
        """What the element has to satisfy, beside what is known already."""

    def holds(self, conditions: Sequence[Sequence[Condition]]) -> Condition:
        """Some element satisfies all conditions of its scope, which are those of ``terms``."""
