"""Puts templates through AWS's own SAM transform, and prints what it makes of each as one JSON object by file name.

    python3 transform.py REGION TEMPLATE...

    {"orders.yaml": {"made": what the transform makes of it, or null, "refused": [why]}}
"""

import json
import logging
import os
import sys
from pathlib import Path

import yaml
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

SHORT = {"Ref": "Ref", "Condition": "Condition"}


class Reader(yaml.SafeLoader):
    """YAML as CloudFormation reads it: short tags are the long functions."""


def short_tag(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {SHORT.get(suffix, f"Fn::{suffix}"): value}


Reader.add_multi_constructor("!", short_tag)
# A date is text in a template.
Reader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class NoMorePolicies:
    """Managed policies that the package does not know are asked of IAM; here there is none."""

    def load(self):
        return {}


def translated(path):
    try:
        return {"made": transform(yaml.load(Path(path).read_text(), Reader), {}, NoMorePolicies()), "refused": []}
    except InvalidDocumentException as error:
        return {"made": None, "refused": [cause.message for cause in error.causes]}


if __name__ == "__main__":
    logging.disable()
    os.environ["AWS_DEFAULT_REGION"] = sys.argv[1]
    print(json.dumps({Path(path).name: translated(path) for path in sys.argv[2:]}, sort_keys=True))
