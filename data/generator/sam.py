"""Writes data/sam.bin: what AWS's SAM transform brings along, taken from its own package. See data/README.md."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from . import encode
from .errors import GeneratorError
from .fetch import Source

KEY = "sam-translator"
TEMPLATES = "samtranslator/policy_templates_data/policy_templates.json"
MANAGED = "samtranslator/internal/data/aws_managed_policies.json"
PROFILES = "samtranslator/model/connector_profiles/profiles.json"


def encode_sam(wheel: Path, source: Source, zstandard) -> bytes:
    """One zstd frame with its content size and without checksum; inside is JSON, keys sorted, no spaces."""
    with zipfile.ZipFile(wheel) as archive:
        templates, managed, profiles = (json.loads(archive.read(name)) for name in (TEMPLATES, MANAGED, PROFILES))
    content = {
        "source": {"name": source.name, "version": source.version, "sha256": source.sha256},
        "templates": policy_templates(templates["Templates"]),
        "managed": managed_policies(managed),
        "connectors": {"permissions": connectors(profiles["Permissions"]), "resources": profiles["CfnResourceProperties"]},
    }
    return encode.compressor(zstandard, b"").compress(encode.dump(content))


def policy_templates(templates: dict) -> dict:
    """By name: `p` the parameters in their order, `d` the document that they are filled into."""
    found = {}
    for name, template in templates.items():
        document = template["Definition"]
        if set(document) != {"Statement"}:
            raise GeneratorError(f"the SAM policy template `{name}` has more than statements: {', '.join(sorted(document))}")
        found[name] = {"p": list(template["Parameters"]), "d": document}
    return found


def connectors(permissions: dict[str, dict[str, dict]]) -> dict:
    """As the package has them, but that access categories are a list: their order is that of the statements."""
    def ordered(profile: dict) -> dict:
        properties = profile["Properties"]
        return profile | {"Properties": properties | {"AccessCategories": [list(pair) for pair in properties["AccessCategories"].items()]}}
    return {source: {destination: ordered(profile) for destination, profile in destinations.items()}
            for source, destinations in permissions.items()}


def managed_policies(partitions: dict[str, dict[str, str]]) -> dict:
    """The partitions, and `[path, bits, names]` each: the names of one path that the partitions of `bits` have."""
    order = list(partitions)
    places: dict[tuple[str, str], int] = {}
    for number, (partition, names) in enumerate(partitions.items()):
        prefix = f"arn:{partition}:iam::aws:policy/"
        for name, arn in names.items():
            if not (arn.startswith(prefix) and arn.endswith(name)):
                raise GeneratorError(f"the managed policy `{name}` has an ARN of another form: {arn}")
            path = arn[len(prefix):len(arn) - len(name)]
            places[path, name] = places.get((path, name), 0) | 1 << number
    groups: dict[tuple[str, int], list[str]] = {}
    for (path, name), bits in sorted(places.items()):
        groups.setdefault((path, bits), []).append(name)
    return {"partitions": order, "names": [[path, bits, names] for (path, bits), names in sorted(groups.items())]}
