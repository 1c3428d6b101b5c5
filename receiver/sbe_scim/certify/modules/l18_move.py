"""L18: who moves from one group to another has moved."""

from __future__ import annotations

from sbe_scim.certify.members import member_ids
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    mover, colleague = stage.somebody(), stage.somebody()
    old, new = stage.group(mover, colleague), stage.group()
    moved, stayed = stage.about(mover), stage.about(colleague)
    stage.provider.leave(mover, old)
    stage.provider.join(mover, new)
    stage.note(joined=stage.see(lambda: moved in member_ids(stage.named(new))))
    stage.note(out=stage.see(lambda: moved not in member_ids(stage.named(old))))
    stage.note(kept=stayed in member_ids(stage.named(old)))


MODULE = Module(
    id="L18",
    name="move",
    title=Text("Who moves has moved", "Une personne qui change de service change de groupe"),
    instruction=Text("Move somebody from one group to another.", "Faites passer une personne d'un groupe à un autre."),
    why=Text(
        "Whoever changes offices must see the new one's documents, and the old one's no more.",
        "Qui change de bureau doit voir les documents du nouveau, et plus ceux de l'ancien.",
    ),
    references=("RFC 7644 §3.5.2",),
    wanted={
        "joined": Wanted(Text("the person is in the new group", "la personne est dans le nouveau groupe")),
        "out": Wanted(Text("the person is out of the old group", "la personne n'est plus dans l'ancien groupe")),
        "kept": Wanted(Text("whoever did not move has stayed", "qui n'a pas bougé y est resté")),
    },
    play=_play,
    level="AL2",
    needs=frozenset({"join", "leave"}),
)
