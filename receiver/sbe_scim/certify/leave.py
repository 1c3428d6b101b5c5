"""Whoever leaves by way of the provider's directory is out, and has the same account when they are back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sbe_scim.certify.module import Wanted
from sbe_scim.certify.provider import Person, Stage
from sbe_scim.certify.text import Text

#: What must hold.
WANTED: Mapping[str, Wanted] = {
    "there": Wanted(Text("people of the directory have accounts", "les personnes de l'annuaire ont un compte")),
    "out": Wanted(Text("the account is inactive, or gone", "le compte est inactif, ou supprimé")),
    "others": Wanted(Text("the other person is still active", "l'autre personne est toujours active")),
    "back": Wanted(Text("the account is active again", "le compte est de nouveau actif")),
    "same": Wanted(Text("it is the same account", "c'est le même compte")),
}


def play(stage: Stage, away: Callable[[Person], None], back: Callable[[Person], None]) -> None:
    """With two people of the directory, do ``away`` to one of them, then ``back``; the time begins with ``away``."""
    leaver, other = people = [stage.person(), stage.person()]

    def active() -> list[str]:
        users = [stage.user(person.login) or {} for person in people]
        return [str(user["userName"]) for user in users if user.get("active") is True]

    stage.provider.add_entries(people)
    stage.note(there=stage.see(lambda: len(active()) == len(people)))
    identifier = stage.about(leaver)
    stage.moment("begin")
    away(leaver)
    stage.note(out=stage.see(lambda: leaver.login not in active(), "leaver"))
    stage.note(others=other.login in active())
    back(leaver)
    stage.note(back=stage.see(lambda: len(active()) == len(people), "recover"))
    stage.note(same=(stage.user(leaver.login) or {}).get("id") == identifier)
