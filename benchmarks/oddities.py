"""Ways in which a manifest is broken, or sound in a form that readers of YAML tend to take otherwise."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

Body = dict[str, Any]
Dump = Callable[[Body], str]

_PLAIN = "plain-scalar-stands-here"


def apply(form: str, body: Body, dump: Dump, chance: Random) -> tuple[str, str]:
    """Return the text of a manifest with an oddity of `ODDITIES`, and its name; without one where it does not fit."""
    if not form:
        return dump(body), ""
    body = json.loads(json.dumps(body))
    text = ODDITIES[form](body, dump, chance)
    return (text, form) if text is not None else (dump(body), "")


def _unknown_field(body: Body, dump: Dump, chance: Random) -> str:
    chance.choice(_mappings(body))["replica"] = 3
    return dump(body)


def _wrong_type(body: Body, dump: Dump, chance: Random) -> str:
    _any_mapping(body, chance)["labels" if chance.random() < 0.5 else "annotations"] = "none"
    return dump(body)


def _number_as_text(body: Body, dump: Dump, chance: Random) -> str | None:
    holders = [one for one in _mappings(body) if any(type(value) is int for value in one.values())]
    if not holders:
        return None
    holder = chance.choice(holders)
    key = next(key for key, value in holder.items() if type(value) is int)
    holder[key] = str(holder[key]) + "x"
    return dump(body)


def _missing_required(body: Body, dump: Dump, _chance: Random) -> str | None:
    found = _required(body)
    if found is None:
        return None
    holder, key = found
    del holder[key]
    return dump(body)


def _bad_enum(body: Body, dump: Dump, _chance: Random) -> str | None:
    """Write a word that the server would refuse; the published schemas name no allowed ones, so it passes both."""
    for holder in _mappings(body):
        for key in ("imagePullPolicy", "concurrencyPolicy", "whenUnsatisfiable", "pathType", "type", "protocol"):
            if key in holder:
                holder[key] = "Sometimes"
                return dump(body)
    return None


def _null_required(body: Body, dump: Dump, _chance: Random) -> str | None:
    found = _required(body)
    if found is None:
        return None
    holder, key = found
    holder[key] = None
    return dump(body)


def _required(body: Body) -> tuple[Body, str] | None:
    """Return a required field of a manifest and the mapping that holds it."""
    key = _REQUIRED.get(body["kind"])
    return next(((holder, key) for holder in _mappings(body) if key in holder), None) if key else None


def _null_optional(body: Body, dump: Dump, _chance: Random) -> str:
    body["metadata"]["annotations"] = None
    return dump(body)


def _unknown_version(body: Body, dump: Dump, _chance: Random) -> str:
    return dump({**body, "apiVersion": "extensions/v1beta1"})


def _custom_resource(body: Body, dump: Dump, _chance: Random) -> str:
    return dump({**body, "apiVersion": "example.org/v1", "kind": "Gadget"})


def _duplicate_key(body: Body, dump: Dump, chance: Random) -> str:
    lines = dump(body).splitlines()
    nested = [index for index, line in enumerate(lines) if line.startswith("  ") and ": " in line and '"' not in line]
    index = chance.choice(nested)
    if lines[index].lstrip().startswith("- "):
        index = next(at for at, line in enumerate(lines) if line.startswith("  name: "))
    return "\n".join([*lines[: index + 1], lines[index], *lines[index + 1 :], ""])


def _unclosed_quote(body: Body, dump: Dump, _chance: Random) -> str:
    return dump(body).replace("  name: ", '  name: "', 1)


def _tab(body: Body, dump: Dump, _chance: Random) -> str:
    return dump(body).replace("\n  name: ", "\n\tname: ", 1)


def _plain_text_value(body: Body, dump: Dump, chance: Random) -> str:
    """Write a plain scalar where a text belongs: some are text to kubectl, some a number or a truth value."""
    body["metadata"]["annotations"] = {"example.org/setting": _PLAIN}
    return dump(body).replace(_PLAIN, chance.choice(_SCALARS))


def _plain_number(body: Body, dump: Dump, chance: Random) -> str | None:
    """Write a plain scalar where a whole number belongs: `0755` is one to kubectl, `12:30` is none."""
    holders = [one for one in _mappings(body) for key in one if key in ("replicas", "containerPort", "maxReplicas")]
    if not holders:
        return None
    holder = chance.choice(holders)
    key = next(key for key in ("replicas", "containerPort", "maxReplicas") if key in holder)
    holder[key] = _PLAIN
    return dump(body).replace(_PLAIN, chance.choice(_SCALARS))


def _privileged(body: Body, dump: Dump, chance: Random) -> str | None:
    """Write a plain scalar where a truth value belongs: `privileged: yes`."""
    holders = [one["securityContext"] for one in _mappings(body) if "image" in one and "securityContext" in one]
    if not holders:
        return None
    holders[0]["privileged"] = _PLAIN
    return dump(body).replace(_PLAIN, chance.choice(_SCALARS))


def _anchor(body: Body, dump: Dump, _chance: Random) -> str:
    body["metadata"]["annotations"] = body["metadata"]["labels"]
    text = dump({**body, "metadata": {**body["metadata"], "annotations": _PLAIN}})
    return text.replace("  labels:\n", "  labels: &labels\n", 1).replace(_PLAIN, "*labels", 1)


def _flow(body: Body, _dump: Dump, _chance: Random) -> str:
    return "# written by a program\n" + json.dumps(body) + "\n"


def _comments(body: Body, dump: Dump, _chance: Random) -> str:
    lines = dump(body).splitlines()
    return "---\n# a comment above\n" + "\n".join(f"{line}  # why" if line.endswith("TCP") else line for line in lines)


def _mappings(value: object) -> list[Body]:
    """Return all mappings with fixed fields of a manifest: those below `spec`, without labels and the like."""
    if isinstance(value, list):
        return [found for item in value for found in _mappings(item)]
    if not isinstance(value, dict):
        return []
    inner = [found for key, item in value.items() if key not in _FREE for found in _mappings(item)]
    return [value, *inner]


def _any_mapping(body: Body, chance: Random) -> Body:
    metadata: Body = chance.choice([one["metadata"] for one in _mappings(body) if "metadata" in one])
    return metadata


_REQUIRED = {
    "Deployment": "selector",
    "StatefulSet": "containers",
    "DaemonSet": "template",
    "CronJob": "schedule",
    "Service": "port",
    "Ingress": "pathType",
    "HorizontalPodAutoscaler": "maxReplicas",
}
_FREE = frozenset({"labels", "annotations", "matchLabels", "selector", "data", "limits", "requests"})
_SCALARS = (
    *("yes", "no", "on", "Off", "y", "N", "true", "False", "~", "null", "", "0755", "0o17", "0x1F", "0b11", "1_000"),
    *("1e3", "12", "-3", "+4", "1.0", "1.5", ".5", "12:30", "12:30:45", "2024-01-01", ".inf", "!!str 5", "'7'", "08"),
)
ODDITIES: dict[str, Callable[[Body, Dump, Random], str | None]] = {
    "anchor": _anchor,
    "bad-enum": _bad_enum,
    "comments": _comments,
    "custom-resource": _custom_resource,
    "duplicate-key": _duplicate_key,
    "flow-style": _flow,
    "missing-required": _missing_required,
    "null-optional": _null_optional,
    "null-required": _null_required,
    "number-as-text": _number_as_text,
    "plain-number": _plain_number,
    "plain-text-value": _plain_text_value,
    "privileged": _privileged,
    "tab": _tab,
    "unclosed-quote": _unclosed_quote,
    "unknown-field": _unknown_field,
    "unknown-version": _unknown_version,
    "wrong-type": _wrong_type,
}
