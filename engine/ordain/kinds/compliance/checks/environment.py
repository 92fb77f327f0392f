"""Secrets that stand in environment values. The value itself is never part of a finding."""

import re
from collections.abc import Iterator
from typing import Final

from ordain.kinds.compliance.breach import Breach
from ordain.kinds.compliance.pods import Pod, entries
from ordain.model.finding import Control, Severity

SECRETS: Final = Control("COM011", "secret-in-environment", Severity.ERROR)

_NAMES: Final = re.compile(
    r"(?:^|[_.-])(?:(?:PG|DB)?PASSWORD|PASS|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|API_?KEY|CREDENTIALS?"
    r"|(?:ACCESS|SECRET|PRIVATE|ENCRYPTION|SIGNING)_?KEY)$"
)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SWITCHES: Final = re.compile(r"(?:^|[_.-])(?:ALLOW|DISABLE|ENABLE|REQUIRE|USE)[_.-]")
"""Names that say whether there is a password, such as ALLOW_EMPTY_PASSWORD: `yes` is none."""
_NO_SECRETS: Final = re.compile(
    r"true|false|(?:/[\w.@-]+)+/?|(?:\$\([^()]*\))+|\$\{[^{}]*\}|\{\{[^{}]*\}\}|<[^<>]*>", re.IGNORECASE
)
"""Switches, paths of files, references to other variables, and what a later step fills in."""
_YES_NO: Final = re.compile(r"yes|no|on|off|[01]", re.IGNORECASE)
_SHELLS_OWN: Final = frozenset({"PWD", "OLDPWD", "OLD_PWD"})
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/:@]*:(?!\$\()[^\s/@]+@", re.IGNORECASE)
_SHAPES: Final = {
    "an access key of AWS": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of GitHub": re.compile(r"\bgh[pousr]_[0-9A-Za-z]{36,}\b|\bgithub_pat_\w{22,}"),
    "a token of GitLab": re.compile(r"\bglpat-[\w-]{20,}"),
    "a token of Slack": re.compile(r"\bxox[abeprs]-[0-9A-Za-z-]{10,}"),
    "a live key of Stripe": re.compile(r"\b[sr]k_live_[0-9A-Za-z]{16,}"),
    "a key of Google": re.compile(r"\bAIza[\w-]{35}"),
    "a signed token (JWT)": re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}


def environment(pod: Pod) -> Iterator[Breach]:
    """Judge the literal values of environment variables by their names and their shapes."""
    for container in pod.containers:
        for index, variable in entries(container.body, "env"):
            name, value = str(variable.get("name")), variable.get("value")
            if isinstance(value, str) and (what := _secret(name, value)):
                yield Breach(
                    SECRETS,
                    f"keeps {what} in the value of {name}, for everybody who reads the manifest",
                    "take it from a Secret (valueFrom.secretKeyRef), and replace the secret: it is known by now",
                    (*container.path, "env", index, "value"),
                    container.name,
                )


def _secret(name: str, value: str) -> str:
    for what, shape in _SHAPES.items():
        if shape.search(value):
            return what
    if _URL.search(value):
        return "a URL with a password"
    if not value.strip() or _NO_SECRETS.fullmatch(value.strip()) or name.upper() in _SHELLS_OWN:
        return ""
    words = _HUMP.sub("_", name).upper()
    if _SWITCHES.search(words) and _YES_NO.fullmatch(value.strip()):
        return ""
    return "a secret (by its name)" if _NAMES.search(words) else ""
