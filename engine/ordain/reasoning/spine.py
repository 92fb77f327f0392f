"""The codes of the stages themselves: reading YAML, policies, manifests."""

from typing import Final

from ordain.model.finding import Control, Severity

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

YAML: Final = {
    control.code: control
    for control in (
        Control("YML001", "syntax", _E, waivable=False),
        Control("YML002", "duplicate-key", _E, waivable=False),
        Control("YML003", "over-a-limit", _E, waivable=False),
        Control("YML004", "not-utf-8", _E, waivable=False),
        Control("YML005", "ambiguous-scalar", _W, waivable=False),
        Control("YML006", "broken-alias", _E, waivable=False),
    )
}

NOT_A_POLICY: Final = Control("POL001", "not-a-policy", _E, waivable=False)
UNKNOWN_FIELD: Final = Control("POL002", "unknown-field", _E, waivable=False)
WRONG_VALUE: Final = Control("POL003", "wrong-value", _E, waivable=False)
MISSING_FIELD: Final = Control("POL004", "missing-field", _E, waivable=False)
NOT_THERE_YET: Final = Control("POL005", "not-there-yet", _E, waivable=False)
DUPLICATE_NAME: Final = Control("POL006", "duplicate-name", _E, waivable=False)
INCOMPLETE: Final = Control("POL007", "incomplete", _E, waivable=False)
CONFLICT: Final = Control("POL008", "conflict", _E, waivable=False)
MATCHES_NOTHING: Final = Control("POL009", "matches-nothing", _W, waivable=False)
WRONG_TARGET: Final = Control("POL010", "wrong-target", _E, waivable=False)
NAME_COLLISION: Final = Control("POL011", "name-collision", _E, waivable=False)
NOT_OURS: Final = Control("POL012", "not-ours", _E, waivable=False)

INVALID_MANIFEST: Final = Control("MAN001", "invalid-manifest", _E)
NO_SCHEMA: Final = Control("MAN002", "no-schema", _N)
NOT_A_MANIFEST: Final = Control("MAN003", "not-a-manifest", _E, waivable=False)
TWICE_HERE: Final = Control("MAN004", "twice-here", _W)
REFUSED_BY_SERVER: Final = Control("MAN005", "refused-by-server", _E, waivable=False)

SPINE: Final = (
    *YAML.values(),
    NOT_A_POLICY,
    UNKNOWN_FIELD,
    WRONG_VALUE,
    MISSING_FIELD,
    NOT_THERE_YET,
    DUPLICATE_NAME,
    INCOMPLETE,
    CONFLICT,
    MATCHES_NOTHING,
    WRONG_TARGET,
    NAME_COLLISION,
    NOT_OURS,
    INVALID_MANIFEST,
    NO_SCHEMA,
    NOT_A_MANIFEST,
    TWICE_HERE,
    REFUSED_BY_SERVER,
)
