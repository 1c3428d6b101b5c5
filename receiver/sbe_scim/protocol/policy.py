"""What applies to the requests of one source, in six parts; the defaults are what every tolerant source gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


def key(default: Any, help: str, least: int = 0) -> Any:
    """Declare a key of a dialect file: a field of a part. ``least`` bounds a number."""
    told = {"help": help, "least": least}
    return field(default_factory=dict, metadata=told) if default == {} else field(default=default, metadata=told)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What may be written otherwise than the RFC says."""

    any_case_operations: bool = key(True, "PATCH `op` in any case.")
    string_booleans: bool = key(True, '`"True"` and `"False"`, in any case, where a boolean is due.')
    string_numbers: bool = key(True, 'A number in a string, such as `"42"`, where a number is due.')
    drop_unknown: bool = key(
        True,
        "Unknown attributes and schema URIs are dropped and reported, save `active` and `members` of another"
        " schema; otherwise refused.",
    )
    incomplete_schemas: bool = key(True, "`schemas` may be missing or incomplete.")
    pathless: bool = key(True, "PATCH add and replace without `path`.")
    path_keys: bool = key(
        True,
        "Keys of a path-less value may be dotted, URN-qualified or value paths; an extension's attribute may lack its"
        " URN, a part of `name` the name before it; attributes of the type may stand in an object under its URN, and a"
        " dot behind a URN.",
    )
    remove_values: bool = key(True, "PATCH remove with a list of values removes only these.")
    create_unmatched: bool = key(
        True, "A value path that matches nothing creates the element that its filter describes."
    )
    string_references: bool = key(
        True, "A reference such as `manager`, or an element of `roles`, `emails` and the like, may be its bare `value`."
    )
    wrapped_values: bool = key(
        True,
        "The one value of a PATCH operation may stand in a list, in an object as its `value`, or in one under the"
        " name of its attribute; the one element of `emails` and the like, or the one string of a list, may stand"
        " without the list.",
    )
    unquoted_filters: bool = key(
        True, "The text that a filter of one `eq` compares with may lack its quotes, or have single ones."
    )
    empty_clears: bool = key(True, "The empty string means that the attribute is unassigned.")
    drop_valueless: bool = key(
        True, "An element of `emails` and the like without `value` is dropped and reported; otherwise kept."
    )
    empty_operations: bool = key(False, "PATCH without any operation changes nothing; otherwise refused.")
    json_strings: bool = key(False, "Roles and entitlements may be JSON objects written into a string.")


@dataclass(frozen=True, slots=True)
class Naming:
    """Other names, in any case, wherever a request names what there is; answers have the names of the RFC."""

    schemas: Mapping[str, str] = key({}, "URNs, each with the one that it stands for.")
    attributes: Mapping[str, str] = key(
        {}, "Attributes (`urn:…:name`, `name`, `name.part`), each with the one that it stands for."
    )

    @property
    def has_names(self) -> bool:
        """There is any."""
        return bool(self.schemas or self.attributes)


@dataclass(frozen=True, slots=True)
class Identity:
    """By what else than its `id` a member of a group may be named. Only people of the same source are looked at."""

    members: tuple[Literal["externalId", "userName", "emails"], ...] = key(
        (),
        "What of a person may be given, in this order: the first that finds somebody counts. `emails` is the address"
        " that counts.",
    )
    member_parts: tuple[str, ...] = key(
        ("value",), "Parts of a member in which it may be given, in this order, such as `email` beside `value`."
    )


@dataclass(frozen=True, slots=True)
class Answers:
    """Codes and bodies that the client can read."""

    patch: Literal[200, 204] = key(200, "What a PATCH is answered: the resource, or no body.")
    delete: Literal[204, 200] = key(204, "What a DELETE is answered: no body, or the resource as it last was.")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the client stands for by what it sends."""

    create_inactive: Literal["restore", "refuse"] = key(
        "restore",
        "POST of an `externalId` that an inactive person of the same source has: they are restored, or it is refused"
        " (409).",
    )
    replace: Literal["merge", "whole"] = key(
        "merge", "PATCH replace of a complex attribute changes the listed sub-attributes, or replaces all of it."
    )
    delete: Literal["remove", "disable"] = key(
        "remove", "DELETE of a person: they are gone, or inactive and still there. Groups are gone either way."
    )
    without_external_id: Literal["keep", "disable"] = key(
        "keep", "A person loses their `externalId`: they stay as they are, or are inactive from then on."
    )
    leaver_mail: Literal["kept", "given_up"] = key(
        "given_up",
        "Somebody claims the mail address of an inactive person of the same source: it is taken from the inactive one,"
        " or refused (409).",
    )
    no_mail: tuple[str, ...] = key(
        (),
        "Mail addresses, in small letters and with `*` for any text, that stand for none; they are dropped and"
        " reported.",
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once. They hold under every strictness."""

    page_size: int = key(0, "Resources in a list when the client does not say; 0: the receiver's `page_size`.")
    page_limit: int = key(0, "Most resources in one list, at most the receiver's `page_limit`; 0: that.")
    operations: int = key(10_000, "Most operations in one PATCH.", least=1)
    shown_members: int = key(
        200, "A group of more members is not sent back after a change (204), unless `attributes` is given."
    )


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules for one source: its dialect under its strictness."""

    dialect: str
    strictness: str
    tolerance: Tolerance = Tolerance()
    naming: Naming = Naming()
    identity: Identity = Identity()
    answers: Answers = Answers()
    meaning: Meaning = Meaning()
    limits: Limits = Limits()


#: The parts by name, in the order of a dialect file.
PARTS: Mapping[str, type] = {
    "tolerance": Tolerance,
    "naming": Naming,
    "identity": Identity,
    "answers": Answers,
    "meaning": Meaning,
    "limits": Limits,
}
