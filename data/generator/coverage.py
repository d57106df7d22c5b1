"""Says how much of the operations is mapped, and how."""

from __future__ import annotations

LABELS = {"e": "exact", "s": "same name", "a": "assumed", "n": "needs no permission"}


def summary(index: dict, size: int) -> str:
    c = index["coverage"]
    mapped = c["exact"] + c["same_name"] + c["none"]
    return (f"{c['services']} services, {c['operations']} operations: {c['exact']} exact, {c['same_name']} same name, "
            f"{c['none']} need nothing ({share(mapped, c['operations'])}), {c['assumed']} assumed, {c['unmapped']} unmapped; "
            f"{len(index['blocks']) if 'blocks' in index else '-'} IAM prefixes; {size} bytes\n{recorded(c)}")


def recorded(c: dict) -> str:
    """How much of what requests name a whitelist makes traces carry."""
    return (f"Of {c['nameable']} operations whose request names a resource, {c['named']} ({share(c['named'], c['nameable'])}) "
            "have their ARN filled from what a whitelist records.")


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "-"


def table(index: dict, blocks: dict[str, dict]) -> str:
    c = index["coverage"]
    lines = ["| mapping | operations | share |", "|---|---:|---:|"]
    for label, key in (("exact", "exact"), ("same name", "same_name"), ("needs no permission", "none"), ("assumed", "assumed"),
                       ("unmapped", "unmapped")):
        lines.append(f"| {label} | {c[key]} | {share(c[key], c['operations'])} |")
    lines.append(f"| all | {c['operations']} | 100 % |")
    lines += ["", "| of the mapped operations that need something | operations | share |", "|---|---:|---:|"]
    kinds = {"`*` only": 0, "a resource can be named from the request": 0, "made by the call, or ranging over all": 0,
             "resource not in the request": 0, "resource type not known": 0}
    for block in blocks.values():
        for service in block["s"].values():
            for mapping in service["o"].values():
                if mapping["n"]:
                    kinds[resource_kind(mapping)] += 1
    whole = sum(kinds.values())
    lines += [f"| {label} | {count} | {share(count, whole)} |" for label, count in kinds.items()]
    lines += ["", recorded(c)]
    return "\n".join(lines)


def resource_kind(mapping: dict) -> str:
    resources = [r for need in mapping["n"] if "o" not in need for r in need.get("r", ())]
    if not resources:
        return "`*` only"
    if any("w" in r or ("v" in r and "u" not in r) for r in resources):
        return "a resource can be named from the request"
    if any("u" in r for r in resources):
        return "made by the call, or ranging over all"
    if all(r["t"] == "" for r in resources):
        return "resource type not known"
    return "resource not in the request"
