"""What reports say around what was found."""

from __future__ import annotations

from collections.abc import Mapping

from sbe_scim.certify.text import Text

VERDICTS: Mapping[str, Text] = {
    "PASSED": Text("Passed", "Réussi"),
    "WARNING": Text("Warning", "Avertissement"),
    "FAILED": Text("Failed", "Échec"),
    "SKIPPED": Text("Not tested", "Non testé"),
    "REVIEW": Text("To be looked at", "À examiner"),
    "INTERRUPTED": Text("Not complete", "Incomplet"),
}
#: Told beside the word, so that nothing is told by colour alone.
SIGNS: Mapping[str, str] = {
    "PASSED": "✓",
    "WARNING": "!",
    "FAILED": "✗",
    "SKIPPED": "–",
    "REVIEW": "?",
    "INTERRUPTED": "…",
}
CONFORMS: Mapping[str, Text] = {
    "PASSED": Text("Yes", "Oui"),
    "WARNING": Text("No", "Non"),
    "SKIPPED": Text("Nothing to see", "Sans objet"),
}

TITLE = Text("Certification of an identity provider", "Certification d'un fournisseur d'identité")
RUN = Text("What was judged", "Objet du jugement")
PROVIDER = Text("Provider", "Fournisseur")
VERSION = Text("Version", "Version")
PROFILE = Text("Profile", "Profil")
PLAYED = Text("Played as", "Déroulement")
LEGS: Mapping[str, Text] = {
    "keycloak": Text("by machine, on a real Keycloak", "par un programme, sur un Keycloak réel"),
    "live": Text("by a person at the provider's console", "par une personne, à la console du fournisseur"),
    "control": Text("by machine, with a provider that is made for it", "par un programme, avec un fournisseur factice"),
}
NO_RUN = Text("from the journal alone", "à partir du journal seul")
RECEIVER = Text("Receiver", "Récepteur")
JUDGED = Text("Last request seen", "Dernière requête vue")
NUMBER = Text("Number of the run", "Numéro de l'essai")
WAITS = Text("Waits, in seconds", "Attentes, en secondes")
COUNTS = Text("In figures", "En chiffres")
MODULES = Text("Module by module", "Module par module")
MODULES_CAPTION = Text("What each module found", "Ce que chaque module a constaté")
MODULE = Text("Module", "Module")
LEVEL = Text("Level", "Niveau")
WORKS = Text("Works", "Fonctionne")
INTEROP = Text("Conforms to {interop}", "Conforme à {interop}")
TIME = Text("Time", "Délai")
FOUND = Text("What was found", "Constat")
REQUIREMENTS = Text("Requirements", "Exigences")
TO_DO = Text("What to do", "Que faire")
WHY = Text("Why it matters", "Pourquoi c'est important")
REMEDY = Text("In the provider's console", "Dans la console du fournisseur")
NOTHING_TO_DO = Text("Nothing failed, and nothing has a warning.", "Ni échec, ni avertissement.")
NOT_TESTED = Text("Not tested, and why", "Ce qui n'a pas été testé, et pourquoi")
ALL_TESTED = Text("Everything was tested.", "Tout a été testé.")
DELAYS = Text("How long it took", "Combien de temps cela a pris")
DELAYS_CAPTION = Text(
    "From the change at the provider to its arrival", "De la modification chez le fournisseur à son arrivée"
)
REQUESTS = Text("What the provider sent", "Ce que le fournisseur a envoyé")
REQUESTS_CAPTION = Text("Requests, and departures from the standard", "Requêtes, et écarts par rapport à la norme")
KIND = Text("Kind", "Nature")
NUMBER_OF = Text("Number", "Nombre")
NONE = Text("none", "aucun")
