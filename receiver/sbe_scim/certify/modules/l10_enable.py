"""L10: who comes back is the same, with their groups."""

from __future__ import annotations

from sbe_scim.certify.members import member_ids
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.offline import Seen
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    somebody = stage.somebody()
    identifier = stage.about(somebody)
    group = stage.group(somebody)
    stage.provider.disable(somebody)
    stage.note(was_out=stage.see(lambda: (stage.user(somebody.login) or {}).get("active") is False))
    stage.provider.enable(somebody)
    stage.note(active=stage.see(lambda: (stage.user(somebody.login) or {}).get("active") is True))
    found = stage.user(somebody.login) or {}
    stage.note(same=found.get("id") == identifier)
    stage.note(groups=stage.see(lambda: identifier in member_ids(stage.named(group))))


MODULE = Module(
    id="L10",
    name="enable",
    title=Text("Who comes back finds everything again", "Une personne qui revient retrouve tout"),
    instruction=Text(
        "Block a member of a group, and unblock them.", "Bloquez un membre d'un groupe, puis débloquez-le."
    ),
    why=Text(
        "After a leave the account must be the old one, with its groups.",
        "Après un congé, le compte doit être l'ancien, avec ses groupes.",
    ),
    references=("RFC 7643 §4.1.1 (active)", "IPSIE AL1"),
    wanted={
        "was_out": Wanted(
            Text("the account was inactive before", "le compte était inactif avant"), otherwise=Verdict.WARNING
        ),
        "active": Wanted(Text("the account is active", "le compte est actif")),
        "same": Wanted(Text("it is the same account", "c'est le même compte")),
        "groups": Wanted(
            Text("it is still in its group", "il est toujours dans son groupe"), otherwise=Verdict.WARNING
        ),
    },
    play=_play,
    level="AL1",
    offline=Seen("User", ("activated",)),
)
