"""Reads botocore: which operations a service has, and which members their requests carry."""

from __future__ import annotations

import gzip
import json
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Member:
    path: str        # `Outer.Inner`, `List[].Inner`
    name: str        # the last word of the path
    location: str    # the name on the wire, where it differs
    shape: str
    required: bool
    depth: int
    holds_arn: bool  # the model says that the value is, or may be, an ARN
    is_text: bool    # a string, or a list of strings


@dataclass
class Operation:
    name: str
    method: str
    uri: str
    unauthenticated: bool
    input_shape: str | None
    shapes: dict = field(repr=False)
    output_shape: str | None = None

    @cached_property
    def answers(self) -> list[Member]:
        """What the response carries: top-level members first, then those one level down."""
        return self._two_levels(self.output_shape)

    @cached_property
    def members(self) -> list[Member]:
        """What the request carries: top-level members first, then those one level down."""
        return self._two_levels(self.input_shape)

    def _two_levels(self, shape: str | None) -> list[Member]:
        if not shape:
            return []
        top = list(self._members_of(shape, "", 0))
        nested = []
        for member in top:
            inner, lead = self._inner(member)
            if inner:
                nested.extend(self._members_of(inner, lead, 1))
        return [m for m in top + nested]

    @cached_property
    def top_members(self) -> dict[str, Member]:
        return {m.name: m for m in self.members if m.depth == 0}

    def knows_path(self, path: str) -> bool:
        """Does the request have this member, however deep? (Used to check overrides.)"""
        shape = self.input_shape
        for part in path.split("."):
            name = part.removesuffix("[]").removesuffix("{}")
            members = self.shapes.get(shape, {}).get("members", {}) if shape else {}
            if name not in members:
                return False
            shape = members[name]["shape"]
            body = self.shapes[shape]
            if part.endswith("[]"):
                if body["type"] != "list":
                    return False
                shape = body["member"]["shape"]
            elif part.endswith("{}"):
                if body["type"] != "map":
                    return False
                shape = body["value"]["shape"]
        return True

    def _inner(self, member: Member) -> tuple[str | None, str]:
        body = self.shapes[member.shape]
        if body["type"] == "structure":
            return member.shape, member.path + "."
        if body["type"] == "list" and self.shapes[body["member"]["shape"]]["type"] == "structure":
            return body["member"]["shape"], member.path + "[]."
        return None, ""

    def _members_of(self, shape: str, lead: str, depth: int):
        body = self.shapes[shape]
        required = set(body.get("required", ()))
        for name, ref in body.get("members", {}).items():
            target = self.shapes[ref["shape"]]
            listed = target["type"] == "list"
            element = self.shapes[target["member"]["shape"]] if listed else target
            yield Member(
                path=lead + name + ("[]" if listed and element["type"] == "string" else ""),
                name=name,
                location=ref.get("locationName", name),
                shape=ref["shape"],
                required=name in required,
                depth=depth,
                holds_arn=_says_arn(ref["shape"], target) or _says_arn("", element),
                is_text=element["type"] == "string" and not element.get("enum"),
            )


@dataclass
class Service:
    name: str
    metadata: dict
    operations: dict[str, Operation]

    @property
    def needs_no_signature(self) -> bool:
        return self.metadata.get("signatureVersion") == "bearer"


def _says_arn(shape_name: str, shape: dict) -> bool:
    return shape["type"] == "string" and ("Arn" in shape_name or "ARN" in shape_name or "arn:" in shape.get("pattern", "")
                                          or "arn\\:" in shape.get("pattern", ""))


def read_models(wheel: Path) -> dict[str, Service]:
    """Every service of the wheel, in its newest API version, by botocore name."""
    newest: dict[str, str] = {}
    with zipfile.ZipFile(wheel) as archive:
        for entry in sorted(archive.namelist()):
            if entry.startswith("botocore/data/") and entry.endswith("/service-2.json.gz"):
                newest[entry.split("/")[2]] = entry
        return {name: _service(name, json.loads(gzip.decompress(archive.read(path))))
                for name, path in sorted(newest.items())}


def _service(name: str, model: dict) -> Service:
    operations = {}
    for operation in model["operations"].values():
        auth = operation.get("auth")
        operations[operation["name"]] = Operation(
            name=operation["name"],
            method=operation["http"]["method"],
            uri=operation["http"]["requestUri"],
            unauthenticated=operation.get("authtype") == "none" or auth == ["smithy.api#noAuth"],
            input_shape=operation.get("input", {}).get("shape"),
            shapes=model["shapes"],
            output_shape=operation.get("output", {}).get("shape"),
        )
    return Service(name, model["metadata"], dict(sorted(operations.items())))
