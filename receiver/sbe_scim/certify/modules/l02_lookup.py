"""L02: the provider looks for whoever is there already, before it creates or once that is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sbe_scim.certify.module import Module, Scene
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.record import Row
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict

_LOOKS = frozenset({"search", "get"})


def _play(stage: Stage) -> None:
    newcomer, present = stage.person(), stage.person()
    stage.put_user({"userName": present.login, "active": True})
    stage.provider.create(newcomer)
    stage.provider.create(present)
    stage.see(lambda: stage.user(newcomer.login) and (stage.user(present.login) or {}).get("externalId"))


def _judge(_: Module, scene: Scene) -> Finding:
    return _offline(scene.rows, scene.waits) or Finding(Verdict.FAILED, (_NOBODY,))


def _offline(rows: Sequence[Row], _: Mapping[str, float]) -> Finding | None:
    creates = [row for row in rows if row.operation == "create" and row.target_type != "Group"]
    if not creates:
        return None
    looks = [row.time for row in rows if row.operation in _LOOKS]
    if any(look <= creates[0].time for look in looks):
        return Finding(Verdict.PASSED)
    refused = [row.time for row in creates if row.status == 409]
    if refused and any(look >= refused[0] for look in looks):
        return Finding(Verdict.PASSED, (_AFTERWARDS,))
    return Finding(Verdict.WARNING, (_BLIND,))


_NOBODY = Text("Nobody was created.", "Personne n'a été créé.")
_AFTERWARDS = Text(
    "It creates at once, and looks where that is refused.", "Il crée d'emblée, et cherche en cas de refus."
)
_BLIND = Text(
    "It creates without looking: whoever is there already is refused, and not found.",
    "Il crée sans chercher : qui existe déjà est refusé, et n'est pas trouvé.",
)

MODULE = Module(
    id="L02",
    name="lookup",
    title=Text("It looks for whoever is there already", "Le fournisseur cherche qui existe déjà"),
    instruction=Text(
        "Give two people the application; the login of the second is there already.",
        "Affectez l'application à deux personnes ; l'identifiant de la seconde existe déjà.",
    ),
    why=Text(
        "Whoever has an account already keeps it, with all that is in it.",
        "Qui a déjà un compte le garde, avec tout ce qu'il contient.",
    ),
    references=("RFC 7644 §3.3 (409)", "RFC 7644 §3.4.2.2"),
    wanted={},
    play=_play,
    judge=_judge,
    offline=_offline,
)
