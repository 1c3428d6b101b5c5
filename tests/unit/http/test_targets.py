"""Request targets as clients write them: the absolute form, encoded slashes, and what a plus means."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from sbe_scim.http.targets import BadTarget, settle
from tests.unit.http.client import BASE_URL, Receiver
from tests.unit.rig import user_body


def settled(target: str) -> dict[str, Any]:
    """The scope of a request with this target, as a server makes it, brought into its usual form."""
    path, _, query = target.encode().partition(b"?")
    scope: dict[str, Any] = {"raw_path": path, "path": unquote(path.decode()), "query_string": query}
    settle(scope)
    return scope


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/scim/v2/Users", "/scim/v2/Users"),
        ("/scim/v2/%55sers/%c3%a9", "/scim/v2/Users/é"),
        ("/scim/v2/Users%2Fa", "/scim/v2/Users%2Fa"),
        ("/scim/v2/Users%2fa", "/scim/v2/Users%2Fa"),
        ("/scim%2Fv2/Users/a", "/scim%2Fv2/Users/a"),
        ("/scim/v2/users", "/scim/v2/Users"),
        ("/scim/v2/groups/A-b/", "/scim/v2/Groups/A-b/"),
        ("/scim/v2/serviceproviderconfig", "/scim/v2/ServiceProviderConfig"),
        ("/scim/v2//Users/A-b", "/scim/v2/Users/A-b"),
        ("/scim/v2//users/.search", "/scim/v2/Users/.search"),
        ("/scim/v2/%2Fusers", "/scim/v2/%2Fusers"),
        ("/scim/v2/user", "/scim/v2/user"),
        ("/scim/v2", "/scim/v2"),
        ("/scim/V2/users", "/scim/V2/users"),
        ("/console/users", "/console/users"),
        ("/scim/v2/Users/a%2F", "/scim/v2/Users/a%2F"),
        ("/scim/v2/Users/a%252Fb", "/scim/v2/Users/a%2Fb"),
        ("%2Fscim/v2/Users", None),
        ("http://intranet.example.org/scim/v2/Users", "/scim/v2/Users"),
        ("HTTPS://intranet.example.org:8443/scim/v2/Users", "/scim/v2/Users"),
        ("http://[::1]:8000/healthz", "/healthz"),
        ("http://intranet.example.org/scim/v2/Users%2Fa", "/scim/v2/Users%2Fa"),
        ("http://intranet.example.org", "/"),
        ("http://a.example.org/http://b.example.org/", "/http:/b.example.org/"),
        ("/scim/v2//Users", "/scim/v2/Users"),
        ("/scim/v2///Users//a", "/scim/v2/Users/a"),
        ("/scim/v2/Users//", "/scim/v2/Users/"),
        ("/scim/v2//Users%2F%2Fa", "/scim/v2/Users%2F%2Fa"),
        ("http://intranet.example.org/scim/v2//Users", "/scim/v2/Users"),
        ("/scim/v2https://intranet.example.org/scim/v2/Users/A-b", "/scim/v2/Users/A-b"),
        ("/scim/v2/http://intranet.example.org:8443/annuaire/scim/v2/Groups/a%2Fb", "/scim/v2/Groups/a%2Fb"),
        ("/scim/v2https:/intranet.example.org/scim/v2/Users/A-b", "/scim/v2/Users/A-b"),
        ("/scim/v2https://intranet.example.org/scim/v2/Bulk", "/scim/v2https:/intranet.example.org/scim/v2/Bulk"),
        ("/consolehttps://intranet.example.org/scim/v2/Users/a", "/consolehttps:/intranet.example.org/scim/v2/Users/a"),
        # A proxy in front may have looked at the beginning only.
        ("//scim/v2/Users", "//scim/v2/Users"),
        ("//console", "//console"),
        ("http:///scim/v2/Users", None),
        ("http://user:secret@intranet.example.org/scim/v2/Users", None),
        ("ftp://intranet.example.org/scim/v2/Users", None),
        ("intranet.example.org:443", None),
        ("scim/v2/Users", None),
        ("*", "*"),
    ],
)
def test_the_path_of_a_target(target: str, path: str | None) -> None:
    if path is None:
        with pytest.raises(BadTarget) as refusal:
            settled(target)
        assert "example" not in str(refusal.value)
    else:
        assert settled(target)["path"] == path


def test_a_base_url_may_end_with_a_slash(scim: Receiver) -> None:
    ann = scim.created("//Users", user_body("ann"))
    assert scim.get(f"//Users/{ann['id']}").json() == ann
    assert ann["meta"]["location"] == f"{BASE_URL}/Users/{ann['id']}"
    assert scim.request("DELETE", f"//Users/{ann['id']}").status_code == 204


def test_a_location_behind_the_base_url_is_the_resource_as_in_surf_sram(scim: Receiver) -> None:
    ann = scim.created("/Users", user_body("ann"))
    location = ann["meta"]["location"]
    assert scim.request("PUT", location, user_body("ann.new")).status_code == 200
    assert scim.get(f"/{location}").json()["userName"] == "ann.new"
    assert scim.request("DELETE", location).status_code == 204
    assert scim.get(f"/Users/{ann['id']}").status_code == 404


def test_the_query_of_an_absolute_target_is_kept() -> None:
    scope = settled("http://intranet.example.org/scim/v2/Users?count=1&startIndex=2")
    assert (scope["raw_path"], scope["query_string"]) == (b"/scim/v2/Users", b"count=1&startIndex=2")
    assert settled("http://intranet.example.org?count=1")["query_string"] == b"count=1"


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        # Spaces as %20: a plus in a string is a plus.
        ("userName%20eq%20%22a+b%22", 'userName eq "a+b"'),
        ('userName%20eq%20"a+b"', 'userName eq "a+b"'),
        ("userName%20eq%20%22a%2Bb%22", 'userName eq "a+b"'),
        ("userName%20eq%20%22+33%201%22", 'userName eq "+33 1"'),
        ("userName%20eq%20%22a++b%22", 'userName eq "a++b"'),
        ("userName%20eq%20%22a%5C%22+b%22", 'userName eq "a\\"+b"'),
        ("emails%5Bvalue%20eq%20%22a+b@c%22%5D", 'emails[value eq "a+b@c"]'),
        ("meta.created%20gt%20%222026-01-31T09:00:00+01:00%22", 'meta.created gt "2026-01-31T09:00:00+01:00"'),
        ("userName%20eq%20%22a+b%22%20or%20userName%20eq%20%22c+d%22", 'userName eq "a+b" or userName eq "c+d"'),
        # Spaces as +, as forms write them.
        ("userName+eq+%22a%2Bb%22", 'userName eq "a+b"'),
        ("userName+eq+%22a+b%22", 'userName eq "a b"'),
        ("userName+pr", "userName pr"),
        # Both: outside of strings a plus has no other meaning than a space.
        ("userName+eq+%22a%20b+c%22", 'userName eq "a b+c"'),
        ("userName+eq%20%22a+b%22+and+active+eq+true", 'userName eq "a+b" and active eq true'),
        ("a%20+%20b", "a   b"),
        ("", ""),
        ("+", " "),
    ],
)
def test_what_a_plus_means(value: str, meaning: str) -> None:
    query = settled(f"/Users?count=5&filter={value}&attributes=userName,+title")["query_string"].decode()
    parameters = parse_qs(query, keep_blank_values=True)
    assert parameters["filter"] == [meaning]
    assert (parameters["count"], parameters["attributes"]) == (["5"], ["userName, title"])


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", ["+", "%20+", '"+', "+%22"])
def test_many_pluses_take_no_quadratic_time(part: str) -> None:
    settled("/Users?filter=%20" + part * 500_000)
