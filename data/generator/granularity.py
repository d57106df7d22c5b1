"""How generally people write the ARN of a resource type: the template that a need is made from."""

from __future__ import annotations

import re

from .actions import CONTEXT, VARIABLE, ResourceType

# Identifiers that a service makes up while it runs. Nobody writes them into a policy.
RUNTIME_ID = re.compile(
    r"(Run|Execution|Task|Session|Job|Message|Build|Invocation|Request|Operation|Query|Transcription|Step|Command|"
    r"Batch|Import|Export|Conversation|Contact|Attempt|Change|Event|Upload|Download|Report|Deployment|Assessment)"
    r"(Id|ID|Identifier|Uuid|UUID)$"
)

# Types that are one run of something, named anew each time, whatever the variable is called: `transcription-job/${JobName}`. What is
# made once and run often (Glue's and DataBrew's jobs, Macie's) is written out in the overrides.
RUN_TYPE = re.compile(r"(job|[a-z-]*run|change|(quantum|import|export)-?task|async-invoke|optimization-invocation)$", re.IGNORECASE)


def templates(kind: ResourceType, written: dict[str, str]) -> list[str]:
    """One template for each ARN format of the type; a hand-written one serves for all of them."""
    if kind.name in written:
        return [written[kind.name]] * len(kind.formats)
    return [default_template(form, is_run=bool(RUN_TYPE.search(kind.name))) for form in kind.formats]


def default_template(form: str, is_run: bool = False) -> str:
    """Keeps the first variable after the account, and replaces those that follow it by `*`; of a run keeps no lone variable."""
    parts = form.split(":", 5)
    if len(parts) < 6:
        return form
    kept = []
    own = [name for name in VARIABLE.findall(parts[5]) if name not in CONTEXT]
    of_runs = is_run and len(set(own)) == 1

    def replace(match: re.Match) -> str:
        name = match.group(1)
        if name in CONTEXT:
            return match.group(0)
        if not kept:
            kept.append(name)
            return "*" if of_runs or RUNTIME_ID.search(name) else match.group(0)
        return match.group(0) if kept[0] == name and not of_runs and not RUNTIME_ID.search(name) else "*"

    head = [part if part in ("", "*") or not _foreign(part) else "*" for part in parts[:5]]
    return ":".join([*head, VARIABLE.sub(replace, parts[5])])


def _foreign(part: str) -> bool:
    """A variable in the Region or account position that is neither (`${VpcOwnerAccount}`)."""
    return any(name not in CONTEXT for name in VARIABLE.findall(part))
