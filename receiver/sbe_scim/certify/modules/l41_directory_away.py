"""L41: while the provider's directory is away nobody is out."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text

_MANY = 3
_NAME = "Marchand"


def _play(stage: Stage) -> None:
    other, people = stage.somebody(), [stage.person() for _ in range(_MANY)]

    def active() -> dict[str, str]:
        users = [stage.user(person.login) or {} for person in people]
        return {str(user["userName"]): str(user["id"]) for user in users if user.get("active") is True}

    stage.provider.add_entries(people)
    stage.note(there=stage.see(lambda: len(active()) == _MANY))
    accounts = active()
    stage.about(people[0])
    stage.provider.stop_directory()
    stage.idle("outage")
    stage.settle()
    stage.note(kept=active() == accounts, others=(stage.user(other.login) or {}).get("active") is True)
    stage.provider.start_directory()
    stage.provider.change_entry(replace(people[0], family=_NAME))
    stage.note(
        followed=stage.see(
            lambda: ((stage.user(people[0].login) or {}).get("name") or {}).get("familyName") == _NAME, "recover"
        )
    )
    stage.note(back=stage.see(lambda: active() == accounts, "recover"))


MODULE = Module(
    id="L41",
    name="directory-away",
    title=Text("While the directory is away nobody is out", "Un annuaire absent ne retire l'accès à personne"),
    instruction=Text(
        "With people of a directory, cut the provider off from it for a while; then change somebody there.",
        "Avec des personnes d'un annuaire, coupez-en le fournisseur un moment ; puis modifiez-y quelqu'un.",
    ),
    why=Text(
        "A directory that does not answer says nothing about anybody.",
        "Un annuaire qui ne répond pas ne dit rien de personne.",
    ),
    references=("RFC 4511 §4.1.9", "IPSIE AL1"),
    wanted={
        "there": Wanted(Text("people of the directory have accounts", "les personnes de l'annuaire ont un compte")),
        "kept": Wanted(Text("they are active without it", "elles restent actives sans lui")),
        "others": Wanted(Text("somebody else is still active", "quelqu'un d'autre est toujours actif")),
        "followed": Wanted(Text("a change in it arrives afterwards", "une modification y arrive ensuite")),
        "back": Wanted(Text("everybody has the account of before", "chacun a son compte d'avant")),
    },
    play=_play,
    needs=frozenset({"add_entries", "change_entry", "stop_directory", "start_directory"}),
)
