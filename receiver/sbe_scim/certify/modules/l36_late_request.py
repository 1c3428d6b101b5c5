"""L36: a request that comes late lets no leaver in again."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    leaver = stage.somebody()
    stage.about(leaver)

    def out() -> bool:
        return (stage.user(leaver.login) or {}).get("active") is not True

    stage.faults.delay()
    moved = replace(leaver, title="Sur le départ")
    stage.provider.change(moved)
    stage.note(met=stage.see(stage.faults.met))
    stage.provider.disable(moved)
    stage.note(out=stage.see(out, "recover"))
    stage.faults.arrive()
    stage.settle()
    stage.note(stays=out())


MODULE = Module(
    id="L36",
    name="late-request",
    title=Text("What comes late lets nobody in again", "Une requête en retard ne rend l'accès à personne"),
    instruction=Text(
        "Change somebody's title; the request is lost on its way, and arrives after you have blocked them.",
        "Changez la fonction de quelqu'un ; la requête se perd, et n'arrive qu'une fois cette personne bloquée.",
    ),
    why=Text(
        "Networks deliver late; what says of a leaver that they are active must not count any more.",
        "Les réseaux livrent parfois en retard ; ce qui dit active une personne partie ne doit plus compter.",
    ),
    references=("RFC 7644 §3.14", "RFC 9110 §13.1.1"),
    wanted={
        "met": Wanted(Text("a request was late", "une requête est arrivée en retard"), otherwise=Verdict.REVIEW),
        "out": Wanted(Text("the leaver is out", "la personne bloquée n'a plus accès")),
        "stays": Wanted(Text("they stay out when it arrives", "elle reste sans accès à l'arrivée de la requête")),
    },
    play=_play,
    needs=frozenset({"faults"}),
)
