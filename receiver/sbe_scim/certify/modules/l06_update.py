"""L06: a change changes that and nothing else."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.offline import Seen
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text

_TITLE = "Cheffe de bureau"
_KEPT = ("name", "emails", "externalId", "active")


def _play(stage: Stage) -> None:
    somebody = stage.somebody()
    before = stage.user(somebody.login) or {}
    stage.about(somebody)
    stage.provider.change(replace(somebody, title=_TITLE))
    stage.note(changed=stage.see(lambda: (stage.user(somebody.login) or {}).get("title") == _TITLE))
    after = stage.user(somebody.login) or {}
    stage.note(kept=[before.get(name) for name in _KEPT] == [after.get(name) for name in _KEPT])
    stage.note(same=before.get("id") == after.get("id"))


MODULE = Module(
    id="L06",
    name="update",
    title=Text("A change changes that and nothing else", "Une modification ne modifie que ce qu'elle dit"),
    instruction=Text(f"Give somebody the title “{_TITLE}”.", f"Donnez à quelqu'un la fonction « {_TITLE} »."),
    why=Text(
        "Who is promoted keeps their address and all the rest.",
        "Qui est promu garde son adresse et tout le reste.",
    ),
    references=("RFC 7644 §3.5", "IPSIE AL2"),
    wanted={
        "changed": Wanted(Text("the new title has arrived", "la nouvelle fonction est arrivée")),
        "kept": Wanted(
            Text("name, address and state stay as they were", "nom, adresse et état restent ce qu'ils étaient")
        ),
        "same": Wanted(Text("it is still the same account", "c'est toujours le même compte")),
    },
    play=_play,
    level="AL2",
    offline=Seen("User", ("changed",)),
)
