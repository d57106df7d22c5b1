"""From an operation to the permissions it needs. The rules stand in the order in which they are tried."""

from __future__ import annotations

import re

from . import gateway
from .actions import Action, Reference, resource_variables
from .made import made_types
from .models import Operation, Service
from .overrides import Override, as_list
from .resources import Wanted, may_name_none, others, resources

EXACT, SAME_NAME, ASSUMED, NONE = "e", "s", "a", "n"

VERSION_SUFFIX = re.compile(r"(V\d+|\d{4}_\d{2}_\d{2}|\d{8})$")
ENOUGH_SAME_NAMES = 0.6


class Mapper:
    """Maps the operations of one service."""

    def __init__(self, service: Service, prefix: str, references: dict[str, Reference], overrides: dict[str, Override]):
        self.service, self.references, self.overrides = service, references, overrides
        self.reference = references.get(prefix)
        self.override = overrides.get(prefix) or Override(prefix)
        same = sum(self.reference.find(name) is not None for name in service.operations) if self.reference else 0
        self.assume = self.override.assume and bool(service.operations) and same >= ENOUGH_SAME_NAMES * len(service.operations)

    def map(self, operation: Operation) -> dict | None:
        """The mapping as it is written to the file; None when nothing is known."""
        mapping = self.by_rule(operation)
        if mapping:
            mapping["n"] += [kept for need in mapping["n"] if (kept := as_recorded(need))]
        for need in mapping["n"] if mapping else ():
            # The first need of an action says it of all.
            same = [other for other in mapping["n"] if other["a"] == need["a"]]
            if need is not next((one for one in same if "o" not in one), None):
                continue
            prefix, action = need["a"].rpartition(":")[0] or self.override.prefix, None
            if prefix in self.references:
                action = self.references[prefix].actions.get(need["a"].rpartition(":")[2])
            if action is None:
                continue
            if left := others(same, prefix, action):
                need["d"] = left
            if may_name_none(same, prefix, action, operation):
                need["z"] = 1
            if prefix == self.override.prefix and (made := self.made(mapping, action.level, operation)):
                mapping["u"] = made
        return mapping

    def made(self, mapping: dict, level: str, operation: Operation) -> list[str]:
        """The types whose ids the operation makes, but for those whose ARN ends in what the request names."""
        entries = [resource for need in mapping["n"] for resource in need.get("r", ())]
        named = {e["t"] for e in entries if e["t"] in self.reference.types
                 and any(resource_variables(form)[-1:] and resource_variables(form)[-1] in e.get("v", {}) for form in self.reference.types[e["t"]].formats)}
        return [name for name in made_types(self.reference, level, operation) if name not in named]

    def by_rule(self, operation: Operation) -> dict | None:
        """The first rule that applies."""
        own, name = self.override, operation.name
        if {name, "*"} & set(own.none.get(self.service.name, ())):
            return {"m": NONE, "n": []}
        if needs := own.operations.get(self.service.name, {}).get(name):
            return {"m": EXACT, "n": [self.written_need(need, operation) for need in needs]}
        if actions := own.renames.get(self.service.name, {}).get(name):
            return {"m": EXACT, "n": [self.need(action, operation) for action in actions]}
        if operation.unauthenticated or self.service.needs_no_signature:
            return {"m": NONE, "n": []}
        if self.reference is None:
            return None
        if gateway.applies(self.service.name):
            return {"m": EXACT, "n": [gateway.need(self.service.name, operation, self.reference, self)]}
        for candidate, kind in candidates(name):
            if action := self.reference.find(candidate):
                return {"m": kind, "n": [self.need(action.name, operation)]}
        if self.assume:
            return {"m": ASSUMED, "n": [{"a": name, "r": [{"t": ""}]}]}
        return None

    def need(self, name: str, operation: Operation, wanted: Wanted | None = None) -> dict:
        """An action on the resource types that the request can name."""
        prefix, action = self.find(name)
        written = self.overrides.get(prefix) or Override(prefix)
        need: dict = {"a": action.name if prefix == self.override.prefix else f"{prefix}:{action.name}"}
        if found := resources(self.references[prefix], action, operation, self.override, written, wanted or Wanted()):
            need["r"] = found
        return need

    def written_need(self, written: dict, operation: Operation) -> dict:
        """A need of an override. Where it lists resources one by one, each is worked out by itself."""
        outer = wanted_of(written)
        need = self.need(written["action"], operation, outer)
        if listed := written.get("resources"):
            need["r"] = []
            for resource in listed:
                inner = wanted_of(resource)
                each = Wanted([resource["type"]], outer.fill | inner.fill, inner.arn, bool(inner.made))
                need["r"] += self.need(written["action"], operation, each)["r"]
        if written.get("any"):
            need.pop("r", None)
        if "when" in written:
            need["i"] = written["when"]
        if written.get("optional"):
            need["o"] = 1
        return need

    def find(self, name: str) -> tuple[str, Action]:
        prefix, _, bare = name.rpartition(":")
        prefix = prefix or self.override.prefix
        return prefix, self.references[prefix].actions[bare]


def as_recorded(need: dict) -> dict | None:
    """The same need on names as they were recorded, which may be granted too, where AWS writes names in lower case."""
    def plain(sources: list[str]) -> list[str]:
        return [source.removesuffix("|lower") for source in sources]

    resources = [entry | {"v": {name: plain(sources) for name, sources in entry["v"].items()}} if "v" in entry else entry for entry in need.get("r", ())]
    return need | {"r": resources, "o": 1} if resources != need.get("r", []) else None


def candidates(name: str):
    """The actions that an operation may be authorised as, judged by its name alone."""
    yield name, SAME_NAME
    yield VERSION_SUFFIX.sub("", name), EXACT
    if name.startswith("Batch"):
        single = name.removeprefix("Batch")
        yield single, EXACT
        yield single.removesuffix("s"), EXACT
    if name.endswith("Batch"):
        yield name.removesuffix("Batch"), EXACT


def wanted_of(written: dict) -> Wanted:
    return Wanted(written.get("types"), {name: as_list(value) for name, value in written.get("fill", {}).items()},
                  written.get("arn"), written.get("made"))
