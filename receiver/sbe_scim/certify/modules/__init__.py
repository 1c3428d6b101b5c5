"""The modules, in the order in which they are played."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from sbe_scim.certify.module import Module


def _found() -> Mapping[str, Module]:
    names = sorted(one.name for one in iter_modules(__path__))
    modules: list[Module] = [import_module(f"{__name__}.{name}").MODULE for name in names]
    return {module.id: module for module in modules}


#: By id.
MODULES = _found()
