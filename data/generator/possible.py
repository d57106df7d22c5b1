"""What AWS may have checked besides, for an operation that was called: roles handed on, keys, services that go on with the caller's rights.

Roles, keys and tags come from the request models, the rest from data/possible/*.toml. Each is an action with what it may be on: the
resources that the request names, or else any one named resource of the action's types, which the program works out.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from . import keys, roles, tags
from .errors import GeneratorError
from .mapping import Mapper, wanted_of
from .models import Operation, Service
from .overrides import Override

FILE_KEYS = {"possible"}
ENTRY_KEYS = {"operations", "reason", "page", "needs", "on", "by"}
NEED_KEYS = {"action", "types", "fill", "arn"}
ON = {"": "", "everything": "e"}
BY = {"": "", "state machine": "s", "writing statement": "w"}

PASS_ROLE = "The call can hand a role on to the service, which needs iam:PassRole on the role, and no trace shows that."
TAGS = "The call can give tags to what it makes, which AWS checks as tagging, and no trace shows that."
TAGS_OF_OTHERS = "The call is checked as tagging by the service of each resource too, and no trace shows which those are."
KEY = "The call can name a KMS key, which the service then uses with the caller's rights, and no trace shows that."
KEY_ACTIONS = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext")

# Which way the data goes decides what of KMS is asked: reading decrypts, writing makes a data key. Actions that are not here
# are asked by the operations alone that AWS documents.
READS, WRITES = "reads", "writes"
DIRECTION = {
    "kms:Decrypt": READS, "lakeformation:GetDataAccess": READS, "kms:Encrypt": WRITES, "kms:GenerateDataKey": WRITES,
    "kms:GenerateDataKeyWithoutPlaintext": WRITES, "kms:ReEncryptFrom": WRITES, "kms:ReEncryptTo": WRITES,
}


@dataclass
class Entry:
    """One rule of data/possible: for these operations, these actions may be checked too."""

    path: Path
    operations: dict[str, list[str]]
    reason: str
    page: str
    needs: list[dict]
    on: str = ""
    by: str = ""
    used: set[tuple[str, str]] = field(default_factory=set)

    def refuse(self, what: str, hint: str):
        raise GeneratorError(f"{self.path}: {what}", hint)

    def holds(self, service: str, operation: str) -> bool:
        found = [pattern for pattern in self.operations.get(service, ()) if fnmatchcase(operation, pattern)]
        self.used.update((service, pattern) for pattern in found)
        return bool(found)


def read_possible(folder: Path) -> list[Entry]:
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            document = tomllib.loads(path.read_text())
        except tomllib.TOMLDecodeError as error:
            raise GeneratorError(f"{path}: not valid TOML: {error}", "see data/README.md for the keys of a rule") from error
        for key in document.keys() - FILE_KEYS:
            raise GeneratorError(f"{path}: unknown key `{key}`", "write [[possible]]")
        for row in document["possible"]:
            if unknown := row.keys() - ENTRY_KEYS:
                raise GeneratorError(f"{path}: unknown key `{min(unknown)}`", f"known keys: {', '.join(sorted(ENTRY_KEYS))}")
            entry = Entry(path, row["operations"], row["reason"], row["page"], row["needs"], row.get("on", ""), row.get("by", ""))
            check(entry)
            found.append(entry)
    return found


def check(entry: Entry) -> None:
    if not entry.reason.endswith("."):
        entry.refuse(f"`{entry.reason}` is not a sentence", "end it with a full stop")
    if not entry.page.startswith("https://docs.aws.amazon.com/"):
        entry.refuse(f"`{entry.page}` is not a page of AWS's documentation", "name the page that says so")
    if entry.on not in ON or entry.by not in BY:
        entry.refuse(f"`{entry.on or entry.by}` is not known", 'write on = "everything" or by = "state machine" or "writing statement"')
    for need in entry.needs:
        if unknown := need.keys() - NEED_KEYS:
            entry.refuse(f"unknown key `{min(unknown)}` in a need", f"known keys: {', '.join(sorted(NEED_KEYS))}")


def check_used(entries: list[Entry]) -> None:
    """Refuses a rule for an operation that no model has."""
    for entry in entries:
        for service, patterns in entry.operations.items():
            for pattern in patterns:
                if (service, pattern) not in entry.used:
                    entry.refuse(f"no operation `{pattern}` of `{service}` is mapped", "check the spelling against botocore")


class Possible:
    """Collects what is possible for the operations of one block."""

    def __init__(self, entries: list[Entry], override: Override):
        self.entries, self.override = entries, override
        self.rows: list[list[str]] = []
        self._places: dict[tuple[str, str, str], int] = {}

    def place(self, action: str, reason: str, letters: str = "") -> int:
        row = (action, reason, letters)
        if row not in self._places:
            self._places[row] = len(self.rows)
            self.rows.append(list(row))
        return self._places[row]

    def add(self, mapping: dict, service: Service, operation: Operation, mapper: Mapper, like: str) -> None:
        """Adds to the mapping of an operation; `like` is the operation whose model it has."""
        needed = {full(need["a"], self.override.prefix) for need in mapping["n"]}
        places: set[int] = set()
        if members := roles.role_members(service.name, operation):
            source = roles.source(members)
            self.one(mapping, places, mapper, operation, {
                "action": "iam:PassRole", "types": ["role"], "fill": {"RoleNameWithPath": f"{source}|underpath"} if source else {}}, PASS_ROLE, "", needed)
        if keys.key_members(service.name, operation) and self.direction(mapping, mapper) == WRITES:
            for name in KEY_ACTIONS:
                self.one(mapping, places, mapper, operation, {"action": f"kms:{name}"}, KEY, "", needed)
        for name in tags.of_other_services(service.name, operation, mapper.references):
            self.one(mapping, places, mapper, operation, {"action": name}, TAGS_OF_OTHERS, "", needed)
        if tags.gives_tags(operation):
            for name in tags.actions(mapper.references[self.override.prefix]):
                self.one(mapping, places, mapper, operation, {"action": f"{self.override.prefix}:{name}"}, TAGS, "", needed)
        for entry in self.entries:
            if entry.holds(service.name, like):
                for need in entry.needs:
                    self.one(mapping, places, mapper, operation, need, entry.reason, ON[entry.on] + BY[entry.by], needed)
        if places:
            mapping["b"] = sorted(places)
        if implied := self.implied(mapping, service, like, mapper):
            mapping["k"] = implied

    def one(self, mapping, places, mapper, operation, need, reason, letters, needed) -> None:
        prefix, action = mapper.find(need["action"])
        if f"{prefix}:{action.name}" in needed:
            return
        place = self.place(f"{prefix}:{action.name}", reason, letters)
        sources = {name: kept for name, value in need.get("fill", {}).items()
                   if (kept := [s for s in listed(value) if s.startswith("=") or operation.knows_path(s.partition("|")[0])])}
        arns = [path for path in need.get("arn", ()) if operation.knows_path(path.partition("|")[0])]
        if not sources and not arns:
            places.add(place)
            return
        wanted = wanted_of({"types": need.get("types"), "fill": sources, "arn": arns or None})
        rule = mapper.need(f"{prefix}:{action.name}", operation, wanted)
        mapping["n"].append(rule | {"o": 1, "b": place})

    def implied(self, mapping: dict, service: Service, operation: str, mapper: Mapper) -> list[int]:
        """The places of `[[implied]]` that hold for the operation."""
        direction = self.direction(mapping, mapper)
        found = []
        for place, entry in enumerate(self.override.implied):
            patterns = entry.get("operations", ())
            ways = entry.get("direction", None if patterns else DIRECTION.get(entry["action"]))
            if direction and ways in (direction, "both") or any(fnmatchcase(operation, pattern) for pattern in patterns):
                found.append(place)
        return found

    def direction(self, mapping: dict, mapper: Mapper) -> str | None:
        """Whether the operation reads or writes, by the access level of the actions that it needs."""
        levels = set()
        for need in mapping["n"]:
            if "o" not in need:
                try:
                    levels.add(mapper.find(need["a"])[1].level)
                except KeyError:
                    levels.add("W")
        if levels & {"W", "P", "T"}:
            return WRITES
        return READS if levels else None


def full(action: str, prefix: str) -> str:
    return action if ":" in action else f"{prefix}:{action}"


def listed(value) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
