"""Of the operations whose request names a resource, how many have their ARN filled from what a whitelist can record.

The X-Ray SDKs' whitelists select members at the top of a request, so only those count. An operation's request names a resource if it
has a text member at its top that is required or called a name, an id or an ARN, its action is on a type with variables in its ARN, and
the call neither makes that resource nor ranges over all of them.
"""

from __future__ import annotations

from .actions import resource_variables
from .models import Operation, Service
from .words import kind, normalise

NOT_NAMES = {"clienttoken", "nexttoken", "maxresults", "requestid", "clientrequesttoken", "clientid"}


def count(services: dict[str, Service], prefixes: dict[str, str], blocks: dict[str, dict]) -> dict[str, int]:
    granularity = {prefix: {entry["n"]: entry["g"] for entry in block["t"]} for prefix, block in blocks.items()}
    nameable = named = 0
    for name, service in services.items():
        prefix = prefixes[name]
        mappings = blocks[prefix]["s"][name]["o"]
        for operation in service.operations.values():
            rules = []
            for need in mappings.get(operation.name, {"n": []})["n"]:
                if "o" not in need:
                    rules += [(rule, templates(rule["t"], prefix, granularity)) for rule in need.get("r", ())]
            rules = [(rule, forms) for rule, forms in rules if any(resource_variables(form) for form in forms)]
            if rules and not all("u" in rule for rule, _ in rules) and names_something(operation):
                nameable += 1
                named += any(is_filled(rule, forms) for rule, forms in rules)
    return {"nameable": nameable, "named": named}


def templates(type_name: str, prefix: str, granularity: dict[str, dict[str, list[str]]]) -> list[str]:
    owner, _, bare = type_name.rpartition(":")
    return granularity.get(owner or prefix, {}).get(bare, [])


def is_filled(rule: dict, forms: list[str]) -> bool:
    if any(is_recordable(source) for source in rule.get("w", ())):
        return True
    fills = rule.get("v", {})
    return any(names and all(any(is_recordable(source) or source.startswith("=") for source in fills.get(name, ())) for name in names)
               for names in map(resource_variables, forms))


def is_recordable(source: str) -> bool:
    path = source.partition("|")[0]
    return not path.startswith(("=", ":")) and "." not in path and path.lower() != "accountid"


def names_something(operation: Operation) -> bool:
    for member in operation.top_members.values():
        plain = normalise(member.name)
        singular = member.name[:-1] if plain.endswith(("ids", "arns", "names", "identifiers")) else member.name
        if member.is_text and plain not in NOT_NAMES and (member.required or kind(singular)[1] != "bare"):
            return True
    return False
