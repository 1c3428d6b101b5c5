"""L04: a name is enough."""

from __future__ import annotations

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    bare = stage.person(mail="", title="", department="")
    stage.provider.create(bare)
    stage.note(there=stage.see(lambda: stage.user(bare.login)))
    stage.about(bare)
    stage.note(nothing_made_up=not (stage.user(bare.login) or {"emails": True}).get("emails"))


MODULE = Module(
    id="L04",
    name="minimal",
    title=Text("Somebody without a mail address is let in", "Une personne sans adresse électronique est acceptée"),
    instruction=Text(
        "Give somebody without address, telephone and title the application.",
        "Affectez l'application à une personne sans adresse, téléphone ni fonction.",
    ),
    why=Text(
        "People of the workshop and trainees often have no address, and need an account all the same.",
        "Agents de terrain et stagiaires n'ont souvent pas d'adresse, mais il leur faut un compte.",
    ),
    references=("RFC 7643 §4.1",),
    wanted={
        "there": Wanted(Text("the person has an account", "la personne a un compte")),
        "nothing_made_up": Wanted(
            Text("no address was made up", "aucune adresse n'a été inventée"), otherwise=Verdict.WARNING
        ),
    },
    play=_play,
)
