"""L02: the provider looks before it creates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sbe_scim.certify.module import Module, Scene
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.record import Row
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict

_LOOKS = frozenset({"search", "get"})


def _play(stage: Stage) -> None:
    newcomer = stage.person()
    stage.provider.create(newcomer)
    stage.see(lambda: stage.user(newcomer.login))


def _judge(_: Module, scene: Scene) -> Finding:
    return _offline(scene.rows, scene.waits) or Finding(Verdict.FAILED, (_NOBODY,))


def _offline(rows: Sequence[Row], _: Mapping[str, float]) -> Finding | None:
    creates = [row for row in rows if row.operation == "create" and row.target_type != "Group"]
    if not creates:
        return None
    looked = any(row.operation in _LOOKS and row.time <= creates[0].time for row in rows)
    return Finding(Verdict.PASSED) if looked else Finding(Verdict.WARNING, (_BLIND,))


_NOBODY = Text("Nobody was created.", "Personne n'a été créé.")
_BLIND = Text(
    "It creates without looking first: whoever is there already is refused before they are found.",
    "Il crée sans chercher d'abord : qui existe déjà est refusé avant d'être trouvé.",
)

MODULE = Module(
    id="L02",
    name="lookup",
    title=Text("It looks before it creates", "Le fournisseur cherche avant de créer"),
    instruction=Text("Give somebody the application.", "Affectez l'application à quelqu'un."),
    why=Text(
        "Whoever has an account already keeps it, with all that is in it.",
        "Qui a déjà un compte le garde, avec tout ce qu'il contient.",
    ),
    references=("RFC 7644 §3.4.2.2", "draft-ietf-scim-interop"),
    wanted={},
    play=_play,
    judge=_judge,
    offline=_offline,
)
