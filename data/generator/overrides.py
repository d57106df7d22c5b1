"""Reads data/overrides/*.toml and refuses what does not hold: unknown keys, actions, types, operations, members."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from .actions import Reference, ResourceType, resource_variables
from .errors import GeneratorError
from .models import Service
from .words import normalise

FILE_KEYS = {
    "services", "assume", "ignore_types", "recorded_only", "granularity", "implied", "fill", "arn",
    "parameters", "recorded", "spellings", "renames", "none", "operations", "reach", "formats", "types",
}
NEED_KEYS = {"action", "types", "resources", "fill", "arn", "made", "any", "when", "optional"}
RESOURCE_KEYS = {"type", "fill", "arn", "made"}
IMPLIED_KEYS = {"action", "reason", "operations", "direction"}
TRANSFORMS = {
    "tail", "lambda", "lower", "qualifier", "table", "bucket", "s3src", "bus", "secret", "ssmparam", "kmskey", "bedrockmodel",
    "sesid", "partiql", "partiqlindex", "idpath", "shortid", "ssmdoc", "awsowned", "notaws", "s3version", "underpath", "apiid", "stage", "under", "family", "last", "bedrockprofile", "alias",
    "reference",
}


@dataclass
class Override:
    """What is written by hand about one IAM prefix."""

    prefix: str
    path: Path | None = None
    text: str = ""
    services: list[str] = field(default_factory=list)
    assume: bool = True
    ignore_types: list[str] = field(default_factory=list)
    recorded_only: list[str] = field(default_factory=list)
    granularity: dict[str, str] = field(default_factory=dict)
    implied: list[dict] = field(default_factory=list)
    fill: dict[str, list[str]] = field(default_factory=dict)
    arn: dict[str, list[str]] = field(default_factory=dict)
    parameters: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    recorded: dict[str, dict[str, str]] = field(default_factory=dict)
    spellings: dict[str, dict[str, str]] = field(default_factory=dict)
    renames: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    none: dict[str, list[str]] = field(default_factory=dict)
    operations: dict[str, dict[str, list[dict]]] = field(default_factory=dict)
    reach: dict[str, list[str]] = field(default_factory=dict)
    formats: dict[str, list[str]] = field(default_factory=dict)
    types: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, what: str, word: str, hint: str):
        """Raises, with the line on which the offending word first stands."""
        lines = self.text.splitlines()
        number = next((i for i, line in enumerate(lines, 1) if word in line and not line.lstrip().startswith("#")), None)
        raise GeneratorError(f"{self.path}:{number or 1}: {what}", hint)


def read_overrides(folder: Path) -> dict[str, Override]:
    found = {}
    for path in sorted(folder.glob("*.toml")):
        text = path.read_text()
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise GeneratorError(f"{path}: not valid TOML: {error}", "see data/README.md for the keys an override has") from error
        override = Override(path.stem, path, text)
        if not text.lstrip().startswith("#"):
            override.refuse("no comment header", "", "say first why the file is needed: what IAM asks, what a trace shows, what cannot be known")
        for key, value in document.items():
            if key not in FILE_KEYS:
                override.refuse(f"unknown key `{key}`", key, f"known keys: {', '.join(sorted(FILE_KEYS))}")
            setattr(override, key, value)
        found[path.stem] = override
    return found


def write_formats(overrides: dict[str, Override], references: dict[str, Reference]) -> None:
    """Puts ARN formats that are written by hand in the place of those of the action reference, and adds types that it does not list."""
    for override in overrides.values():
        types = references[override.prefix].types if override.prefix in references else {}
        for name, formats in override.types.items():
            if name in types:
                override.refuse(f"`{name}` is a resource type of `{override.prefix}` already", name, "write its ARN formats under [formats]")
            check_formats(override, formats)
            types[name] = ResourceType(name, tuple(formats))
        for name, formats in override.formats.items():
            if name not in types:
                override.refuse(f"no resource type `{name}` in `{override.prefix}`", name, f"known types: {', '.join(sorted(types))}")
            check_formats(override, formats)
            types[name] = replace(types[name], formats=tuple(formats))


def check_formats(override: Override, formats: list[str]) -> None:
    for form in formats:
        if not form.startswith("arn:${Partition}:"):
            override.refuse(f"`{form}` is not an ARN format", form, "begin it with arn:${Partition}:")


def check_overrides(overrides: dict[str, Override], references: dict[str, Reference], services: dict[str, Service],
                    prefixes: dict[str, str | None]) -> None:
    for override in overrides.values():
        Check(override, references, services, prefixes).all()


class Check:
    def __init__(self, override: Override, references, services, prefixes):
        self.override, self.references, self.services, self.prefixes = override, references, services, prefixes
        self.refuse = override.refuse

    def all(self) -> None:
        own = self.override
        for name in own.services:
            if name not in self.services:
                self.refuse(f"no service `{name}` in botocore", name, "use botocore's own name of the service")
        for name in [*own.granularity, *own.arn, *own.ignore_types]:
            self.resource_type(name)
        for name, sources in own.fill.items():
            self.fill_rule(name, sources)
        for sources in own.arn.values():
            self.used(sources)
        for template in own.granularity.values():
            if not template.startswith("arn:${Partition}:"):
                self.refuse(f"`{template}` is not an ARN template", template, "begin it with arn:${Partition}:")
        for name, formats in own.reach.items():
            self.action(name)
            check_formats(own, formats)
        for entry in own.implied:
            self.keys(entry, IMPLIED_KEYS)
            self.action(entry["action"])
            if not entry.get("reason", "").endswith("."):
                self.refuse(f"`{entry['action']}` needs a reason, one sentence", entry["action"], "add reason = \"...\"")
            self.implied(entry)
        for section in (own.parameters, own.recorded, own.spellings, own.renames, own.none, own.operations):
            for service in section:
                self.service(service)
        for service, table in own.parameters.items():
            for member, spellings in table.items():
                self.parameter(service, member, spellings)
        for service, table in own.spellings.items():
            for spelling, operation in table.items():
                if operation:
                    self.operation(service, operation)
                if spelling in self.services[service].operations:
                    self.refuse(f"`{spelling}` is itself an operation of `{service}`", spelling, "remove the spelling")
        for service, table in own.recorded.items():
            for name, like in table.items():
                self.operation(service, like)
                if name not in own.operations.get(service, {}):
                    self.refuse(f"`{name}` is recorded, but nothing says what it needs", name, f"add {name} to [operations.{service}]")
        for service, table in own.renames.items():
            for operation, actions in table.items():
                self.operation(service, operation)
                for action in actions:
                    self.action(action)
        for service, operations in own.none.items():
            for operation in operations:
                if operation != "*":
                    self.operation(service, operation)
        for service, table in own.operations.items():
            for operation, needs in table.items():
                self.operation(service, operation)
                for need in needs:
                    self.need(service, operation, need)

    def implied(self, entry: dict) -> None:
        own = [name for service, model in self.services.items() if self.prefixes[service] == self.override.prefix for name in model.operations]
        for pattern in entry.get("operations", ()):
            if not any(fnmatchcase(name, pattern) for name in own):
                self.refuse(f"no operation is like `{pattern}`", pattern, "check the spelling against botocore")
        if entry.get("direction", "both") not in ("reads", "writes", "both"):
            self.refuse(f"`{entry['direction']}` is no direction", entry["direction"], "write reads, writes or both")
        if not entry.keys() & {"operations", "direction"} and entry["action"] in ("kms:CreateGrant", "kms:DescribeKey"):
            self.refuse(f"`{entry['action']}` is asked by some operations only", entry["action"], "add operations = [...]")

    def need(self, service: str, operation: str, need: dict) -> None:
        self.keys(need, NEED_KEYS)
        prefix, action = self.action(need["action"])
        for name in need.get("types", ()):
            self.resource_type(name, prefix)
        for resource in [need, *need.get("resources", ())]:
            if resource is not need:
                self.keys(resource, RESOURCE_KEYS)
                self.resource_type(resource["type"], prefix)
            for source in [*resource.get("arn", ()), *[s for value in resource.get("fill", {}).values() for s in as_list(value)]]:
                self.source(service, operation, source)
        if when := need.get("when"):
            if when[0] not in ("has", "lacks", "starts") or len(when) < 2 or (when[0] == "starts" and len(when) != 3):
                self.refuse(f"`{when}` is not a condition", str(when[0]), 'write ["has", MEMBER...], ["lacks", MEMBER...] or ["starts", MEMBER, TEXT]')
            for source in when[1:2] if when[0] == "starts" else when[1:]:
                self.source(service, operation, source)

    def fill_rule(self, name: str, sources: list[str]) -> None:
        kind, _, variable = name.rpartition("/")
        if kind:
            self.resource_type(kind)
        types = self.references[self.override.prefix].types
        formats = [form for t in ([types[kind]] if kind else types.values()) for form in t.formats]
        formats += self.override.granularity.values()
        if not any(variable in resource_variables(form) for form in formats):
            self.refuse(f"no ARN of `{kind or self.override.prefix}` has the variable `{variable}`", variable, "check it against the ARN formats")
        self.used(sources)

    def used(self, sources: list[str]) -> None:
        """Refuses a rule that could never apply, because no operation has such a member."""
        own = [op for name, service in self.services.items() if self.prefixes[name] == self.override.prefix
               for op in service.operations.values()]
        for source in sources:
            path, _, transform = source.partition("|")
            if transform and transform not in TRANSFORMS:
                self.refuse(f"unknown transform `{transform}`", source, f"known: {', '.join(sorted(TRANSFORMS))}")
            if not any(op.knows_path(path) for op in own):
                self.refuse(f"no operation has the member `{path}`", path, "check the path against botocore's model")

    def keys(self, table: dict, known: set[str]) -> None:
        for key in table:
            if key not in known:
                self.refuse(f"unknown key `{key}`", key, f"known keys: {', '.join(sorted(known))}")

    def service(self, name: str) -> None:
        if name not in self.services:
            self.refuse(f"no service `{name}` in botocore", name, "use botocore's own name of the service")
        if self.prefixes.get(name) != self.override.prefix:
            self.refuse(f"`{name}` belongs to the IAM prefix `{self.prefixes.get(name)}`", name,
                        "move the entry to that prefix's file, or claim the service with services = [...]")

    def operation(self, service: str, name: str) -> None:
        if name not in self.services[service].operations and name not in self.override.recorded.get(service, {}):
            self.refuse(f"no operation `{name}` in `{service}`", name, "check the spelling against botocore")

    def action(self, name: str) -> tuple[str, str]:
        prefix, _, bare = name.rpartition(":")
        prefix = prefix or self.override.prefix
        if prefix not in self.references or bare not in self.references[prefix].actions:
            self.refuse(f"no action `{prefix}:{bare}` in the action reference", bare, "check spelling and capitals")
        return prefix, bare

    def resource_type(self, name: str, prefix: str | None = None) -> None:
        prefix = prefix or self.override.prefix
        if prefix not in self.references or name not in self.references[prefix].types:
            known = ", ".join(sorted(self.references[prefix].types)) if prefix in self.references else "none"
            self.refuse(f"no resource type `{name}` in `{prefix}`", name, f"known types: {known}")

    def parameter(self, service: str, member: str, spellings: list[str]) -> None:
        known = any(member in op.top_members for op in self.services[service].operations.values())
        if not known and member not in self.override.recorded_only:
            self.refuse(f"no operation of `{service}` has the member `{member}`", member,
                        "check the spelling, or list the name in recorded_only = [...]")
        for spelling in spellings:
            if spelling != normalise(spelling):
                self.refuse(f"`{spelling}` is not normalised", spelling, "write lower case letters and digits only")

    def source(self, service: str, operation: str, source: str) -> None:
        path, _, transform = source.partition("|")
        if transform and transform not in TRANSFORMS:
            self.refuse(f"unknown transform `{transform}`", source, f"known: {', '.join(sorted(TRANSFORMS))}")
        if path.startswith(("=", ":")) or path in self.override.recorded_only:
            return
        model = self.override.recorded.get(service, {}).get(operation, operation)
        if not self.services[service].operations[model].knows_path(path):
            self.refuse(f"`{service}` `{operation}` has no member `{path}`", path, "check the path against botocore's model")


def as_list(value) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
