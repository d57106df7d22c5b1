"""Writes data/cfn.bin: the ARNs of CloudFormation's resource types, and what `Ref` gives. See data/README.md."""

from __future__ import annotations

import re
from pathlib import Path

from . import encode
from .actions import read_reference
from .cfn_arns import Joiner, read_hand
from .cfn_schemas import Schema, read_schemas
from .errors import GeneratorError
from .fetch import Source
from .words import normalise

KEY = "cfn-lint"


def encode_cfn(data: Path, wheel: Path, iam: Path, source: Source, zstandard) -> bytes:
    """One zstd frame with its content size and without checksum; inside is JSON, keys sorted, no spaces."""
    types = resource_types(data, wheel, iam)
    content = {"source": {"name": source.name, "version": source.version, "sha256": source.sha256}, "types": types}
    return encode.compressor(zstandard, b"").compress(encode.dump(content))


def resource_types(data: Path, wheel: Path, iam: Path) -> dict:
    """By type: `r` what `Ref` gives, `n` the property that names it, `o` the attribute that is its own ARN, `a` the template of each
    attribute that is known, `u` the others."""
    joiner = Joiner(read_reference(iam), read_hand(data / "cfn.toml"))
    types = {}
    for name, schema in read_schemas(wheel).items():
        arns = joiner.arns(schema)
        own = joiner.own(schema)
        reference = joiner.reference(schema)
        entry = {
            "r": "arn" if reference == "arn" else "name" if reference else "",
            "n": reference if reference not in ("arn", "") else named(schema, arns.get(own, "")),
            "o": own if own in arns else "",
            "a": arns,
            "u": [attribute for attribute in schema.arns if attribute not in arns],
        }
        if entry := {key: value for key, value in entry.items() if value}:
            types[name] = entry
    if line := next(iter(joiner.leftover()), None):
        raise GeneratorError(f"cfn.toml: nothing needs the line `{' '.join(line)}`")
    return types


def named(schema: Schema, template: str) -> str:
    """The property in a type's own ARN that is its name."""
    names = {normalise(schema.noun) + "name", "name"}
    found = re.findall(r"\{([A-Za-z]+)(?:\|[a-z]+)?\}", template)
    return next((name for name in reversed(found) if normalise(name) in names and name not in schema.read_only), "")
