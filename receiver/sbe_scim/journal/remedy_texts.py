"""Why somebody was refused, and what to do: the words, by the code of the reason.

In braces: ``adopt``, ``without`` and ``retry`` are commands, ``kind`` a type of resource, ``holder`` who has what is
taken, or nothing, ``detail`` what the receiver said, in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """What a language says: for each code why and what to do, and how somebody is sent once more."""

    by_code: Mapping[str, tuple[str, str]]
    #: Of a code that has no words, and of none.
    other: tuple[str, str]
    refused: str
    between: str
    holder: str
    retry: str
    send: str


_TWICE = (
    "where both are one person, take them out of one of the two at the identity provider; else give one of them another"
)
_DEUX_FOIS = (
    "s'il s'agit d'une seule personne, retirez-la de l'une des deux sources chez le fournisseur d'identité ; "
    "sinon, donnez à l'une des deux"
)

ENGLISH = Words(
    by_code={
        "account_taken": (
            "the mail address belongs to an account of Abilian SBE that SCIM did not make",
            "adopt the account: {adopt}; or give it another address in Abilian SBE",
        ),
        "name_taken": ("another {kind} at this receiver has this name{holder}", f"{_TWICE} name"),
        "mail_taken": ("another {kind} at this receiver has this mail address{holder}", f"{_TWICE} address"),
        "external_id_taken": (
            "another resource of the same source has this externalId",
            "let the identity provider send an externalId of its own for each",
        ),
        "value_taken": (
            "another resource at this receiver has the value of an attribute that is unique here: {detail}",
            "give each a value of its own at the identity provider",
        ),
        "mail_missing": (
            "an account of Abilian SBE needs a mail address, and none was sent",
            "give the person a mail address at the identity provider; or let the source send people without: {without}",
        ),
        "mail_unusable": (
            "what was sent as the mail address is none",
            "correct the mail address at the identity provider",
        ),
        "last_administrator": (
            "this is the last enabled administrator of Abilian SBE",
            "name another administrator in Abilian SBE",
        ),
    },
    other=("{detail}", "correct what the reason names at the identity provider"),
    refused="refused with status {status}",
    between="; ",
    holder=": {id} of source {source}",
    retry="then: {retry}",
    send="then let the identity provider send it again",
)

FRENCH = Words(
    by_code={
        "account_taken": (
            "l'adresse appartient à un compte d'Abilian SBE que SCIM n'a pas créé",
            "adoptez le compte : {adopt} ; ou donnez-lui une autre adresse dans Abilian SBE",
        ),
        "name_taken": (
            "une autre ressource ({kind}) de ce récepteur porte ce nom{holder}",
            f"{_DEUX_FOIS} un autre nom",
        ),
        "mail_taken": (
            "une autre ressource ({kind}) de ce récepteur a cette adresse{holder}",
            f"{_DEUX_FOIS} une autre adresse",
        ),
        "external_id_taken": (
            "une autre ressource de la même source a cet externalId",
            "faites envoyer par le fournisseur d'identité un externalId propre à chacune",
        ),
        "value_taken": (
            "une autre ressource de ce récepteur a la valeur d'un attribut qui est unique ici : {detail}",
            "donnez à chacune une valeur propre chez le fournisseur d'identité",
        ),
        "mail_missing": (
            "un compte d'Abilian SBE a besoin d'une adresse électronique, et aucune n'a été envoyée",
            "donnez une adresse électronique à la personne chez le fournisseur d'identité ; ou permettez à la source "
            "d'envoyer des personnes sans adresse : {without}",
        ),
        "mail_unusable": (
            "ce qui a été envoyé comme adresse électronique n'en est pas une",
            "corrigez l'adresse électronique chez le fournisseur d'identité",
        ),
        "last_administrator": (
            "c'est le dernier administrateur actif d'Abilian SBE",
            "nommez un autre administrateur dans Abilian SBE",
        ),
    },
    other=("{detail}", "corrigez chez le fournisseur d'identité ce que nomme la raison"),
    refused="refusé avec le code {status}",
    between=" ; ",
    holder=" : {id} de la source {source}",
    retry="puis : {retry}",
    send="puis faites-la envoyer à nouveau par le fournisseur d'identité",
)
