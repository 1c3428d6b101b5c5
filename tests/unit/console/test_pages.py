"""What the pages of the console tell, in both languages, and how they are made."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from sbe_scim.console.language import language
from sbe_scim.console.reading import SHOWN
from sbe_scim.directory.sbe import comparisons
from sbe_scim.directory.sbe.comparisons import Comparison
from sbe_scim.directory.sbe.tables import comparison
from sbe_scim.journal.people import MOST
from sbe_scim.store import contacts, guards, shadows, sources, tables
from sbe_scim.store.clock import now
from tests.unit.console import accessible
from tests.unit.console.operator import HOUR, Operator
from tests.unit.http.client import Receiver
from tests.unit.rig import user_body

NASTY = "<script>alert('Zoë & \"co\"')</script>"


@pytest.fixture
def signed_in(operator: Operator) -> Operator:
    operator.sign_in()
    return operator


@pytest.fixture
def en_francais(scim: Receiver) -> Operator:
    operator = Operator(scim, "fr-FR,fr;q=0.9,en;q=0.8")
    operator.sign_in()
    return operator


def mail(address: str) -> list[dict[str, str]]:
    return [{"value": address}]


def refuse(scim: Receiver, name: str, taken: str = "zoe@example.org") -> None:
    """Let somebody be refused, whose address somebody has."""
    assert scim.post("/Users", user_body(name, emails=mail(taken), externalId=f"e-{name}")).status_code == 409


def number(operator: Operator, name: str = "staff") -> int:
    return operator.within(lambda connection: sources.require(connection, name).id)


def test_each_source_is_told_of_in_a_row(scim: Receiver, signed_in: Operator) -> None:
    scim.created("/Users", user_body("zoe", emails=mail("zoe@example.org")))
    scim.created("/Groups", {"schemas": [], "displayName": "Élus"})
    refuse(scim, "other")
    signed_in.within(lambda connection: contacts.heard(connection, {"staff": 1_700_000_000_000_000}))
    signed_in.within(lambda connection: sources.disable(connection, "staff"))
    page = signed_in.shows("sources")
    assert f'<a href="source?id={number(signed_in)}">staff</a>' in page
    assert "<td>disabled</td>" in page
    assert "<td>1</td><td>1</td><td>1</td><td>0</td>" in page
    assert "Nothing to warn of." in page
    assert "Differs" not in page


def test_what_is_amiss_is_warned_of_in_words(scim: Receiver, signed_in: Operator, en_francais: Operator) -> None:
    scim.created("/Users", user_body("zoe"))

    def amiss(connection: Connection) -> None:
        issuer = "https://sso.example.org/realms/staff"
        sources.change(connection, "staff", issuer=issuer, audience="account", azp=("admin-cli",))
        source = sources.require(connection, "staff").id
        connection.execute(update(tables.source).values(persons_token=now()))
        guards.hold(connection, source, connection.execute(select(tables.resource.c.pk)).scalar_one(), now())
        connection.execute(update(tables.change).values(time=now() - 50 * HOUR))
        contacts.heard(connection, {"staff": now() - 49 * HOUR})
        comparison.create(connection, checkfirst=True)
        comparisons.note(connection, Comparison("staff", now() + HOUR, 9, 2, 7, 1))

    signed_in.within(amiss)
    for path in ("sources", f"source?id={number(signed_in)}"):
        page = signed_in.shows(path)
        assert "losses of access are held (people and groups: 1)" in page
        assert "has not been heard of for more than 48 h" in page
        assert "gives that scope to people" in page
        assert "at which everybody of the realm can sign in" in page
        assert "its audience is too general" in page
        assert "nothing of this source was brought back" in page
        page = en_francais.shows(path)
        assert "des pertes d'accès sont retenues" in page
        assert "n'a rien envoyé depuis plus de 48 h" in page
        assert "<strong>Attention</strong>\N{NO-BREAK SPACE}: " in page
    assert "<td>7</td></tr>" in signed_in.shows("sources")
    assert "<dt>Brought back</dt><dd>2</dd>" in signed_in.shows(f"source?id={number(signed_in)}")


def test_one_source_tells_who_is_refused_why_and_what_to_do(
    scim: Receiver, signed_in: Operator, en_francais: Operator
) -> None:
    taken = scim.created("/Users", user_body("zoe", emails=mail("zoe@example.org")))["id"]
    path = f"source?id={number(signed_in)}"
    assert "Nobody is refused." in signed_in.shows(path)
    refuse(scim, "other")
    page = signed_in.shows(path)
    assert "other <zoe@example.org>" in page
    assert f"has this mail address: {taken} of source staff" in page
    assert "take them out of one of the two at the identity provider" in page
    assert "retirez-la de l'une des deux sources chez le fournisseur d'identité" in en_francais.shows(path)


def test_what_a_refusal_says_in_english_alone_is_marked(scim: Receiver, en_francais: Operator) -> None:
    wrong = user_body("zoe", emails=[{"value": {}}], externalId="e")
    refused = scim.post("/Users", wrong)
    assert refused.status_code == 400
    page = en_francais.shows(f"source?id={number(en_francais)}")
    assert f'<span lang="en">{refused.json()["detail"]}</span>' in page


def test_a_source_that_there_is_not_is_a_page_that_there_is_not(signed_in: Operator) -> None:
    for wanted in ("source", "source?id=", "source?id=999", "source?id=-1", "source?id=1%27", f"source?id={'9' * 40}"):
        answer = signed_in.get(wanted)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "There is no such page" in answer.text


def test_of_many_refusals_the_latest_are_shown(scim: Receiver, signed_in: Operator) -> None:
    scim.created("/Users", user_body("zoe", emails=mail("zoe@example.org")))
    for each in range(MOST + 1):
        refuse(scim, f"other{each}")
    page = signed_in.shows(f"source?id={number(signed_in)}")
    assert f"The latest {MOST} are shown." in page
    assert f"other{MOST} <" in page
    assert "other0 <" not in page


def test_a_person_is_found_by_every_name_with_what_was_done(scim: Receiver, signed_in: Operator) -> None:
    body = user_body("zoe", emails=mail("zoe@example.org"), externalId="e-zoe")
    user = scim.created("/Users", body)["id"]
    scim.request("PUT", f"/Users/{user}", body | {"active": False, "title": "Cheffe"})
    scim.request("DELETE", f"/Users/{user}")
    for who in ("zoe", " ZOE ", "zoe@example.org", "e-zoe", user, user.upper()):
        page = signed_in.shows("person", who=who)
        assert f"<th>{user}</th><td>zoe</td><td>staff</td><td>deleted</td>" in page, who
        done = ("delete</td><td>204</td><td>deleted", "200</td><td>deactivated", "201</td><td>created")
        rows = [page.index(f"<td>{each}</td>") for each in done]
        assert rows == sorted(rows), "the latest first"
        assert "<td>title, active</td>" in page
        assert f'value="{who.strip()}"' in page


def test_a_person_who_is_refused_is_found_with_the_remedy(scim: Receiver, en_francais: Operator) -> None:
    scim.created("/Users", user_body("zoe", emails=mail("zoe@example.org")))
    refuse(scim, "other")
    page = en_francais.shows("person", who="other")
    assert "<td>409 mail_taken</td><td>aucun</td>" in page
    assert "a cette adresse" in page
    assert "retirez-la de l'une des deux sources" in page
    assert "Ce qui est connu de cette personne" not in page


def test_what_was_done_is_punctuated_as_the_language_does(scim: Receiver, en_francais: Operator) -> None:
    user = scim.created("/Users", user_body("zoe", favouriteColour="mauve"))["id"]
    tied = "\N{NO-BREAK SPACE}"
    assert f"{tied}; ignoré{tied}: favouriteColour</td>" in en_francais.shows("person", who=user)


def test_no_line_ends_within_the_option_of_a_command(signed_in: Operator) -> None:
    signed_in.within(lambda connection: shadows.begin(connection, "staff"))
    for operator, path, option in ((signed_in, "sources", "--live"), (signed_in, "sign-in", "--console")):
        assert f'<span class="option">{option}</span>' in operator.shows(path)


def test_nobody_is_found_by_what_is_nobodys(signed_in: Operator) -> None:
    for who in ("nobody", NASTY, "\x00", "%", "' OR 1=1 --", "\ud83d\ude00"[:0] + "é" * 400):
        page = signed_in.shows("person", who=who)
        assert "Nobody known here" in page or not who.isprintable(), who
    assert "Nobody known here" not in signed_in.shows("person", who=" ")


def test_of_a_long_timeline_the_latest_are_shown(scim: Receiver, signed_in: Operator) -> None:
    user = scim.created("/Users", user_body("zoe"))["id"]

    def many(connection: Connection) -> None:
        (row,) = connection.execute(select(tables.journal)).mappings().all()
        more = [{**row, "seq": row["seq"] + each} for each in range(1, SHOWN + 1)]
        connection.execute(tables.journal.insert(), more)

    signed_in.within(many)
    page = signed_in.shows("person", who=user)
    assert f"The latest {SHOWN} requests are shown." in page
    assert page.count("<td>create</td>") == SHOWN


def test_names_are_text_and_never_markup(scim: Receiver, signed_in: Operator) -> None:
    signed_in.within(lambda connection: sources.add(connection, NASTY))
    user = scim.created("/Users", user_body(NASTY, externalId="e-zoe", emails=mail("zoe@example.org")))["id"]
    refuse(scim, f"{NASTY}2")
    pages = [
        signed_in.get("sources").text,
        signed_in.get(f"source?id={number(signed_in)}").text,
        signed_in.get(f"source?id={number(signed_in, NASTY)}").text,
        signed_in.post("person", who=user).text,
        signed_in.post("person", who=NASTY).text,
        signed_in.get(f"source?id={NASTY}").text,
        signed_in.get(f"person?language={NASTY}").text,
    ]
    assert [page for page in pages if "<script" in page] == []
    assert all("&lt;script&gt;alert(&#x27;Zoë &amp; &quot;co&quot;" in page for page in pages[:5])


def test_every_effect_has_a_name_in_both_languages() -> None:
    effects = (
        "created", "adopted", "changed", "activated", "deactivated", "restored", "deleted", "repaired", "erased",
        "handed-over", "nothing",
    )  # fmt: skip
    for code in ("en", "fr"):
        words = language(code, "").words
        assert {f"done_{effect}" for effect in effects} <= words.keys()
    assert language("en", "").words.keys() == language("fr", "").words.keys()


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "en"), ("fr", "fr"), ("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("en;q=0.5, FR;q=0.7", "fr"), ("de, *", "en"),
        ("fr;q=0", "en"), ("fr;q=2,fr;x", "en"), ("de;q=1,fr;q=0.1", "fr"), (",;,=;q", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_browsers(accepted: str, code: str) -> None:
    assert language(None, accepted).code == code
    assert language("tlh", accepted).code == code
    assert language("fr", accepted).code == "fr"


def test_the_language_is_switched_and_stays_so(scim: Receiver, signed_in: Operator) -> None:
    user = scim.created("/Users", user_body("zoe"))["id"]
    assert '<html lang="en">' in signed_in.get("sources").text
    assert '<html lang="fr">' in signed_in.get("sources?language=fr").text
    assert '<html lang="fr">' in signed_in.get("person").text
    page = signed_in.post("person", who=user, language="en").text
    assert '<html lang="en">' in page
    assert f'name="who" value="{user}"' in page
    assert '<html lang="en">' in signed_in.get("sources").text
    assert '<html lang="en">' in signed_in.get("sources?language=tlh").text


def test_pages_are_made_for_everybody(scim: Receiver, signed_in: Operator) -> None:
    scim.created("/Users", user_body("zoe", emails=mail("zoe@example.org")))
    refuse(scim, "other")
    out = Operator(scim)
    pages = [
        signed_in.get("sources").text,
        signed_in.get(f"source?id={number(signed_in)}").text,
        signed_in.get("source?id=0").text,
        signed_in.get("person").text,
        signed_in.post("person", who="zoe").text,
        out.get("sign-in").text,
        out.post("sign-in", token="wrong").text,
    ]
    titles = []
    for page in pages:
        accessible.check(page)
        titles.append(page.partition("<title>")[2].partition("</title>")[0])
    assert titles[-1].startswith("Error")
    assert json.dumps(titles).count("SCIM receiver") == len(titles)


def test_a_source_in_shadow_mode_is_warned_of(scim: Receiver, signed_in: Operator, en_francais: Operator) -> None:
    signed_in.within(lambda connection: shadows.begin(connection, "staff"))
    assert "Source staff is in shadow mode: since" in signed_in.get("sources").text
    assert "La source staff est en observation" in en_francais.get(f"source?id={number(signed_in)}").text
    signed_in.within(lambda connection: shadows.leave(connection, sources.require(connection, "staff"), ()))
    assert "not all that it recorded in shadow mode is applied" in signed_in.get("sources").text
