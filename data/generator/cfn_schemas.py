"""Reads the schemas of CloudFormation's resource types: their properties, attributes, and what `Ref` gives."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = "cfnlint/data/schemas/resources/"


@dataclass(frozen=True)
class Schema:
    """One resource type."""

    name: str
    properties: dict[str, dict]          # by name, references followed
    read_only: frozenset[str]            # attributes: what AWS makes, not what people write
    identifier: tuple[str, ...]
    provisioned: bool                    # has handlers of the registry, so that `Ref` gives the identifier
    arns: tuple[str, ...] = field(default=())

    @property
    def service(self) -> str:
        return self.name.split("::")[1]

    @property
    def noun(self) -> str:
        return self.name.split("::")[2]

    def is_text(self, name: str) -> bool:
        kind = self.properties.get(name, {}).get("type")
        return kind is None or kind == "string" or (isinstance(kind, list) and "string" in kind)


def read_schemas(wheel: Path) -> dict[str, Schema]:
    """By type, sorted."""
    found = {}
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.namelist():
            if entry.startswith(FOLDER) and entry.endswith(".json"):
                schema = _schema(json.loads(archive.read(entry)))
                found[schema.name] = schema
    return dict(sorted(found.items()))


def _schema(body: dict) -> Schema:
    pointers = {key: [pointer.removeprefix("/properties/") for pointer in body.get(key, ())]
                for key in ("readOnlyProperties", "primaryIdentifier")}
    read_only = frozenset(pointers["readOnlyProperties"])
    identifier = tuple(pointers["primaryIdentifier"])
    arns = {name for name in (*read_only, *identifier) if "/" not in name and name.lower().endswith("arn")}
    properties = {name: _followed(entry, body) for name, entry in body["properties"].items()}
    return Schema(body["typeName"], properties, read_only, identifier, bool(body.get("handlers")), tuple(sorted(arns)))


def _followed(entry: dict, body: dict) -> dict:
    target = entry.get("$ref", "").rsplit("/", 1)[-1]
    return {**body.get("definitions", {}).get(target, {}), **entry} if target else entry
