"""How a sign-in fails."""

from __future__ import annotations


class SignInError(Exception):
    """A sign-in that cannot go on. The text is for the log: it holds no token, name or address."""


class Refused(SignInError):
    """The provider, or what it sent, says no."""


class Away(SignInError):
    """The provider does not answer, or not as one."""
