"""Which members of a request fill a resource type's ARN.

Precision before reach: a wrong member gives an ARN that is too narrow. So names have to agree after
normalisation, with a few suffixes that mean the same, and a name never stands in for an identifier.
"""

from __future__ import annotations

import re

from .actions import ResourceType, resource_variables
from .models import Member, Operation
from .words import kind, normalise, split_operation

FOREIGN_STEMS = ("role", "key", "topic", "bucket", "center", "application")
NOT_IDENTITY = ("filter", "tag", "tags", "filters", "dependson")


class Filling:
    """How one resource type of one operation is filled."""

    def __init__(self, kind_: ResourceType, whole: list[str], variables: dict[str, list[str]], templates: list[str]):
        self.type = kind_
        self.whole = whole
        self.variables = variables
        wanted = [resource_variables(template) for template in templates]
        self.filled = any(all(variables.get(name) for name in names) for names in wanted)
        self.constant = any(not names for names in wanted)

    @property
    def complete(self) -> bool:
        return self.filled or bool(self.whole)


def fill(kind_: ResourceType, operation: Operation, rules: dict[str, list[str]], arn_rules: dict[str, list[str]],
         templates: list[str], only_type: bool) -> Filling:
    """Fills every variable that can be filled; hand-written rules come before automatic ones."""
    variables: dict[str, list[str]] = {}
    carriers: list[Member] = []
    for form in [*kind_.formats, *templates]:
        for name in resource_variables(form):
            if name in variables:
                continue
            written = rules.get(f"{kind_.name}/{name}", rules.get(name))
            if written == []:
                continue  # written by hand: no member carries it, whatever the names say
            own = next((f for f in kind_.formats if name in resource_variables(f)), form)
            present = [source for source in written or () if source_known(source, operation)]
            if present:
                variables[name] = present
            elif member := match_variable(name, kind_.name, operation, own):
                variables[name] = [member.path]
                carriers.append(member)
    whole = [source for source in arn_rules.get(kind_.name, ()) if source_known(source, operation)]
    if not whole:
        whole = match_arn(kind_, operation, only_type, guess=not Filling(kind_, [], variables, templates).filled)
        last = resource_variables(kind_.formats[0])[-1:]
        whole += [m.path for m in carriers if m.holds_arn and m.path not in whole and [m.path] == variables.get((last or [""])[0])]
    return Filling(kind_, whole, variables, templates)


def source_known(source: str, operation: Operation) -> bool:
    """Does the request have what the source names? Literals and the endpoint host always exist."""
    path = source.partition("|")[0]
    return path.startswith(("=", ":")) or operation.knows_path(path)


def match_variable(variable: str, type_name: str, operation: Operation, form: str = "") -> Member | None:
    """The member that carries the variable, or None. `form` is the ARN format that the variable stands in."""
    wanted = normalise(variable)
    stem, meaning = kind(variable)
    type_word = normalise(type_name)
    if stem == "resource" and type_word != "resource":
        stem = ""  # `dashboard/${ResourceId}` means the dashboard's id, and no member that happens to be called ResourceId
    about_type = _is_about(operation.name, type_word)
    text = [m for m in operation.members if m.is_text]
    top = [m for m in text if m.depth == 0]
    for member in top:
        if wanted in (normalise(member.name), normalise(member.location)) and stem:
            return member
    for member in top:
        member_stem, member_meaning = kind(member.name)
        if not _same_meaning(meaning, member_meaning):
            continue
        if member_stem == stem and stem:
            return member
        if not stem and member_stem == type_word:
            return member
        if not member_stem and about_type and stem in ("", type_word):
            return member
    for member in top:
        if member.path.endswith("[]") and stem:
            if normalise(member.name) == wanted + "s":
                return member
    if member := match_by_word(variable, type_word, top, operation, form):
        return member
    if stem and meaning != "bare":
        nested = [m for m in text if m.depth == 1 and normalise(m.name) == wanted
                  and not any(normalise(part.removesuffix("[]")) in NOT_IDENTITY for part in m.path.split("."))]
        if len(nested) == 1:
            return nested[0]
    return None


