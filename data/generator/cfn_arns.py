"""Which ARN each attribute of a CloudFormation type is: IAM's format of the type, filled from the type's properties."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from .actions import CONTEXT, VARIABLE, Reference
from .cfn_patterns import HOLE, agrees
from .cfn_schemas import Schema
from .errors import GeneratorError
from .words import normalise

PLACES = {"Partition": "{p}", "Region": "{r}", "Account": "{a}", "AccountId": "{a}"}
KEYS = {"services", "types", "variables", "arns", "spelling", "references"}
MODES = {"lower", "plain", "scope", "slash"}


@dataclass
class Hand:
    """What names cannot say."""

    services: dict[str, str] = field(default_factory=dict)               # CloudFormation's word, IAM's prefix
    types: dict[str, str] = field(default_factory=dict)                  # type, `prefix:type` or type of IAM
    variables: dict[str, dict[str, str]] = field(default_factory=dict)   # by prefix, IAM's variable, hole
    arns: dict[str, dict[str, str]] = field(default_factory=dict)        # by type, attribute, template; "" is not known
    spelling: dict[str, str] = field(default_factory=dict)               # by prefix, how names are changed in ARNs
    references: dict[str, str] = field(default_factory=dict)             # by type, what `Ref` gives where it is not the identifier


def read_hand(path: Path) -> Hand:
    body = tomllib.loads(path.read_text())
    if unknown := set(body) - KEYS:
        raise GeneratorError(f"{path.name} has keys that mean nothing: {', '.join(sorted(unknown))}")
    return Hand(**body)


class Joiner:
    """Joins schemas with IAM's resource types, and remembers which lines of the hand table were needed."""

    def __init__(self, references: dict[str, Reference], hand: Hand):
        self.references = references
        self.hand = hand
        self.prefixes = {normalise(prefix): prefix for prefix in references}
        self.needed: set[tuple[str, ...]] = set()

    def prefix(self, schema: Schema) -> str | None:
        if written := self.hand.services.get(schema.service):
            self.needed.add(("services", schema.service))
            return written
        return self.prefixes.get(normalise(schema.service))

    def arns(self, schema: Schema) -> dict[str, str]:
        """By attribute, the template; attributes that are not known are left out."""
        found = {}
        own = self.own(schema)
        written = [name for name in self.hand.arns.get(schema.name, {}) if name not in schema.arns]
        if unknown := [name for name in written if name not in schema.read_only]:
            raise GeneratorError(f"cfn.toml: {schema.name} has no attribute `{unknown[0]}`")
        for attribute in (*schema.arns, *written):
            template = self.attribute(schema, attribute, attribute == own)
            if template:
                self.check(schema, attribute, template)
                found[attribute] = template
        return found

    def own(self, schema: Schema) -> str | None:
        """The attribute that is the ARN of the resource itself."""
        made = [name for name in schema.arns if name in schema.read_only]
        tests = (
            lambda name: name.lower() == "arn",
            lambda name: _stem(name) == normalise(schema.noun),
            lambda name: (name,) == schema.identifier,
            lambda name: name in schema.identifier,
            lambda name: normalise(schema.noun).endswith(_stem(name)),
            lambda name: _stem(name) == "resource",
        )
        for test in tests:
            if several := [name for name in made if test(name)]:
                return several[0] if len(several) == 1 else None
        return None

    def attribute(self, schema: Schema, attribute: str, own: bool) -> str | None:
        written = self.hand.arns.get(schema.name, {})
        if attribute in written:
            self.needed.add(("arns", schema.name, attribute))
            return written[attribute]
        if attribute not in schema.read_only:
            return f"{{{attribute}}}"
        prefix = self.prefix(schema)
        if own and (named := self.hand.types.get(schema.name)):
            self.needed.add(("types", schema.name))
            prefix, _, kind = named.rpartition(":") if ":" in named else (prefix, "", named)
            return self.filled(schema, prefix, self.known(prefix, kind, schema), own)
        if prefix is None:
            return None
        nouns = [normalise(schema.noun)] if own else [_stem(attribute)]
        kinds = [kind for kind in self.references[prefix].types if any(_same(normalise(kind), noun) for noun in nouns)]
        exact = [kind for kind in kinds if normalise(kind) in nouns]
        kinds = exact or kinds
        return self.filled(schema, prefix, kinds[0], own) if len(kinds) == 1 else None

    def known(self, prefix: str, kind: str, schema: Schema) -> str:
        if prefix not in self.references or kind not in self.references[prefix].types:
            raise GeneratorError(f"cfn.toml: {schema.name}: IAM has no type `{kind}` of `{prefix}`")
        return kind

    def filled(self, schema: Schema, prefix: str, kind: str, own: bool) -> str | None:
        formats = self.references[prefix].types[kind].formats
        if len(formats) != 1:
            return None
        variables = [name for name in VARIABLE.findall(formats[0]) if name not in CONTEXT]
        holes = {name: self.hole(schema, prefix, kind, name, own) for name in variables}
        if not own and any(hole.startswith("{.") for hole in holes.values()):
            return None
        template = VARIABLE.sub(lambda found: PLACES.get(found[1]) or holes[found[1]], formats[0])
        return None if "*" in template else template

    def hole(self, schema: Schema, prefix: str, kind: str, variable: str, own: bool) -> str:
        hints = self.hand.variables.get(prefix, {})
        for key in (f"{schema.noun}.{variable}", variable):
            if key in hints and (hints[key].startswith(".") or _property(hints[key]) in schema.properties):
                self.needed.add(("variables", prefix, key))
                return "{" + hints[key] + "}"
        name = self.source(schema, kind, variable, own)
        if name is None:
            return f"{{.{variable}}}"
        if name in schema.read_only:
            return f"{{.{name}}}"
        spelling = self.hand.spelling.get(prefix)
        return f"{{{name}|{spelling}}}" if spelling else f"{{{name}}}"

    def source(self, schema: Schema, kind: str, variable: str, own: bool) -> str | None:
        """The property or attribute that a variable of IAM's format is."""
        by_name = {normalise(name): name for name in schema.properties if schema.is_text(name)}
        wanted = normalise(variable)
        if found := by_name.get(wanted):
            return found
        nouns = {normalise(schema.noun), normalise(kind)} if own else set()
        for end in ("name", "id", "identifier"):
            stem = wanted.removesuffix(end)
            if stem != wanted and (stem in nouns or (own and stem in ("", "resource"))):
                ends = ("id", "identifier") if end != "name" else ("name",)
                for name in (noun + ending for noun in (stem, *sorted(nouns), "") for ending in ends):
                    if found := by_name.get(name):
                        return found
        if wanted.endswith("id"):
            for ending in ("identifier", "arn"):
                found = by_name.get(wanted[:-2] + ending)
                if found and found not in schema.read_only:
                    return found
        only = schema.identifier[0] if len(schema.identifier) == 1 else ""
        if own and wanted.endswith("name") and only.endswith("Name") and schema.is_text(only):
            return only
        return None

    def check(self, schema: Schema, attribute: str, template: str) -> None:
        """Refuses a template that is not of the schema: holes without a property, or against the attribute's pattern; a copy has its own."""
        for hole in HOLE.findall(template):
            name = _property(hole)
            if hole in ("p", "r", "a") or name.startswith("."):
                continue
            if name not in schema.properties:
                raise GeneratorError(f"cfn: {schema.name}.{attribute}: there is no property `{name}`")
            if "|" in hole and hole.rpartition("|")[2] not in MODES:
                raise GeneratorError(f"cfn: {schema.name}.{attribute}: `{hole}` changes the value in a way that nobody knows")
        pattern = schema.properties.get(attribute, {}).get("pattern")
        if not pattern or attribute not in schema.read_only or not template.startswith("arn:"):
            return
        try:
            good = agrees(template, pattern)
        except re.error:
            return
        if not good:
            raise GeneratorError(f"cfn: {schema.name}.{attribute}: `{template}` does not agree with the schema's pattern `{pattern}`")

    def reference(self, schema: Schema) -> str:
        """What `Ref` gives: `arn`, a property, `.` and an attribute, or nothing that is known."""
        if schema.name in self.hand.references:
            self.needed.add(("references", schema.name))
            return self.hand.references[schema.name]
        if not schema.provisioned or len(schema.identifier) != 1:
            return ""
        only = schema.identifier[0]
        if only == self.own(schema):
            return "arn"
        if "/" in only or only in schema.arns:
            return ""
        return f".{only}" if only in schema.read_only else only

    def leftover(self) -> list[tuple[str, ...]]:
        """Lines of the hand table that nothing needed."""
        hand = self.hand
        lines = [("services", name) for name in hand.services] + [("types", name) for name in hand.types]
        lines += [("variables", prefix, name) for prefix, names in hand.variables.items() for name in names]
        lines += [("arns", kind, name) for kind, names in hand.arns.items() for name in names]
        lines += [("references", name) for name in hand.references]
        return [line for line in lines if line not in self.needed]


def _property(hole: str) -> str:
    return re.split(r"[|=!]", hole.removeprefix("?"))[0]


def _stem(attribute: str) -> str:
    return normalise(attribute)[:-3]


def _same(one: str, other: str) -> bool:
    return one.removesuffix("s") == other.removesuffix("s")
