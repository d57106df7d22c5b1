"""Whether an ARN's template agrees with the regular expression that a schema gives for the attribute."""

from __future__ import annotations

import re
import string

try:
    from re import _parser as parser
except ImportError:
    import sre_parse as parser

HOLE = re.compile(r"\{([^}]*)\}")
CONTEXT = {"p": "aws", "r": "us-east-1", "a": "123456789012"}
SAMPLES = ("name1", "name-1-x", "0123456789", "123456789012", "12345678-1234-1234-1234-123456789012", "0123456789abcdef0123456789abcdef",
           "abcdefghij", "abcdefghij0123456789abcdef", "A1B2C3D4E5", "ABCDEFGHIJ", "1", "1.0.0")
# Ids that begin with the word before them, or with what AWS shortens it to.
SHORT = {"service": "svc", "file-system": "fs", "access-point": "fsap", "location": "custom"}
LIKELY = string.ascii_lowercase + string.digits + string.ascii_uppercase + "-_/.:"
BRANCHES = 6


def agrees(template: str, pattern: str) -> bool:
    """An ARN of the template fits the pattern, or one that is made from the pattern fits the template."""
    fits = re.compile(pattern)
    if any(fits.search(text) for text in filled_variously(template)) or fits.search(with_words(template)):
        return True
    own = re.compile(shape(template))
    return any(own.fullmatch(made) for made in instances(pattern))


def filled(template: str, sample: str) -> str:
    return HOLE.sub(lambda hole: CONTEXT.get(hole[1], "" if hole[1].startswith("?") else sample), template)


def filled_variously(template: str):
    """All holes alike, and the last in another way: a version behind an id."""
    start = template.rfind("{")
    for sample in SAMPLES:
        for last in (sample, "1", "0123456789"):
            yield filled(template[:start], sample) + filled(template[start:], last)


def with_words(template: str) -> str:
    """The template filled with ids like `alias-0123456789abcdef0`."""
    text = ""
    for part in re.split(r"(?<=[/:])", template):
        word = re.split("[/:]", text.rstrip("/:"))[-1]
        text += filled(part, f"{SHORT.get(word, word)}-0123456789abcdef0") if HOLE.search(part) else part
    return text


def shape(template: str) -> str:
    """The template as a regular expression: a hole is one part of the resource."""
    kinds = {"p": "[a-z-]+", "r": "[^:]*", "a": "[^:]*"}
    text, end = "", 0
    for hole in HOLE.finditer(template):
        text += re.escape(template[end:hole.start()])
        text += kinds.get(hole[1], "(.+)?" if hole[1].startswith("?") else "[^/:]+")
        end = hole.end()
    return text + re.escape(template[end:])


def instances(pattern: str) -> set[str]:
    """Some texts that fit the pattern."""
    tree = parser.parse(pattern)
    return {_one(tree, branch, least) for branch in range(BRANCHES) for least in (0, 1)}


def _one(tree, branch: int, least: int) -> str:
    return "".join(_item(str(code), value, branch, least) for code, value in tree)


def _item(code: str, value, branch: int, least: int) -> str:
    match code:
        case "LITERAL":
            return chr(value)
        case "ANY" | "NOT_LITERAL":
            return "a"
        case "IN":
            return next(letter for letter in LIKELY if _has(value, letter)) if any(_has(value, l) for l in LIKELY) else "?"
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, inside = value
            return _one(inside, branch, least) * max(low, min(least, int(high)))
        case "SUBPATTERN":
            return _one(value[-1], branch, least)
        case "BRANCH":
            return _one(value[1][branch % len(value[1])], branch, least)
    return ""


def _has(members, letter: str) -> bool:
    wanted = True
    for code, value in members:
        match str(code):
            case "NEGATE":
                wanted = False
            case "LITERAL" if value == ord(letter):
                return wanted
            case "RANGE" if value[0] <= ord(letter) <= value[1]:
                return wanted
            case "CATEGORY" if _in_category(str(value), letter):
                return wanted
    return not wanted


def _in_category(name: str, letter: str) -> bool:
    kinds = {"DIGIT": letter.isdigit(), "WORD": letter.isalnum() or letter == "_", "SPACE": letter.isspace()}
    kind = name.rsplit("_", 1)[-1]
    return kinds[kind] != ("NOT" in name)
