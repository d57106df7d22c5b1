"""Which resource types an action is needed on, and how the request fills each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .actions import Action, Reference, resource_variables
from .granularity import templates
from .members import Filling, fill
from .models import Operation
from .overrides import Override
from .words import normalise, split_operation

# Verbs that make a resource, that range over all of a type, and that do so when nothing is required.
MAKING = {"Create", "Register", "Allocate", "Import", "Copy", "Clone", "Request", "Purchase", "Provision", "Issue"}
RANGING = {"List", "Search"}
SOMETIMES_RANGING = {"Describe", "Get", "Query", "Lookup", "Discover", "View"}


@dataclass
class Wanted:
    """What an override says about the resources of one need; None where it leaves the choice to the rules."""

    types: list[str] | None = None
    fill: dict[str, list[str]] = field(default_factory=dict)
    arn: list[str] | None = None
    made: bool | None = None


@dataclass
class Candidate:
    filling: Filling
    starred: bool
    open_ended: bool

    @property
    def named(self) -> bool:
        """Is it filled by something that the request says?"""
        return self.filling.complete and (bool(self.filling.whole) or not self.filling.constant)


def resources(reference: Reference, action: Action, operation: Operation, rules: Override, written: Override, wanted: Wanted) -> list[dict]:
    """The entries of a need. `rules` is the override of the operation's service, `written` that of the action's prefix."""
    own = reference.prefix == rules.prefix
    chosen = [(name, True) for name in wanted.types] if wanted.types else [
        pair for pair in action.types if not (own and pair[0] in rules.ignore_types)]
    candidates = []
    for name, starred in chosen:
        kind = reference.types[name]
        granularity = templates(kind, written.granularity)
        arn_rules = rules.arn if wanted.arn is None else {name: wanted.arn}
        filling = fill(kind, operation, rules.fill | wanted.fill, arn_rules, granularity, len(chosen) == 1)
        if wanted.fill or wanted.arn:
            filling = insist(filling, granularity, wanted)
        made = wanted.made if wanted.made is not None else ranges(operation) or makes(operation, name)
        candidates.append(Candidate(filling, starred, made and not filling.complete))
    kept = sorted(candidates if wanted.types else choose(candidates), key=lambda c: c.filling.type.name)
    several = len(kept) > 1 and not wanted.types
    return [entry(c, c.filling.type.name if own else f"{reference.prefix}:{c.filling.type.name}",
                  several and c.starred and always_named(c.filling, operation)) for c in kept]


def choose(candidates: list[Candidate]) -> list[Candidate]:
    """The named ones, with what is made or has no name beside them; if none is named the starred ones, as unknown."""
    named = [c for c in candidates if c.named]
    if named:
        return [c for c in candidates if c.named or (c.starred and (c.open_ended or c.filling.constant))]
    starred = [c for c in candidates if c.starred]
    return starred or [c for c in candidates if c.filling.complete] or candidates


def insist(filling: Filling, granularity: list[str], wanted: Wanted) -> Filling:
    """What is written for this very operation holds, even where it names what only recordings carry."""
    variables = {name for form in filling.type.formats for name in resource_variables(form)}
    filled = filling.variables | {name: sources for name, sources in wanted.fill.items() if name in variables}
    return Filling(filling.type, list(wanted.arn or filling.whole), filled, granularity)


def always_named(filling: Filling, operation: Operation) -> bool:
    """Does every such call name this resource, so that one which is not recorded leaves the need unknown?"""
    if filling.whole or filling.constant or not filling.filled:
        return False
    heads = ([re.split(r"[.|\[{]", source)[0] for source in sources] for sources in filling.variables.values())
    return all(any(head in operation.top_members and operation.top_members[head].required for head in names) for names in heads)


def entry(candidate: Candidate, name: str, always: bool) -> dict:
    filling = candidate.filling
    result: dict = {"t": name}
    if filling.whole:
        result["w"] = filling.whole
    if filling.variables:
        result["v"] = {variable: filling.variables[variable] for variable in sorted(filling.variables)}
    if candidate.open_ended:
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
