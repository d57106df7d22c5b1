"""Puts the generator on the path, and builds small models and references for the tests."""

import sys
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(DATA))

from generator.actions import Action, Reference, ResourceType  # noqa: E402
from generator.mapping import Mapper  # noqa: E402
from generator.models import Operation, Service  # noqa: E402
from generator.overrides import Override  # noqa: E402

TEXT = {"Text": {"type": "string"}, "Texts": {"type": "list", "member": {"shape": "Text"}},
        "AnArn": {"type": "string", "pattern": "arn:.*"}}


def operation(name, *members, required=(), shapes=None, unauthenticated=False, method="POST", uri="/"):
    """An operation; a member is `Name`, `Name[]`, or `Name:Shape`."""
    fields = {}
    for member in members:
        bare, _, shape = member.partition(":")
        fields[bare.removesuffix("[]")] = {"shape": shape or ("Texts" if bare.endswith("[]") else "Text")}
    body = {"type": "structure", "members": fields, "required": list(required)}
    return Operation(name, method, uri, unauthenticated, "Input", TEXT | (shapes or {}) | {"Input": body})


def service(name, *operations, **metadata):
    return Service(name, {"endpointPrefix": name, "signatureVersion": "v4"} | metadata, {op.name: op for op in operations})


def reference(prefix, actions, types):
    """`actions` is {name: [type, or type* when starred]}, `types` is {name: what follows the account}."""
    return Reference(
        prefix,
        {name: Action(name, "W", [(t.rstrip("*"), t.endswith("*")) for t in listed]) for name, listed in actions.items()},
        {name: ResourceType(name, tuple("arn:${Partition}:%s:${Region}:${Account}:%s" % (prefix, part)
                                        for part in ([rest] if isinstance(rest, str) else rest)))
         for name, rest in types.items()},
    )


def map_one(op, ref, override=None, name="svc", others=(), more=()):
    override = override or Override(ref.prefix)
    references = {ref.prefix: ref} | {other.prefix: other for other in others}
    return Mapper(service(name, op, *more), ref.prefix, references, {ref.prefix: override}).map(op)
