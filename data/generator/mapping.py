"""From an operation to the permissions it needs. The rules stand in the order in which they are tried."""

from __future__ import annotations

import re

from . import gateway
from .actions import Action, Reference, resource_variables
from .granularity import templates
from .members import Filling, fill
from .models import Operation, Service
from .overrides import Override, as_list
from .words import normalise, split_operation

EXACT, SAME_NAME, ASSUMED, NONE = "e", "s", "a", "n"

# Verbs that make a resource, that range over all of a type, and that do so when nothing is required.
MAKING = {"Create", "Register", "Allocate", "Import", "Copy", "Clone", "Request", "Purchase", "Provision", "Issue"}
RANGING = {"List", "Search"}
SOMETIMES_RANGING = {"Describe", "Get", "Query", "Lookup", "Discover", "View"}
VERSION_SUFFIX = re.compile(r"(V\d+|\d{4}_\d{2}_\d{2}|\d{8})$")
ENOUGH_SAME_NAMES = 0.6


class Mapper:
    """Maps the operations of one service."""

    def __init__(self, service: Service, reference: Reference | None, references: dict[str, Reference], override: Override):
        self.service, self.reference, self.references, self.override = service, reference, references, override
        same = sum(reference.find(name) is not None for name in service.operations) if reference else 0
        self.assume = override.assume and bool(service.operations) and same >= ENOUGH_SAME_NAMES * len(service.operations)

    def map(self, operation: Operation) -> dict | None:
        """The mapping as it is written to the file; None when nothing is known."""
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
        for candidate, kind in self.candidates(name):
            if action := self.reference.find(candidate):
                return {"m": kind, "n": [self.need(action.name, operation)]}
        if self.assume:
            return {"m": ASSUMED, "n": [{"a": name, "r": [{"t": ""}]}]}
        return None

    def candidates(self, name: str):
        yield name, SAME_NAME
        yield VERSION_SUFFIX.sub("", name), EXACT
        if name.startswith("Batch"):
            single = name.removeprefix("Batch")
            yield single, EXACT
            yield single.removesuffix("s"), EXACT
        if name.endswith("Batch"):
            yield name.removesuffix("Batch"), EXACT

    def need(self, action: str, operation: Operation, types: list[str] | None = None, rules: dict | None = None,
             arn: list[str] | None = None, made: bool | None = None) -> dict:
        """An action on the resource types that the request can name."""
        prefix, entry = self.find(action)
        need: dict = {"a": entry.name if prefix == self.override.prefix else f"{prefix}:{entry.name}"}
        resources = self.resources(prefix, entry, operation, types, rules or {}, arn, made)
        if resources:
            need["r"] = resources
        return need

    def written_need(self, written: dict, operation: Operation) -> dict:
        rules = {name: as_list(value) for name, value in written.get("fill", {}).items()}
        if "resources" in written:
            need = {"a": self.need(written["action"], operation)["a"], "r": []}
            for resource in written["resources"]:
                inner = {name: as_list(value) for name, value in resource.get("fill", {}).items()}
                need["r"] += self.need(written["action"], operation, [resource["type"]], rules | inner,
                                       resource.get("arn"), resource.get("made", False))["r"]
        else:
            need = self.need(written["action"], operation, written.get("types"), rules, written.get("arn"), written.get("made"))
        if written.get("any"):
            need.pop("r", None)
        if "when" in written:
            need["i"] = written["when"]
        if written.get("optional"):
            need["o"] = 1
        return need

    def find(self, action: str) -> tuple[str, Action]:
        prefix, _, name = action.rpartition(":")
        prefix = prefix or self.override.prefix
        return prefix, self.references[prefix].actions[name]

    def resources(self, prefix: str, action: Action, operation: Operation, types, rules, arn, made) -> list[dict]:
        reference = self.references[prefix]
        chosen = [(name, True) for name in types] if types else [
            pair for pair in action.types if prefix != self.override.prefix or pair[0] not in self.override.ignore_types
        ]
        fillings = []
        for name, required in chosen:
            kind = reference.types[name]
            written = self.override.granularity if prefix == self.override.prefix else {}
            filling = fill(kind, operation, self.rules(rules), self.override.arn if arn is None else {name: arn},
                           templates(kind, written), len(chosen) == 1)
            # what a rule of this very operation says holds, even where it names what only recordings carry
            for variable in rules:
                if variable in all_variables(kind, filling):
                    filling.variables[variable] = rules[variable]
            if arn:
                filling.whole = list(arn)
            if rules or arn:
                filling = Filling(kind, filling.whole, filling.variables, templates(kind, written))
            fillings.append((filling, required))
        def open_ended(name: str) -> bool:
            return made if made is not None else ranges(operation) or makes(operation, name)

        complete = [(f, r) for f, r in fillings if f.complete]
        varied = [(f, r) for f, r in complete if f.whole or not f.constant]
        if types:
            kept = fillings
        elif varied:
            kept = varied + [(f, r) for f, r in fillings if r and (f, r) not in varied and (open_ended(f.type.name) or f.constant)]
        elif complete:
            kept = [(f, r) for f, r in fillings if r] or complete
        else:
            kept = [(f, r) for f, r in fillings if r] or fillings
        kept.sort(key=lambda pair: pair[0].type.name)
        label = (lambda name: name) if prefix == self.override.prefix else (lambda name: f"{prefix}:{name}")
        return [entry(f, label(f.type.name), not f.complete and open_ended(f.type.name),
                      not types and len(kept) > 1 and r and always_named(f, operation)) for f, r in kept]

    def rules(self, own: dict) -> dict:
        return self.override.fill | own


def all_variables(kind, filling) -> set[str]:
    return {name for form in kind.formats for name in resource_variables(form)}


def always_named(filling: Filling, operation: Operation) -> bool:
    """Does every such call name this resource, so that one which is not recorded leaves the need unknown?"""
    if filling.whole or filling.constant or not filling.filled:
        return False
    return all(any(top.required for source in sources if (top := operation.top_members.get(re.split(r"[.|\[{]", source)[0])))
               for sources in filling.variables.values())


def entry(filling: Filling, name: str, open_ended: bool, always: bool) -> dict:
    result: dict = {"t": name}
    if filling.whole:
        result["w"] = filling.whole
    if filling.variables:
        result["v"] = {variable: filling.variables[variable] for variable in sorted(filling.variables)}
    if open_ended:
        result["u"] = 1
    if always:
        result["q"] = 1
    return result


def makes(operation: Operation, type_name: str) -> bool:
    """Does the call make the resource, so that its identifier cannot be in the request?"""
    verb, noun = split_operation(operation.name)
    noun, word = normalise(noun), normalise(type_name)
    return verb == "Run" or (verb in MAKING and (noun.startswith(word) or word.startswith(noun)))


def ranges(operation: Operation) -> bool:
    """Does the call range over all resources of the type?"""
    verb, _ = split_operation(operation.name)
    return verb in RANGING or (verb in SOMETIMES_RANGING and not any(m.required for m in operation.top_members.values()))
