"""Which operations take a role: the request has a member, however deep, whose value is an IAM role or an instance profile.

Handing a role on needs iam:PassRole, which no trace shows (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
"""

from __future__ import annotations

import re

from .models import Operation

# What they say of roles is about the roles themselves, not for a service to act with: identity services, and findings that describe.
ABOUT_ROLES = {"account-access", "account-access-runtime", "iam", "organizations", "securityhub", "sso", "sts"}

# An ARN by its name: `roleArn`, `ExecutionRoleARN`, `roleArnForLogging`, `iamRoleForDataSourceArn`.
ARN_NAME = re.compile(r"role_?arn|role.*arns?$", re.I)
# A role by its name: counts where the model says in some way that it is IAM's.
ROLE_NAME = re.compile(r"roles?(name|override|update|identifier)?s?$", re.I)
PROFILE_NAME = re.compile(r"instanceprofile", re.I)
# Roles under other names, each documented as the role that the service assumes.
OTHER_NAMES = {
    "authorizerCredentials", "authorizerCredentialsArn", "callerArn", "credentials", "credentialsArn",
    "deliverLogsPermissionArn", "keyCacheSecretIamArn", "snsCallerArn",
}
SAYS_IAM = re.compile(
    r"(IAM|Identity and Access Management)[^.]{0,60}\broles?\b|\brole\b[^.]{0,40}\b(IAM|Identity and Access)|service role|execution role"
    r"|\brole ARN|ARN\)? of (the|a|an) [^.]{0,40}role|assumes? (the|this|a) role|role that|\bthe role (to use|used for|supporting)\b", re.I)
# A text or a map that carries settings of many kinds: what the model says of its values tells whether a role is among them.
SETTINGS = re.compile(r"^(Parameters|\w*(Attribute|Setting)(Name|Value)|Values?)$")
SAYS_ROLE = re.compile(
    r"RoleArn\b|\brole-arn\b|\brole ARNs?\b|\bARN\)? of the (IAM |assumed )?role\b|\bResource Name \(ARN\) of the role\b|\bname of an IAM role\b", re.I)
NOT_HANDED_ON = re.compile(r"principal|owner|polic|session|userarn|status$|mode$|type$", re.I)
# Services whose instance profiles are not IAM's.
OWN_PROFILES = {"devicefarm", "dms"}
MOST_DEPTH = 14


def role_members(service: str, operation: Operation) -> list[str]:
    """The paths of the members that take a role, `Outer.List[].Inner`; sorted, each once."""
    if service in ABOUT_ROLES or not operation.input_shape:
        return []
    found = {path for path, shape, says in members(operation, operation.input_shape, "", frozenset(), "")
             if takes_role(service, path, shape, operation.shapes[shape], says)}
    return sorted(found)


def members(operation: Operation, shape: str, path: str, above: frozenset, says: str):
    """Every text of the request: its path, its shape, and what the model says of it. `{}` marks the values of a map."""
    body = operation.shapes[shape]
    if len(above) > MOST_DEPTH:
        return
    match body["type"]:
        case "structure" if shape not in above:
            for name, ref in body.get("members", {}).items():
                inner = ref.get("documentation") or operation.shapes[ref["shape"]].get("documentation", "")
                yield from members(operation, ref["shape"], f"{path}.{name}" if path else name, above | {shape}, inner)
        case "list":
            yield from members(operation, body["member"]["shape"], path + "[]", above, says)
        case "map":
            yield from members(operation, body["value"]["shape"], path + "{}", above, says)
        case "string" if not body.get("enum"):
            yield path, shape, says


def takes_role(service: str, path: str, shape: str, body: dict, says: str) -> bool:
    parts = [re.sub(r"[\[\]{}]", "", part) for part in path.split(".")]
    name, pattern = parts[-1], body.get("pattern", "")
    if NOT_HANDED_ON.search(name):
        return False
    if ARN_NAME.search(name) or name[0].lower() + name[1:] in OTHER_NAMES:
        return True
    if "iam" in pattern and "role/" in pattern.replace("\\/", "/"):
        return True
    if any(PROFILE_NAME.search(part) for part in parts[-2:]):
        return service not in OWN_PROFILES
    plain = re.sub(r"<[^>]+>", "", says)
    if is_settings(path):
        return bool(SAYS_ROLE.search(plain))
    of_iam = "arn" in pattern or re.search(r"Iam|IAM|Arn|ARN", shape) or SAYS_IAM.search(plain)
    return bool(ROLE_NAME.search(name) and of_iam)


def is_settings(path: str) -> bool:
    """Does the member carry settings of many kinds, of which a role may be one?"""
    return "{}" in path or bool(SETTINGS.search(path.rpartition(".")[2].removesuffix("[]")))


def source(paths: list[str]) -> str | None:
    """Where a recorded role stands. With several members a recording of one says nothing of the others, so that none is given."""
    return paths[0] if len(paths) == 1 and not is_settings(paths[0]) else None
