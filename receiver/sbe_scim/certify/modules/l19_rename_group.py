"""L19: a group with a new name is the same group."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.members import member_ids
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    member = stage.somebody()
    group = stage.group(member)
    identifier = stage.about(member)
    before = (stage.named(group) or {}).get("id")
    renamed = replace(group, name=f"{group.name} bis")
    stage.provider.rename_group(renamed)
    stage.note(renamed=stage.see(lambda: stage.named(renamed)))
    stage.note(same=(stage.named(renamed) or {}).get("id") == before)
    stage.note(kept=stage.see(lambda: identifier in member_ids(stage.named(renamed))))


MODULE = Module(
    id="L19",
    name="rename-group",
    title=Text("A group with a new name keeps its members", "Un groupe renommé garde ses membres"),
    instruction=Text("Give a group that has a member another name.", "Renommez un groupe qui a un membre."),
    why=Text(
        "After a reform the offices have other names, and the same people and rights.",
        "Après une réforme, les bureaux changent de nom, pas de membres ni de droits.",
    ),
    references=("RFC 7643 §4.2", "IPSIE AL2"),
    wanted={
        "renamed": Wanted(Text("the new name has arrived", "le nouveau nom est arrivé")),
        "same": Wanted(Text("it is the same group", "c'est le même groupe")),
        "kept": Wanted(Text("its member has stayed", "son membre y est resté")),
    },
    play=_play,
    level="AL2",
    needs=frozenset({"rename_group", "join"}),
)
