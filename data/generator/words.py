"""How names are compared: spelling aside, and never a name for an identifier."""

from __future__ import annotations

import re

VERBS = re.compile(r"^(Batch)?([A-Z][a-z0-9]+)")
DATED = re.compile(r"\d{4}_\d{2}_\d{2}$")


def normalise(name: str) -> str:
    """Lower case, letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def alias(name: str) -> str:
    """A service's name as looked up: normalised, without a leading `amazon` or `aws`."""
    plain = normalise(name)
    for lead in ("amazon", "aws"):
        if plain.startswith(lead) and len(plain) > len(lead):
            return plain[len(lead):]
    return plain


def kind(name: str) -> tuple[str, str]:
    """A name split into its stem and what it says: `TableName` is (`table`, `name`)."""
    plain = normalise(name)
    for suffix, meaning in (("identifier", "id"), ("arn", "arn"), ("name", "name"), ("id", "id")):
        if plain.endswith(suffix):
            return plain[: -len(suffix)], meaning
    return plain, "bare"


def split_operation(operation: str) -> tuple[str, str]:
    """`CreateStateMachine` is (`Create`, `StateMachine`); a leading `Batch` and the date of an API version are set aside."""
    operation = DATED.sub("", operation)
    match = VERBS.match(operation)
    if not match:
        return operation, ""
    return match.group(2), operation[match.end():]


def is_plural(noun: str) -> bool:
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
