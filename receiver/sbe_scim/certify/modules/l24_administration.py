"""L24: where somebody works in a French administration arrives digit by digit."""

from __future__ import annotations

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict

_EXTENSION = "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"
#: Nobody's: their check digits are wrong. What takes a number for a number loses its zeros.
_SIRET = "00012345600019"
_UNIT = "0042"


def _play(stage: Stage) -> None:
    agent = stage.somebody()
    stage.about(agent)

    def told(name: str) -> object:
        return ((stage.user(agent.login) or {}).get(_EXTENSION) or {}).get(name)

    stage.provider.place(agent, _SIRET, _UNIT)
    stage.note(siret=stage.see(lambda: told("siret") == _SIRET))
    stage.note(unit=stage.see(lambda: told("organizationalUnitCode") == _UNIT))


MODULE = Module(
    id="L24",
    name="administration",
    title=Text("Establishment and unit arrive digit by digit", "L'établissement et l'unité arrivent au chiffre près"),
    instruction=Text(
        f"Give somebody the SIRET {_SIRET} and the unit {_UNIT}.",
        f"Donnez à quelqu'un le SIRET {_SIRET} et l'unité {_UNIT}.",
    ),
    why=Text(
        "A SIRET without its zeros is another establishment, or none.",
        "Un SIRET sans ses zéros désigne un autre établissement, ou aucun.",
    ),
    references=("RFC 7643 §3.3", "extension fr-administration:2.0"),
    wanted={
        "siret": Wanted(Text("the SIRET is the same digit by digit", "le SIRET est le même au chiffre près")),
        "unit": Wanted(
            Text("so is the code of the unit", "le code de l'unité aussi"),
            otherwise=Verdict.WARNING,
        ),
    },
    play=_play,
    needs=frozenset({"place"}),
)
