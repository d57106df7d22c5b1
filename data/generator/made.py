"""Which resources a call makes under an id that AWS gives, so that no policy can name them beforehand.

The models say it: the response carries the id or the ARN of the resource, and the request does not have to.
"""

from __future__ import annotations

from .actions import Reference, ResourceType, resource_variables
from .models import Member, Operation
from .resources import MAKING
from .words import kind, normalise, split_operation

# What begins with these is about a resource that is there already.
NOT_MAKING = {
    "Accept", "Add", "Apply", "Associate", "Attach", "Cancel", "Delete", "Deregister", "Detach", "Disable", "Disassociate", "Enable", "Modify", "Promote",
    "Put", "Reboot", "Rebuild", "Reject", "Release", "Remove", "Reset", "Resume", "Send", "Set", "Stop", "Suspend", "Tag", "Terminate", "Test", "Update",
}


def made_types(reference: Reference, level: str, operation: Operation) -> list[str]:
    """The types whose ids an operation makes; `level` is the access level of its action."""
    if level in ("L", "R") or split_operation(operation.name)[0] in NOT_MAKING:
        return []
    found = [name for name, type_ in sorted(reference.types.items()) if makes_id(type_, operation)]
    noun = noun_of(operation)
    return [name for name in found if singular(normalise(name)) == noun] or found


def makes_id(type_: ResourceType, operation: Operation) -> bool:
    """Is the type named by ids alone, of which the operation makes the last?"""
    forms = [variables for form in type_.formats if (variables := resource_variables(form)) and form.endswith("}")]
    forms = [form for form in forms if kind(form[-1])[1] == "id" and all(kind(name)[1] != "name" for name in form)]
    stems = {singular(stem) for stem in (normalise(type_.name), *(kind(form[-1])[0] for form in forms))} - {"", "resource"}
    makes, noun = split_operation(operation.name)[0] in MAKING - {"Provision"}, noun_of(operation)
    if not forms or not is_about(noun, stems) or any(names(member, stems, makes) for member in operation.members):
        return False
    return (makes and noun in stems) or any(says(member, stems) for member in operation.answers)


def is_about(noun: str, stems: set[str]) -> bool:
    """Does the operation's noun end as the type is called, or the other way round? `AllocateHosts` is about `dedicated-host`."""
    return any(noun.endswith(stem) or (len(noun) > 2 and stem.endswith(noun)) for stem in stems)


def names(member: Member, stems: set[str], makes: bool) -> bool:
    """Does a member of the request name the resource? A name is no id. What makes a resource may be given an id to make another version."""
    stem, meaning = kind(singular_of(member))
    stem = singular(stem)
    if not member.is_text or meaning == "name" or (makes and not member.required) or (member.depth and (makes or stem == "")):
        return False
    return meaning != "bare" if stem == "" else stem in stems or (meaning == "id" and any(own.endswith(stem) for own in stems))


def says(member: Member, stems: set[str]) -> bool:
    """Does a member of the response carry the id or the ARN of the resource?"""
    stem, meaning = kind(singular_of(member))
    if not member.is_text or meaning not in ("id", "arn"):
        return False
    stem = singular(stem)
    within = singular(normalise(member.path.rpartition(".")[0].removesuffix("[]")))
    word = stem or within
    return word == "" or any(own.endswith(word) for own in stems)


def noun_of(operation: Operation) -> str:
    return singular(normalise(split_operation(operation.name)[1]))


def singular(word: str) -> str:
    return word.removesuffix("s")


def singular_of(member: Member) -> str:
    return singular(member.name) if member.path.endswith("[]") else member.name
