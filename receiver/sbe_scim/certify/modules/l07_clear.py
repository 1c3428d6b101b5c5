"""L07: what is emptied is empty."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    somebody = stage.somebody()
    stage.about(somebody)
    titled = replace(somebody, title="Adjoint")
    stage.provider.change(titled)
    stage.note(set=stage.see(lambda: (stage.user(somebody.login) or {}).get("title") == "Adjoint"))
    stage.provider.change(replace(titled, title=""))
    stage.note(cleared=stage.see(lambda: not (stage.user(somebody.login) or {"title": True}).get("title")))


MODULE = Module(
    id="L07",
    name="clear",
    title=Text("What is emptied is empty", "Ce qui est vidé est vide"),
    instruction=Text("Empty somebody's title.", "Videz la fonction de quelqu'un."),
    why=Text(
        "A post that somebody no longer has must not stand beside their name.",
        "Une fonction que l'on n'occupe plus ne doit pas rester affichée.",
    ),
    references=("RFC 7643 §2.5", "RFC 7644 §3.5.2.2"),
    wanted={
        "set": Wanted(
            Text("the title had arrived before", "la fonction était arrivée avant"), otherwise=Verdict.WARNING
        ),
        "cleared": Wanted(Text("the title is empty", "la fonction est vide"), otherwise=Verdict.WARNING),
    },
    play=_play,
)
