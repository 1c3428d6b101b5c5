"""L28: a lost answer doubles nobody."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.loops import judge_no_loop
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    somebody = stage.person()
    before = stage.users()
    stage.faults.lose_answer("POST")
    stage.provider.create(somebody)
    stage.note(there=stage.see(lambda: stage.user(somebody.login)))
    met = stage.see(stage.faults.met)
    stage.faults.calm()
    stage.about(somebody)
    stage.provider.change(replace(somebody, title="Retrouvée"))
    stage.note(
        met=met, followed=stage.see(lambda: (stage.user(somebody.login) or {}).get("title") == "Retrouvée", "recover")
    )
    stage.note(once=stage.users() == before + 1)


MODULE = Module(
    id="L28",
    name="lost-answer",
    title=Text("A lost answer doubles nobody", "Une réponse perdue ne crée pas de doublon"),
    instruction=Text(
        "Give somebody the application; the answer to the create is lost.",
        "Affectez l'application à quelqu'un ; la réponse à la création se perd.",
    ),
    why=Text(
        "Networks lose answers; a double never gets the block that was meant for it.",
        "Les réseaux perdent des réponses ; un doublon n'est jamais bloqué quand la personne part.",
    ),
    references=("RFC 7644 §3.3", "RFC 9110 §9.2.2"),
    wanted={
        "met": Wanted(Text("the answer was lost", "la réponse a bien été perdue"), otherwise=Verdict.REVIEW),
        "there": Wanted(Text("the person has an account", "la personne a un compte")),
        "followed": Wanted(Text("later changes arrive", "les modifications suivantes arrivent")),
        "once": Wanted(Text("there is one account", "il n'y a qu'un compte")),
    },
    play=_play,
    needs=frozenset({"faults"}),
    judge=judge_no_loop,
)
