"""Which operations give tags to what they make, and the actions that AWS checks for that beside the operation's own.

AWS checks tags in a creating request as tagging (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html#access_tags_control-requests,
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html). No trace shows whether a request had any.
"""

from __future__ import annotations

import re

from .actions import Reference
from .models import Operation

MEMBER = re.compile(r"tags?(list|map|set|specifications?)?$", re.I)
# What reads filters by tags; what tags is an action of its own.
NO_MAKING = re.compile(r"(Add|BatchGet|Create(OrUpdate)?Tags?$|Delete|Describe|Get|List|Query|Remove|Search|Tag|Untag)")
ACTION = re.compile(r"(TagResources?|Tag[A-Z][A-Za-z]*|AddTags?([A-Z][A-Za-z]*)?|Create(OrUpdate)?Tags?)$")


# Tagging resources of whatever service is checked under that service's own action too:
# https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html
OF_ANY_SERVICE = {("resourcegroupstaggingapi", "TagResources"): ACTION,
                  ("resourcegroupstaggingapi", "UntagResources"): re.compile(r"(Untag|RemoveTags?|DeleteTags?)([A-Z][A-Za-z]*)?$")}


def of_other_services(service: str, operation: Operation, references: dict[str, Reference]) -> list[str]:
    """The actions of all services that put tags on resources, or take them off, where the operation does so for any service."""
    wanted = OF_ANY_SERVICE.get((service, operation.name))
    if wanted is None:
        return []
    return [f"{prefix}:{name}" for prefix, reference in sorted(references.items()) if prefix != "tag"
            for name in sorted(reference.actions) if wanted.match(name) and reference.actions[name].level == "T"]


def gives_tags(operation: Operation) -> bool:
    """Whether the request has a member of tags, and is no reading or tagging itself."""
    return not NO_MAKING.match(operation.name) and any(MEMBER.search(member.path.split(".")[-1]) for member in operation.members)


def actions(reference: Reference) -> list[str]:
    """The actions of a service that put tags on its resources."""
    return [name for name in sorted(reference.actions) if reference.actions[name].level == "T" and ACTION.match(name)]
