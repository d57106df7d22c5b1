"""API Gateway's own rule: the IAM action is the HTTP verb, the resource is the URI of the request.

See "Actions, resources, and condition keys for Amazon API Gateway Management" in the AWS documentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .actions import Reference, VARIABLE
from .models import Operation
from .words import kind, normalise

if TYPE_CHECKING:
    from .mapping import Mapper

SERVICES = ("apigateway", "apigatewayv2")
PLACEHOLDER = re.compile(r"\{([^}+]+)\+?\}")


def applies(service: str) -> bool:
    return service in SERVICES


def need(service: str, operation: Operation, reference: Reference, mapper: Mapper) -> dict:
    """The verb on the resource type whose ARN has the shape of the URI; operations that have their own action take it."""
    own = reference.find(operation.name)
    if own:
        return mapper.need(own.name, operation)
    verb = reference.find(operation.method)
    path = operation.uri.split("?")[0].split("#")[0]
    segments = [s for s in path.strip("/").split("/") if s]
    if service == "apigatewayv2" and segments[:1] == ["v2"]:
        segments = segments[1:]
    by_location = {member.location: member.path for member in operation.top_members.values()}
    found = []
    for name in sorted(reference.types):
        for form in reference.types[name].formats:
            variables = match_uri(form, segments, by_location)
            if variables is not None:
                score = sum(normalise(part) == normalise(ref) for part, ref in variables.values())
                found.append((-score, name, {key: [by_location[value]] for key, (value, _) in variables.items()}))
    if not found:
        return {"a": verb.name, "r": [{"t": ""}]}
    _, name, variables = sorted(found, key=lambda f: (f[0], f[1]))[0]
    resource: dict = {"t": name}
    if variables:
        resource["v"] = dict(sorted(variables.items()))
    return {"a": verb.name, "r": [resource]}


def match_uri(form: str, segments: list[str], by_location: dict[str, str]) -> dict[str, tuple[str, str]] | None:
    """The placeholder that fills each variable, if the format's path has the shape of the URI."""
    pattern = form.split(":", 5)[5].strip("/").split("/")
    if len(pattern) != len(segments):
        return None
    variables = {}
    for wanted, given in zip(pattern, segments):
        variable = VARIABLE.fullmatch(wanted)
        placeholder = PLACEHOLDER.fullmatch(given)
        if variable and placeholder:
            if placeholder.group(1) not in by_location:
                return None
            variables[variable.group(1)] = (placeholder.group(1), kind(variable.group(1))[0] + kind(variable.group(1))[1])
        elif wanted != given:
            return None
    return variables
