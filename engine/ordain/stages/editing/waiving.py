"""Waive: one more Waiver document at the end of a file, if nothing else comes of it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from ordain.errors import Span, UserError
from ordain.kinds import all_kinds
from ordain.kubeyaml import POLICIES, Document, flow, read
from ordain.kubeyaml.editing import appended
from ordain.kubeyaml.rereading import follows
from ordain.model.finding import Control
from ordain.model.objects import ObjectRef
from ordain.model.spec import API_VERSION, nearest
from ordain.model.waiver import Waiver
from ordain.stages.editing.edit import Edit, loaded_with, unreadable, worse
from ordain.stages.load import Loaded
from ordain.stages.outcome import Judged
from ordain.stages.validate import parse

_Judge: TypeAlias = Callable[[Loaded], Judged]
KIND: Final = "Waiver"
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIELD: Final = re.compile(r"\bspec\.([a-z]+)")
_NO_LETTERS: Final = re.compile(r"[^a-z0-9.-]+")
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Waiving:
    """What shall be waived, as it was asked for; `clusters` empty: in all of them."""

    control: str
    subject: ObjectRef
    reason: str
    owner: str
    ticket: str
    expires: str
    container: str = ""
    field: str = ""
    clusters: tuple[str, ...] = ()


def waive(
    wanted: Waiving,
    edited: tuple[str, bytes],
    loaded: Loaded,
    judge: _Judge,
    *,
    controls: Mapping[str, Control],
    today: date,
) -> Edit | Waiver:
    """Return the file with a waiver more, or the waiver that says the same already.

    `edited` is the name of the file and what it holds now. Raises UserError for a code that is unknown or cannot be
    waived, a day that has passed, text that makes no sound waiver, and a waiver of other terms that holds already.
    """
    _check_control(wanted.control, controls)
    text, document = _written(wanted, _free_name(wanted, loaded.documents))
    if date.fromisoformat(wanted.expires) < today:
        raise UserError(
            f"--expires {wanted.expires} has passed", hint=f"it is the last day on which it holds (UTC); today: {today}"
        )
    judged = judge(loaded)
    kinds = all_kinds()
    waivers = [waiver(policy) for policy in judged.policies if (waiver := kinds[policy.kind].waiver)]
    if found := _there(wanted, waivers, today):
        return found
    file, before = edited
    for finding in unreadable(loaded, judged.findings):
        if finding.where and finding.where.file == file:
            raise UserError(f"nothing was written: {finding.message}", hint=finding.hint, where=finding.where)
    after = appended(before, text)
    tried = loaded_with(loaded, {file: after})
    values = [item.value for item in loaded.documents if item.file == file] + [document.value]
    same = [item.value for item in tried.documents if item.file == file] == values
    if not same or (why := follows(before, after)):
        raise UserError(
            "nothing was written: " + (why if same else "the file would not be read as before with a document more"),
            hint="end it with a line feed, or name another --file",
            where=Span(file),
        )
    if new := worse(judged.findings, judge(tried).findings):
        raise UserError(f"nothing was written: {new[0].message}", hint=new[0].hint, where=new[0].where)
    return Edit(file, before, after)


def _check_control(code: str, controls: Mapping[str, Control]) -> None:
    control = controls.get(code)
    if control is None:
        meant = nearest(code, list(controls))
        hint = f"did you mean {meant}?" if meant else "`ordain explain` lists the codes"
        raise UserError(f"there is no control {code}", hint=hint)
    if not control.waivable:
        raise UserError(f"{code} ({control.name}) cannot be waived", hint="mend what it reports")


def _written(wanted: Waiving, name: str) -> tuple[str, Document]:
    """Return a waiver as a person would write it, and as it is read; raises UserError where it is not sound."""
    subject = wanted.subject
    target = {
        **({"namespaces": [subject.namespace]} if subject.namespace else {}),
        "kinds": [subject.kind],
        "names": [subject.name],
        **({"clusters": list(wanted.clusters)} if wanted.clusters else {}),
    }
    narrowed = {field: value for field in ("container", "field") if (value := getattr(wanted, field))}
    terms = {**narrowed, "reason": wanted.reason, "owner": wanted.owner, "ticket": wanted.ticket}
    expires = wanted.expires if _DATE.fullmatch(wanted.expires) else flow(wanted.expires)  # bare, as people write it
    lines = [
        f"apiVersion: {API_VERSION}",
        f"kind: {KIND}",
        "metadata:",
        f"  name: {flow(name)}",
        "spec:",
        f"  control: {flow(wanted.control)}",
        "  targets:",
        f"    - {flow(target)}",
        *(f"  {field}: {flow(value)}" for field, value in terms.items()),
        f"  expires: {expires}",
    ]
    text = "\n".join(lines) + "\n"
    (document,) = read(text.encode(), "", POLICIES).documents
    faults = parse(document, all_kinds()[KIND].document)
    if isinstance(faults, list):
        raise UserError("; ".join(_as_option(item.message) for item in faults), hint=faults[0].hint)
    return text, document


def _as_option(message: str) -> str:
    """Name a field of the document by the option that it comes from."""
    named = message.replace("spec.targets[0].", "the object's ").replace("the object's clusters[0]", "--cluster")
    return _FIELD.sub(r"--\1", named)


def _free_name(wanted: Waiving, documents: Iterable[Document]) -> str:
    taken = {
        item.value.get("metadata", {}).get("name")
        for item in documents
        if isinstance(item.value, dict) and isinstance(item.value.get("metadata"), dict)
    }
    parts = (wanted.subject.namespace, wanted.subject.name, wanted.control)
    name = "-".join(_NO_LETTERS.sub("-", part.lower()).strip("-.") for part in parts if part)[-_LONGEST_NAME:]
    free = (f"{name.strip('-.')}{end}" for end in ("", *(f"-{count}" for count in range(2, len(taken) + 3))))
    return next(one for one in free if one not in taken)


def _there(wanted: Waiving, waivers: Iterable[Waiver], today: date) -> Waiver | None:
    """Return a waiver in force that covers what is wanted; raises UserError where it has other terms."""
    for waiver in waivers:
        covers = (
            waiver.control == wanted.control
            and waiver.expires >= today
            and waiver.container in ("", wanted.container)
            and waiver.field in ("", wanted.field)
            and all(
                any(target.covers(wanted.subject, cluster) for target in waiver.targets)
                for cluster in wanted.clusters or ("",)
            )
        )
        if not covers:
            continue
        terms = (waiver.reason, waiver.owner, waiver.ticket, waiver.expires.isoformat())
        if terms != (wanted.reason, wanted.owner, wanted.ticket, wanted.expires):
            raise UserError(
                f"Waiver/{waiver.name} excepts it already: until {waiver.expires}, {waiver.owner}, {waiver.ticket}",
                hint="change its terms there, or delete it first",
                where=waiver.where,
            )
        return waiver
    return None
