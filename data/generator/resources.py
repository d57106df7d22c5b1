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
    starred = {name for name, starred in action.types if starred} if len(action.types) > 1 else set()
    return [entry(c, c.filling.type.name if own else f"{reference.prefix}:{c.filling.type.name}",
                  several and c.starred and always_named(c.filling, operation), c.filling.type.name in starred) for c in kept]


# What takes the same member as another type does without naming it: buckets and access points, and the paths of APIs.
WITHOUT_OTHERS = {"apigateway", "s3", "s3express"}
# Members of these operations are optional in the model whether or not a call can do without.
NEVER_REQUIRED = {"ec2", "elasticache", "iam"}


def others(needs: list[dict], prefix: str, action: Action) -> list[str]:
    """The types of an action that no rule of an operation fills: a call may be on them all the same."""
    entries = [resource for need in needs for resource in need.get("r", ())]
    if prefix in WITHOUT_OTHERS or not entries:
        return []
    known = {e["t"].rpartition(":")[2] for e in entries}
    return [name for name, _ in action.types if name not in known]


def may_name_none(needs: list[dict], prefix: str, action: Action, operation: Operation) -> bool:
    """Can a call name none of the action's types, so that it is checked on `*`? All are optional, and so are the members that name them."""
    entries = [resource for need in needs for resource in need.get("r", ())]
    sources = [s for e in entries for s in [*e.get("w", ()), *(s for named in e.get("v", {}).values() for s in named)]]
    if prefix in NEVER_REQUIRED or not action.types or any(starred for _, starred in action.types) or not sources:
        return False
    if any("u" in e for e in entries) or any(not ("w" in e or "v" in e) for e in entries) or re.match(r"(Add|List|Describe|Remove|Delete)?(Tag|Untag)", operation.name):
        return False
    heads = {re.split(r"[.|\[{]", source)[0] for source in sources}
    return not any(head in operation.top_members and operation.top_members[head].required for head in heads)


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


def entry(candidate: Candidate, name: str, always: bool, starred: bool) -> dict:
    filling = candidate.filling
    result: dict = {"t": name}
    if filling.whole:
        result["w"] = filling.whole
    # What the call makes is named by nothing, whatever is written of other resources of the type.
    named = {variable: sources for variable, sources in filling.variables.items() if sources or not candidate.open_ended}
    if named:
        result["v"] = {variable: named[variable] for variable in sorted(named)}
    if candidate.open_ended:
        result["u"] = 1
    if always:
        result["q"] = 1
    if starred:
        result["s"] = 1
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
