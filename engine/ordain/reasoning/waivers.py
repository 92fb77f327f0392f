"""Waivers over findings: who is let off, and which waivers are expired, unused or wider than they need to be."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from ordain.model.finding import Control, Finding
from ordain.model.spec import nearest
from ordain.model.waiver import Waiver


def apply_waivers(findings: Iterable[Finding], waivers: Sequence[Waiver], today: date) -> list[Finding]:
    """Mark each finding that a waiver in force covers; `expires` itself is the last day in force."""
    in_force = [waiver for waiver in waivers if waiver.expires >= today]
    return [_covered(finding, in_force) for finding in findings]


def _covered(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    found = next((waiver for waiver in waivers if waiver.covers(finding)), None)
    return replace(finding, waived=found.stamp()) if found else finding


def unknown_codes(waivers: Iterable[Waiver], controls: Mapping[str, Control]) -> Iterator[Finding]:
    """Report waivers of codes that do not exist or that cannot be waived."""
    for waiver in waivers:
        control = controls.get(waiver.control)
        if control is None:
            meant = nearest(waiver.control, list(controls))
            yield Finding.of(
                controls["WVR004"],
                f"there is no control {waiver.control}",
                hint=f"did you mean {meant}?" if meant else "`ordain explain` lists the codes",
                where=waiver.where,
            )
        elif not control.waivable:
            yield Finding.of(
                controls["WVR004"],
                f"{waiver.control} ({control.name}) cannot be waived",
                hint="mend what it reports",
                where=waiver.where,
            )


def judge_waivers(
    waivers: Iterable[Waiver],
    findings: Sequence[Finding],
    today: date,
    controls: Mapping[str, Control],
    elsewhere: Collection[str] = (),
) -> Iterator[Finding]:
    """Report waivers that are expired, cover nothing, or have entries that cover nothing.

    `elsewhere` are codes that another command reports: here, their waivers may cover nothing.
    """
    for waiver in waivers:
        used = [finding for finding in findings if waiver.covers(finding)]
        if waiver.expires < today:
            yield Finding.of(
                controls["WVR001"],
                f"Waiver/{waiver.name} of {waiver.control} expired on {waiver.expires}",
                hint="mend what it excepts and delete it, or agree on a new date with its owner: " + waiver.owner,
                where=waiver.where,
            )
        elif not used and waiver.control not in elsewhere:
            yield Finding.of(
                controls["WVR002"],
                f"Waiver/{waiver.name} covers no finding of {waiver.control}",
                hint="delete it, or compare its names with those in the finding: a target without namespaces means "
                "objects that live in none",
                where=waiver.where,
            )
        elif used:
            yield from _too_wide(waiver, used, controls)


def _too_wide(waiver: Waiver, used: Sequence[Finding], controls: Mapping[str, Control]) -> Iterator[Finding]:
    subjects = [(finding.subject, finding.cluster) for finding in used if finding.subject]
    for target in waiver.targets:
        covered = [subject for subject, cluster in subjects if target.covers(subject, cluster)]
        unused = [
            *(name for name in target.names if name not in {subject.name for subject in covered}),
            *(name for name in target.namespaces if name and name not in {subject.namespace for subject in covered}),
            *(kind for kind in target.kinds if kind not in {subject.kind for subject in covered}),
        ]
        if unused:
            yield Finding.of(
                controls["WVR003"],
                f"Waiver/{waiver.name} is wider than it needs to be: nothing to except for {', '.join(unused)}",
                hint=f"take {', '.join(unused)} out of this entry",
                where=target.where,
            )
            continue
        meant = {(subject.namespace, subject.kind, subject.name) for subject in covered}
        spare = [part for part in product(target.namespaces, target.kinds, target.names) if part not in meant]
        if spare:
            yield Finding.of(
                controls["WVR003"],
                f"Waiver/{waiver.name} is wider than it needs to be: it also covers "
                f"{', '.join('/'.join(part).lstrip('/') for part in spare[:5])}{' and more' * (len(spare) > 5)}, "
                "where there is nothing to except",
                hint="write an entry for each object",
                where=target.where,
            )
