"""Words of the pages that tell of sources and of the journal, in English and French."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "sources": "Sources",
        "source": "Source",
        "issuer": "Identity provider",
        "people": "Its people",
        "groups": "Its groups",
        "last": "Last contact",
        "never": "never",
        "disabled": "disabled",
        "storm": "Source {source}: since {since} losses of access are held (people and groups: {count}): so many at "
        "once may be an accident. Repair it at the identity provider, or say “sbe-scim source release {source}”.",
        "shadow": "Source {source} is in shadow mode: since {since} nothing of it is applied, and its leavers stay in. "
        "“sbe-scim source shadow-report {source}” shows what would have happened; “sbe-scim source set --live "
        "{source}” applies it.",
        "applying": "Source {source} is live since {since}, and not all that it recorded in shadow mode is applied: "
        "“sbe-scim source set --live {source}” says what is not, and goes on.",
        "refused": "Refused",
        "nobody_refused": "Nobody is refused.",
        "who": "Who",
        "since": "Since",
        "times": "Times",
        "why": "Why",
        "remedy": "What to do",
        "compared": "Changed by hand: the latest comparison",
        "compared_when": "Compared",
        "found": "Differed",
        "brought_back": "Brought back",
        "held": "Held",
        "blocked": "Closed by hand",
        "held_more": "So much differed at once that it may be an accident: nothing of this source was brought back. "
        "Look with “sbe-scim sbe check”, then say “--repair --all”.",
        "search": "User name, mail address or id",
        "show": "Show",
        "unknown": "The journal has nothing of this person.",
        "when": "When",
        "operation": "Request",
        "status": "Answer",
        "what": "What",
    },
    "fr": {
        "sources": "Sources",
        "source": "Source",
        "issuer": "Fournisseur d'identité",
        "people": "Ses personnes",
        "groups": "Ses groupes",
        "last": "Dernier contact",
        "never": "jamais",
        "disabled": "désactivée",
        "storm": "Source {source} : depuis le {since}, des pertes d'accès sont retenues (personnes et groupes : "
        "{count}). Tant à la fois, c'est peut-être un accident. Réparez-le chez le fournisseur d'identité, ou dites "
        "« sbe-scim source release {source} ».",
        "shadow": "La source {source} est en observation : depuis le {since}, rien de ce qu'elle envoie n'est "
        "appliqué, et ses partants gardent leur accès. « sbe-scim source shadow-report {source} » montre ce qui se "
        "serait passé, « sbe-scim source set --live {source} » la met en service.",
        "applying": "La source {source} est en service depuis le {since}, mais tout ce qu'elle avait envoyé en "
        "observation n'est pas encore appliqué : « sbe-scim source set --live {source} » dit quoi, et reprend.",
        "refused": "Refusés",
        "nobody_refused": "Personne n'est refusé.",
        "who": "Qui",
        "since": "Depuis",
        "times": "Fois",
        "why": "Pourquoi",
        "remedy": "Que faire",
        "compared": "Changés à la main : la dernière comparaison",
        "compared_when": "Comparée",
        "found": "Écarts",
        "brought_back": "Rétablis",
        "held": "Retenus",
        "blocked": "Fermés à la main",
        "held_more": "Il y avait tant d'écarts à la fois que c'est peut-être un accident : rien de cette source n'a "
        "été rétabli. Regardez avec « sbe-scim sbe check », puis dites « --repair --all ».",
        "search": "Nom d'utilisateur, adresse ou identifiant",
        "show": "Afficher",
        "unknown": "Le journal n'a rien de cette personne.",
        "when": "Quand",
        "operation": "Requête",
        "status": "Réponse",
        "what": "Quoi",
    },
}
