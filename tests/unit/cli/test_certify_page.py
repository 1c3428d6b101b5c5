"""The page on which somebody is told what to do: for them alone, one question at a time, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from sbe_scim.certify.modules import MODULES
from sbe_scim.cli.certify.page import LocalPage
from tests.environment.waiting import until

CHOSEN = {name: MODULES[name] for name in ("L01", "L09")}


@pytest.fixture
def page() -> Iterator[LocalPage]:
    with LocalPage("en", CHOSEN) as made:
        yield made


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client() as made:
        yield made


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def number(client: httpx.Client, page: LocalPage) -> str:
    """That of the question on the page, once there is one."""
    found = until(lambda: re.search(r'name="number" value="(\d+)"', client.get(page.url).text), what="a question")
    assert found is not None
    return found[1]


def press(client: httpx.Client, page: LocalPage, question: str, answer: str) -> None:
    assert client.post(page.url, data={"number": question, "answer": answer}).status_code == 303


def test_it_waits_for_the_button(page: LocalPage, client: httpx.Client, threads: ThreadPoolExecutor) -> None:
    for answer, done in (("done", True), ("not", False)):
        asked: Future[bool] = threads.submit(page.ask, "Block the user <ann>.\n  now")
        question = number(client, page)
        text = client.get(page.url).text
        assert "<p>Block the user &lt;ann&gt;.</p><p>now</p>" in text
        assert "http-equiv" not in text
        assert not asked.done()
        press(client, page, question, answer)
        assert asked.result(10) is done
    assert "<p>Nothing: the receiver is watched." in client.get(page.url).text
    assert 'http-equiv="refresh"' in client.get(page.url).text
    # So that the end need not wait for its last page to be seen.
    page._seen.set()


def test_a_second_click_answers_no_other_question(
    page: LocalPage, client: httpx.Client, threads: ThreadPoolExecutor
) -> None:
    first: Future[bool] = threads.submit(page.ask, "one")
    question = number(client, page)
    press(client, page, question, "done")
    assert first.result(10)
    second: Future[bool] = threads.submit(page.ask, "two", may_skip=False)
    other = number(client, page)
    assert "cannot be done" not in client.get(page.url).text
    for stale, answer in ((question, "done"), (other, "not"), ("", "done")):
        press(client, page, stale, answer)
    assert not second.done()
    press(client, page, other, "done")
    assert second.result(10)
    page._seen.set()


def test_nobody_else_sees_or_answers_it(page: LocalPage, client: httpx.Client) -> None:
    root = page.url.split("/", 3)[:3]
    assert client.get("/".join([*root, ""])).status_code == 404
    assert client.get(page.url + "x").status_code == 404
    # A name of somebody's own that leads to this machine.
    for method in ("GET", "POST"):
        assert client.request(method, page.url, headers={"Host": "evil.example.org"}).status_code == 404
    assert client.post(page.url, content=b"a" * 2_000).status_code == 413
    headers = client.get(page.url).headers
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_it_tells_how_far_it_is_and_at_last_that_it_is_over(client: httpx.Client, threads: ThreadPoolExecutor) -> None:
    with LocalPage("fr", CHOSEN) as page:
        page.begin("L01", CHOSEN["L01"])
        text = client.get(page.url).text
        assert '<html lang="fr">' in text
        assert re.search(r"<li aria-current=step>L01 [^<]+\xa0: en cours</li><li>L09 [^<]+\xa0: à venir</li>", text)
        page.end("L01", "done")
        page.end("L09", "unable")
        assert re.search(r"<li>L01 [^<]+\xa0: joué</li><li>L09 [^<]+\xa0: non joué</li>", client.get(page.url).text)
        asked = threads.submit(page.ask, "x")
        press(client, page, number(client, page), "done")
        asked.result(10)
        seen = threads.submit(
            until, lambda: client.get(page.url).text, lambda text: "Plus rien" in text, what="the last page"
        )
    assert "http-equiv" not in seen.result(10)