def match_by_word(variable: str, type_word: str, top: list[Member], operation: Operation, form: str) -> Member | None:
    """The member that is called as the ARN itself calls its resource, or whose name is the end of the variable's or begins before it.

    `recipe/${ResourceId}` is filled by `RecipeName` and by the `Name` of `DeleteRecipe`; `mlflow-tracking-server/${MlflowTrackingServerName}`
    by `TrackingServerName`, if it is required and nothing else comes into question.
    """
    stem, meaning = kind(variable)
    loose = stem in ("", "resource")
    alone = len(resource_variables(form)) == 1
    words = {type_word} if alone else set()
    words |= {word for word in literal_words(variable, form) if loose or alone or word in stem or stem in word}
    others = {kind(name)[0] for name in resource_variables(form) if name != variable}
    verb = split_operation(operation.name)[0]

    def same(member_meaning: str) -> bool:
        # A `ResourceId` may well be a name, but not where the call makes the resource and so its id.
        named = stem == "resource" and member_meaning != "arn" and verb not in ("Create", "Register")
        return _same_meaning(meaning, member_meaning) or named

    single = [(m, *kind(_singular(m))) for m in top]
    by_word = [m for m, s, mean in single if s and s in words and s not in others and same(mean)]
    if len({m.name for m in by_word}) == 1:
        return by_word[0]
    noun = normalise(split_operation(operation.name)[1])
    about = [word for word in words if len(word) > 2 and noun.startswith(word)]
    plain = [m for m, s, mean in single if not s and m.required and same(mean)]
    if about and len(plain) == 1 and (len(words) == 1 or noun.rstrip("s") in words or stem in (*words, "", "resource")):
        return plain[0]
    if len(stem) < 4 or loose:
        return None
    ends = [m for m, s, mean in single if m.required and _same_meaning(meaning, mean) and s not in others and len(s) > 3
            and (stem.endswith(s) or (s.endswith(stem) and (s in noun or noun in s)))]
    return ends[0] if len({m.name for m in ends}) == 1 else None


def literal_words(variable: str, form: str) -> set[str]:
    """The word that stands before the variable in the ARN, in the singular too: `geofence-collection/${...}`."""
    parts = form.split(":", 5)
    before = parts[5].partition("${" + variable + "}")[0] if len(parts) == 6 else ""
    word = normalise(re.split(r"[/:]", before.rstrip("/:"))[-1]) if before[-1:] in ("/", ":") else ""
    return {word, word.removesuffix("s")} - {""}


def _singular(member: Member) -> str:
    """`RecipeNames[]` as `RecipeName`."""
    if not member.path.endswith("[]"):
        return member.name
    return re.sub(r"(s|List|Set)$", "", member.name)


def match_arn(kind_: ResourceType, operation: Operation, only_type: bool, guess: bool) -> list[str]:
    """Members that carry the type's whole ARN; as a guess the only required ARN of a call on a single type."""
    type_word = normalise(kind_.name)
    last = resource_variables(kind_.formats[0])[-1:]
    stems = {type_word} | {kind(name)[0] for name in last} - {""}
    about_type = _is_about(operation.name, type_word)
    found = []
    for member in operation.members:
        if member.depth != 0 or not member.is_text:
            continue
        name = member.name[:-1] if normalise(member.name).endswith("arns") else member.name
        stem, meaning = kind(name)
        if meaning == "arn":
            if stem in stems or stem == "resource" or (stem == "" and (about_type or only_type)):
                found.append(member.path)
        elif stem == "resource" and "Tag" in operation.name:
            found.append(member.path)  # older APIs tag by ResourceName, which is an ARN
        elif member.holds_arn and (stem in stems or stem == "resource"):
            found.append(member.path)
    if not found and only_type and guess:
        required = [m for m in operation.members if m.depth == 0 and m.required and m.is_text and m.holds_arn
                    and kind(m.name)[1] != "name" and not kind(m.name)[0].endswith(FOREIGN_STEMS)]
        if len(required) == 1:
            found = [required[0].path]
    return found


def _same_meaning(left: str, right: str) -> bool:
    """`Table` and `TableName` say the same, `Id` and `Identifier` too; a name and an identifier do not."""
    return left == right or {left, right} == {"bare", "name"}


def _is_about(operation: str, type_word: str) -> bool:
    noun = normalise(split_operation(operation)[1])
    return noun == type_word or noun == type_word + "s"
