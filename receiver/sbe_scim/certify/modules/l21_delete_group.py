"""L21: a deleted group is gone, and nobody with it."""

from __future__ import annotations

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.offline import Seen
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    member = stage.somebody()
    group = stage.group(member)
    stage.about(member)
    stage.provider.delete_group(group)
    stage.note(gone=stage.see(lambda: stage.named(group) is None))
    stage.note(people=(stage.user(member.login) or {}).get("active") is True)


MODULE = Module(
    id="L21",
    name="delete-group",
    title=Text("A deleted group is gone, its people stay", "Un groupe supprimé disparaît, ses membres restent"),
    instruction=Text("Delete a group that has a member.", "Supprimez un groupe qui a un membre."),
    why=Text(
        "A group that stays keeps its rights; people who went with it would lose everything.",
        "Un groupe qui reste garde ses droits ; des membres partis avec lui perdraient tout.",
    ),
    references=("RFC 7644 §3.6",),
    wanted={
        "gone": Wanted(Text("the group is gone", "le groupe a disparu")),
        "people": Wanted(Text("its member is still active", "son membre est toujours actif")),
    },
    play=_play,
    level="AL2",
    needs=frozenset({"delete_group", "join"}),
    offline=Seen("Group", ("deleted",)),
)
