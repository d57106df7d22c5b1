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


def gives_tags(operation: Operation) -> bool:
    """Whether the request has a member of tags, and is no reading or tagging itself."""
    return not NO_MAKING.match(operation.name) and any(MEMBER.search(member.path.split(".")[-1]) for member in operation.members)


def actions(reference: Reference) -> list[str]:
    """The actions of a service that put tags on its resources."""
    return [name for name in sorted(reference.actions) if reference.actions[name].level == "T" and ACTION.match(name)]
