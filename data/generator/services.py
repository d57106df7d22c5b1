"""Which IAM prefix a service's operations are authorised under, and by which names SDKs record it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from .actions import Reference
from .errors import GeneratorError
from .models import Service
from .words import alias, normalise

NAME_KEYS = {"java_v1", "dotnet", "node_v2", "also"}


def choose_prefix(service: Service, references: dict[str, Reference], written: dict[str, str]) -> str | None:
    """The written prefix, else of the service's own names the one with the most actions of the operations' names."""
    if service.name in written:
        return written[service.name]
    meta = service.metadata
    candidates = []
    for name in (meta.get("signingName"), meta["endpointPrefix"], service.name, meta.get("serviceId", "")):
        for spelling in (name, (name or "").lower().replace(" ", "-"), normalise(name or "")):
            if spelling and spelling in references and spelling not in candidates:
                candidates.append(spelling)
    if not candidates:
        return None
    hits = {prefix: sum(references[prefix].find(op) is not None for op in service.operations) for prefix in candidates}
    return max(candidates, key=lambda prefix: hits[prefix])


def read_names(path: Path, services: dict[str, Service]) -> dict[str, dict]:
    """The names that cannot be read off botocore: those of older SDKs."""
    names = tomllib.loads(path.read_text())
    for service, entry in names.items():
        if service not in services:
            raise GeneratorError(f"{path}: no service `{service}` in botocore", "use botocore's own name of the service")
        if unknown := set(entry) - NAME_KEYS:
            raise GeneratorError(f"{path}: `{service}` has unknown keys {sorted(unknown)}", f"known: {sorted(NAME_KEYS)}")
    return names


def aliases(services: dict[str, Service], names: dict[str, dict]) -> dict[str, list[int]]:
    """Every normalised name, and the services (by their place in the sorted list) that answer to it."""
    found: dict[str, set[int]] = {}
    for index, (name, service) in enumerate(sorted(services.items())):
        for spelling in spellings(service, names.get(name, {})):
            if key := alias(spelling):
                found.setdefault(key, set()).add(index)
    return {key: sorted(found[key]) for key in sorted(found)}


def check_decidable(found: dict[str, list[int]], operations: list[tuple[str | None, set[str]]]) -> None:
    """A recorded name and operation must lead to one IAM prefix; `operations` holds each service's prefix and operation names."""
    for name, places in found.items():
        seen: dict[str, str | None] = {}
        for prefix, own in (operations[place] for place in places):
            for operation in own:
                if seen.setdefault(operation, prefix) != prefix:
                    raise GeneratorError(
                        f"the name `{name}` with the operation `{operation}` leads to `{seen[operation]}` and to `{prefix}`",
                        "take the name from one of the services in data/service-names.toml, or claim both for one prefix",
                    )


def spellings(service: Service, written: dict) -> list[str]:
    meta = service.metadata
    version = re.compile(r"-\d{4}-\d{2}-\d{2}$")
    target = meta.get("targetPrefix", "")
    result = [
        service.name, meta.get("serviceId", ""), meta["endpointPrefix"], meta.get("signingName", ""),
        meta.get("serviceAbbreviation", ""), meta.get("serviceFullName", ""), version.sub("", meta.get("uid", "")),
        target,
        written.get("java_v1", ""), written.get("dotnet", ""), written.get("node_v2", ""), *written.get("also", ()),
    ]
    return [spelling for spelling in result if spelling]
