"""L45: whom the provider's directory blocks is out."""

from __future__ import annotations

from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    leaver, other = people = [stage.person(), stage.person()]

    def active() -> list[str]:
        users = [stage.user(person.login) or {} for person in people]
        return [str(user["userName"]) for user in users if user.get("active") is True]

    stage.provider.add_entries(people)
    stage.note(there=stage.see(lambda: len(active()) == len(people)))
    identifier = stage.about(leaver)
    # From here its time counts.
    stage.moment("begin")
    stage.provider.block_entry(leaver)
    stage.note(out=stage.see(lambda: leaver.login not in active(), "leaver"))
    stage.note(others=other.login in active())
    stage.provider.unblock_entry(leaver)
    stage.note(back=stage.see(lambda: len(active()) == len(people), "recover"))
    stage.note(same=(stage.user(leaver.login) or {}).get("id") == identifier)


MODULE = Module(
    id="L45",
    name="directory-block",
    title=Text("Whom the directory blocks is out", "Une personne bloquée dans l'annuaire n'a plus accès"),
    instruction=Text(
        "With two people of a directory, block one of them there; then unblock them.",
        "Avec deux personnes d'un annuaire, bloquez-y l'une d'elles ; puis débloquez-la.",
    ),
    why=Text(
        "Where a directory says who works here, leavers are blocked there, and nowhere else.",
        "Là où un annuaire dit qui travaille ici, on y bloque les personnes qui partent, et nulle part ailleurs.",
    ),
    references=("RFC 7643 §4.1.1 (active)", "IPSIE AL1: 5 min"),
    wanted={
        "there": Wanted(Text("people of the directory have accounts", "les personnes de l'annuaire ont un compte")),
        "out": Wanted(Text("the account is inactive, or gone", "le compte est inactif, ou supprimé")),
        "others": Wanted(Text("the other person is still active", "l'autre personne est toujours active")),
        "back": Wanted(Text("the account is active again", "le compte est de nouveau actif")),
        "same": Wanted(Text("it is the same account", "c'est le même compte")),
    },
    play=_play,
    needs=frozenset({"add_entries", "block_entry", "unblock_entry"}),
    judge=judge_leaver,
)
