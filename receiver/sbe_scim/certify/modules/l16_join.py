"""L16: who joins a group is in it."""

from __future__ import annotations

from sbe_scim.certify.members import member_ids
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    first, second = stage.somebody(), stage.somebody()
    group = stage.group(first)
    kept, joined = stage.about(first), stage.about(second)
    stage.provider.join(second, group)
    stage.note(joined=stage.see(lambda: joined in member_ids(stage.named(group))))
    stage.note(kept=kept in member_ids(stage.named(group)))


MODULE = Module(
    id="L16",
    name="join",
    title=Text("Who joins a group is in it", "Une personne qui rejoint un groupe y est"),
    instruction=Text(
        "Put somebody into a group that has a member.", "Ajoutez une personne à un groupe qui a déjà un membre."
    ),
    why=Text("Membership opens documents and communities.", "L'appartenance ouvre documents et communautés."),
    references=("RFC 7644 §3.5.2.1", "IPSIE AL2"),
    wanted={
        "joined": Wanted(Text("the new member is in", "le nouveau membre y est")),
        "kept": Wanted(Text("the other member has stayed", "l'autre membre y est resté")),
    },
    play=_play,
    level="AL2",
    needs=frozenset({"join"}),
)
