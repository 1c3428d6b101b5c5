"""What stops the receiver from running beside an Abilian SBE."""

from __future__ import annotations


class SbeError(ValueError):
    """Abilian SBE cannot be used; the text says what to install or to set."""
