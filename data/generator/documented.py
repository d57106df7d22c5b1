"""Reads on what else actions can act: ARN formats that a second copy of the action reference has and the first has not.

The copies are of different days, and AWS's pages lose and gain resource types. A grant may only be called dead if neither copy
knows the ARN, so what the second adds counts for the reach of an action and for nothing else: no need is made of it.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from .actions import Reference, named_account
from .dependents import DEFINITION
from .overrides import Override


def pairs(wheel: Path) -> list[tuple[str, str, str]]:
    """Every action and ARN format of the second copy: prefix, action, format; sorted, each once."""
    with zipfile.ZipFile(wheel) as archive:
        definition = json.loads(archive.read(DEFINITION))
    found = set()
    for prefix, service in definition.items():
        if not isinstance(service, dict):
            continue
        formats = {name.lower(): resource["arn"] for name, resource in service["resources"].items()}
        for privilege in service["privileges"].values():
            for resource in privilege["resource_types"].values():
                if arn := formats.get(resource["resource_type"].rstrip("*").lower()):
                    found.add((prefix, privilege["privilege"], arn))
    return sorted(found)


def add_formats(wheel: Path, references: dict[str, Reference], overrides: dict[str, Override]) -> None:
    """Adds them, and those that are written by hand, to the actions that the action list knows."""
    also: dict[tuple[str, str], set[str]] = {}
    written = [(prefix, name, arn) for prefix, override in overrides.items()
               for name, formats in override.reach.items() for arn in formats]
    for prefix, name, arn in [*pairs(wheel), *written]:
        if prefix in references and (action := references[prefix].find(name)):
            also.setdefault((prefix, action.name), set()).add(named_account(arn))
    for (prefix, name), formats in also.items():
        reference = references[prefix]
        action = reference.actions[name]
        own = {arn for kind, _ in action.types for arn in reference.types[kind].formats}
        action.also = sorted(formats - own)
