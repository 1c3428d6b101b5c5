"""A new connector with a receiver of before: one that tells no versions, and nothing about itself.

The reverse, requests of a connector of before to this receiver: ``connector-before-versions`` of the sequences that the
certification replays.
"""

from __future__ import annotations

import json
from typing import Any

from tests.environment.chain import Chain
from tests.environment.main_path import live
from tests.environment.proxy import FaultProxy, Rewrite
from tests.environment.receiver import SCIM_PATH

_STANDING = "urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig"


def test_people_and_groups_live_at_a_receiver_that_tells_no_versions(chain: Chain) -> None:
    withheld: set[str] = set()

    def older(value: Any, key: str = "") -> Any:
        if isinstance(value, list):
            return [older(one, key) for one in value if one != _STANDING]
        if not isinstance(value, dict):
            return value
        new = {_STANDING} & value.keys() | ({"version"} & value.keys() if key == "meta" else set())
        withheld.update(new)
        return {name: older(one, name) for name, one in value.items() if name not in new}

    def body(content: bytes) -> bytes:
        return json.dumps(older(json.loads(content))).encode() if content else content

    proxy = FaultProxy(chain.receiver.base_url.removesuffix(SCIM_PATH))
    try:
        proxy.plan(lambda method, path: Rewrite(body, frozenset({"etag"})))
        live(chain, port=proxy.port)
        assert withheld == {"version", _STANDING}, "the receiver was as it is"
        assert not chain.admin.scim_status(chain.realm)[0]["refused"]
    finally:
        proxy.close()
