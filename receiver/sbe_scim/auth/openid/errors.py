"""How a sign-in fails."""

from __future__ import annotations


class SignInError(Exception):
    """A sign-in that cannot go on. The text is for the log: it holds no token, name or address."""


class Refused(SignInError):
    """The provider, or what it sent, says no."""


class Away(SignInError):
    """The provider does not answer, or not as one."""


class NotAllowed(SignInError):
    """Somebody signed in who may not come in here; by ``id_token`` they can sign out there."""

    def __init__(self, told: str, id_token: str) -> None:
        super().__init__(told)
        self.id_token = id_token
