"""Reads the action reference: what IAM can grant, at which level, on which resource types."""

from __future__ import annotations

import json
import re
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

LEVELS = {
    "List": "L", "Read": "R", "Write": "W", "Permissions management, Write": "P", "Permissions management": "P",
    "Tagging, Write": "T", "Tagging": "T",
}
VARIABLE = re.compile(r"\$\{([^}]+)\}")
CONTEXT = {"Partition", "Region", "Account", "AccountId"}


@dataclass(frozen=True)
class ResourceType:
    name: str
    formats: tuple[str, ...]
    condition_keys: tuple[str, ...] = ()

    def variables(self, template: str) -> list[str]:
        """The variables that a request has to fill: not the partition, Region or account of the ARN."""
        return resource_variables(template)


@dataclass
class Action:
    name: str
    level: str
    types: list[tuple[str, bool]]      # resource type name, starred as required
    dependents: list[str] = field(default_factory=list)
    condition_keys: tuple[str, ...] = ()   # of the action itself; those of its types are theirs
    also: list[str] = field(default_factory=list)   # ARN formats that it can act on besides those of its types


@dataclass
class Reference:
    """One IAM prefix: its actions and resource types."""

    prefix: str
    actions: dict[str, Action]           # by name
    types: dict[str, ResourceType]       # by name

    def find(self, name: str) -> Action | None:
        return self._folded().get(name.lower())

    def _folded(self) -> dict[str, Action]:
        if not hasattr(self, "_by_lower"):
            self._by_lower = {action.lower(): self.actions[action] for action in sorted(self.actions)}
        return self._by_lower


def resource_variables(template: str) -> list[str]:
    parts = template.split(":", 5)
    if len(parts) < 6:
        return []
    seen = []
    for name in VARIABLE.findall(parts[5]):
        if name not in CONTEXT and name not in seen:
            seen.append(name)
    return seen


def read_reference(tarball: Path) -> dict[str, Reference]:
    actions: dict[str, dict] = {}
    types: dict[str, dict] = {}
    with tarfile.open(tarball) as archive:
        for entry in archive:
            parts = entry.name.split("/")
            if len(parts) == 4 and parts[2] in ("actions", "resourceTypes") and parts[3].endswith(".json"):
                body = json.load(archive.extractfile(entry))
                (actions if parts[2] == "actions" else types)[parts[3][:-5]] = body
    return {prefix: _reference(prefix, actions[prefix], types.get(prefix, {})) for prefix in sorted(actions)}


def _reference(prefix: str, actions: dict, types: dict) -> Reference:
    known = {}
    for entry in types.values():
        keys = tuple(sorted(entry.get("conditionKeys", ())))
        known[entry["key"]] = ResourceType(entry["key"], tuple(_formats(entry["arn"])), keys)
    by_lower = {name.lower(): name for name in known}
    return Reference(
        prefix,
        {entry["name"]: Action(
            entry["name"], LEVELS[entry["accessLevel"]],
            sorted((by_lower[t["name"].lower()], bool(t["required"])) for t in entry["resourceTypes"]),
            condition_keys=_own_keys(entry),
        ) for entry in actions.values()},
        known,
    )


def _own_keys(action: dict) -> tuple[str, ...]:
    """The keys of the action, and those that it has on some of its types only."""
    return tuple(sorted({*action["conditionKeys"], *(key for t in action["resourceTypes"] for key in t["conditionKeys"])}))


def _formats(arn: str) -> list[str]:
    """Some types are documented with two formats, joined by a comma."""
    return [named_account(part.strip()) for part in arn.split(", ")]


def named_account(arn: str) -> str:
    """An account that is the name of the resource is not the caller's own: its variable gets a name of its own."""
    colons = list(re.finditer(r":(?![^{]*\})", arn))
    if len(colons) < 5:
        return arn
    place = colons[4].end()
    return arn[:place] + arn[place:].replace("${AccountId}", "${NamedAccountId}")
