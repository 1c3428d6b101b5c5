"""L46: who is moved out of the part of the directory that the provider reads is out."""

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
    stage.provider.move_entry_away(leaver)
    stage.note(out=stage.see(lambda: leaver.login not in active(), "leaver"))
    stage.note(others=other.login in active())
    stage.provider.move_entry_back(leaver)
    stage.note(back=stage.see(lambda: len(active()) == len(people), "recover"))
    stage.note(same=(stage.user(leaver.login) or {}).get("id") == identifier)


MODULE = Module(
    id="L46",
    name="directory-move",
    title=Text(
        "Who is moved out of the directory's branch is out",
        "Une personne déplacée hors de la branche lue n'a plus accès",
    ),
    instruction=Text(
        "With two people of a directory, move one of them to a part that the provider does not read; then back.",
        "Avec deux personnes d'un annuaire, déplacez l'une d'elles dans une partie que le fournisseur ne lit pas ; "
        "puis remettez-la.",
    ),
    why=Text(
        "Leavers are moved to a branch of their own rather than deleted, and come back from it after a leave.",
        "On déplace les personnes qui partent dans une branche à part plutôt que de les supprimer, et elles en "
        "reviennent parfois.",
    ),
    references=("RFC 4511 §4.9", "IPSIE AL1: 5 min"),
    wanted={
        "there": Wanted(Text("people of the directory have accounts", "les personnes de l'annuaire ont un compte")),
        "out": Wanted(Text("the account is inactive, or gone", "le compte est inactif, ou supprimé")),
        "others": Wanted(Text("the other person is still active", "l'autre personne est toujours active")),
        "back": Wanted(Text("the account is active again", "le compte est de nouveau actif")),
        "same": Wanted(Text("it is the same account", "c'est le même compte")),
    },
    play=_play,
    needs=frozenset({"add_entries", "move_entry_away", "move_entry_back"}),
    judge=judge_leaver,
)
