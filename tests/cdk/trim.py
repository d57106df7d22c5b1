"""Copies what matters of an app's cdk.out: python3 trim.py APP TO"""

import json
import re
import sys
from pathlib import Path

app, to = Path(sys.argv[1]).resolve(), Path(sys.argv[2])


def put(path, text):
    path = to / path.relative_to(app / "cdk.out")
    path.parent.mkdir(exist_ok=True)
    text = text.replace(str(app), "/home/me/shop")
    # Where the package is installed is nobody's business.
    path.write_text(re.sub(r"\.\.\.[^ \"]*/node_modules/", ".../node_modules/", text))


for path in sorted([*(app / "cdk.out").iterdir(), *(app / "cdk.out").glob("assembly-*/*")]):
    if path.name == "cdk.out" or path.name.endswith((".template.json", "tree.json")):
        put(path, path.read_text())
    elif path.name.endswith(".metadata.json"):
        # A warning's trace is of files of the package, wherever it is installed.
        metadata = json.loads(path.read_text())
        kept = {
            construct: [entry for entry in entries if entry["type"] != "aws:cdk:warning"]
            for construct, entries in metadata.items()
        }
        put(path, json.dumps({key: value for key, value in kept.items() if value}, indent=1) + "\n")
    elif path.name == "manifest.json":
        manifest = json.loads(path.read_text())
        artifacts = manifest["artifacts"]
        for name in [name for name, own in artifacts.items() if own["type"] == "cdk:feature-flag-report"]:
            del artifacts[name]
        put(path, json.dumps(manifest, indent=1) + "\n")
