"""L42: a wrong filter of the directory does not take everybody out."""

from __future__ import annotations

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text

_MANY = 8


def _play(stage: Stage) -> None:
    other, people = stage.somebody(), [stage.person() for _ in range(_MANY)]

    def active() -> dict[str, str]:
        users = [stage.user(person.login) or {} for person in people]
        return {str(user["userName"]): str(user["id"]) for user in users if user.get("active") is True}

    stage.provider.add_entries(people)
    stage.note(there=stage.see(lambda: len(active()) == _MANY))
    accounts = active()
    stage.about(people[0])
    stage.provider.narrow_directory(people[0])
    stage.idle("outage")
    stage.settle()
    stage.note(most=len(active()) > _MANY // 2, others=(stage.user(other.login) or {}).get("active") is True)
    stage.provider.widen_directory()
    stage.note(back=stage.see(lambda: active().keys() == accounts.keys(), "recover"))
    stage.note(same=active() == accounts)


MODULE = Module(
    id="L42",
    name="wrong-filter",
    title=Text("A wrong filter does not take everybody out", "Un filtre erroné ne fait pas sortir tout le monde"),
    instruction=Text(
        f"With {_MANY} people of a directory, change its filter so that it shows one of them alone; then put it right.",
        f"Avec {_MANY} personnes d'un annuaire, modifiez son filtre pour n'en montrer qu'une ; puis rétablissez-le.",
    ),
    why=Text(
        "One wrong letter in a setting must not close an intranet; accounts that are made anew have lost their work.",
        "Une lettre fausse dans un réglage ne doit pas fermer un intranet ; un compte recréé a perdu son travail.",
    ),
    references=("RFC 4515", "IPSIE AL1"),
    wanted={
        "there": Wanted(Text("people of the directory have accounts", "les personnes de l'annuaire ont un compte")),
        "most": Wanted(Text("most of them are still active", "la plupart restent actives")),
        "others": Wanted(Text("somebody else is still active", "quelqu'un d'autre est toujours actif")),
        "back": Wanted(Text("everybody is active once it is put right", "tout le monde est actif une fois rétabli")),
        "same": Wanted(Text("everybody has the account of before", "chacun a son compte d'avant")),
    },
    play=_play,
    needs=frozenset({"add_entries", "narrow_directory", "widen_directory"}),
)
