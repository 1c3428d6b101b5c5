"""L33: a group takes the name that another has just given up."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.members import member_ids
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    first, second = stage.somebody(), stage.somebody()
    one, other = stage.group(first), stage.group(second)
    first_id, second_id = stage.about(first), stage.about(second)
    stage.provider.rename_group(replace(other, name=f"{other.name} ancien"))
    stage.provider.rename_group(replace(one, name=other.name))
    stage.note(taken=stage.see(lambda: member_ids(stage.named(other)) == {first_id}))
    stage.note(
        kept=stage.see(lambda: member_ids(stage.named(replace(other, name=f"{other.name} ancien"))) == {second_id})
    )


MODULE = Module(
    id="L33",
    name="taken-name",
    title=Text("A group can take the name that another gave up", "Un groupe peut prendre le nom qu'un autre a quitté"),
    instruction=Text(
        "Rename group B, then give group A the name that B had.",
        "Renommez le groupe B, puis donnez au groupe A le nom qu'avait B.",
    ),
    why=Text(
        "Offices swap names in reforms; nobody may get the rights of the other office.",
        "Les bureaux échangent leurs noms lors des réformes ; personne ne doit hériter des droits de l'autre.",
    ),
    references=("RFC 7643 §4.2", "IPSIE AL2: unique displayName"),
    wanted={
        "taken": Wanted(Text("A has the name, and A's member", "A porte ce nom, avec le membre de A")),
        "kept": Wanted(Text("B has its new name, and B's member", "B porte son nouveau nom, avec le membre de B")),
    },
    play=_play,
    needs=frozenset({"rename_group", "join"}),
)
