"""Which operations are told a KMS key: the service then looks the key up, makes a grant on it or asks for data keys with the caller's rights.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html and each service's page on encryption.
"""

from __future__ import annotations

import re

from .models import Operation
from .roles import members

KEY_NAME = re.compile(r"kms.*key|key.*kms|kms_?(arn|id)$|customermanagedkey|^encryptionkey(arn|id)?$", re.I)
NO_KEY = re.compile(r"policy|alias$|context|status|type$|enabled|optin|mode$", re.I)

# Their pages say which KMS actions they make, and grants and look-ups are not among them.
NO_GRANTS = {"kms", "s3", "s3control", "athena", "sqs", "sns"}


def key_members(service: str, operation: Operation) -> list[str]:
    """The paths of the members that take a key; sorted, each once."""
    if service in NO_GRANTS or not operation.input_shape:
        return []
    names = {path: re.sub(r"[\[\]{}]", "", path.split(".")[-1])
             for path, _, _ in members(operation, operation.input_shape, "", frozenset(), "")}
    return sorted(path for path, name in names.items() if KEY_NAME.search(name) and not NO_KEY.search(name))
