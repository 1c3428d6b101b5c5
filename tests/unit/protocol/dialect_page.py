"""The tables of ``docs/dialects.md``, from the dialects and from the keys that they may have.

``python -m tests.unit.protocol.dialect_page`` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, get_args, get_origin, get_type_hints

from sbe_scim.protocol import dialects
from sbe_scim.protocol.policy import PARTS
from tests.environment import ROOT

PAGE = ROOT / "docs/dialects.md"


def with_tables(page: str) -> str:
    """The page with the tables as they should be."""
    for mark, lines in (("dialects", _dialects()), ("keys", _keys())):
        before, begin, rest = page.partition(f"<!-- {mark} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        page = before + begin + "".join(f"{line}\n" for line in lines) + end + after
    return page


def _dialects() -> Iterator[str]:
    yield "| Dialect | Client | What is its own |"
    yield "|---|---|---|"
    for name, one in dialects().items():
        own = [
            f"`{part}.{key} = {_toml(value)}`" for part, keys in one.differences.items() for key, value in keys.items()
        ]
        yield f"| `{name}` | {one.client} | {'<br>'.join(own) or '–'} |"


def _keys() -> Iterator[str]:
    for part, kind in PARTS.items():
        yield f"### `[{part}]`"
        yield ""
        yield str(kind.__doc__)
        yield ""
        yield "| Key | Values, the default first | Meaning |"
        yield "|---|---|---|"
        kinds = get_type_hints(kind)
        for key in fields(kind):
            yield f"| `{key.name}` | {_values(key, kinds[key.name])} | {key.metadata['help']} |"
        yield ""


def _values(key: Field[Any], kind: Any) -> str:
    default = {} if key.default is MISSING else key.default
    shown = [default]
    if kind is bool:
        shown.append(not default)
    elif get_origin(kind) is not tuple and get_args(kind) and not isinstance(default, dict):
        shown += [choice for choice in get_args(kind) if choice != default]
    more = get_args(get_args(kind)[0]) if get_origin(kind) is tuple else ()
    of = f" of {', '.join(f'`{_toml(choice)}`' for choice in more)}" if more else ""
    return ", ".join(f"`{_toml(value)}`" for value in shown) + of


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f'"{key}" = {_toml(other)}' for key, other in value.items()) + "}"
    return str(value)


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
