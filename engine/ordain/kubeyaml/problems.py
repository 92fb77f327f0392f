"""What can be wrong with a YAML file, in words that help to mend it."""

from dataclasses import dataclass
from typing import Final

from ordain.errors import Fix, Span

SYNTAX: Final = "YML001"
DUPLICATE: Final = "YML002"
LIMIT: Final = "YML003"
ENCODING: Final = "YML004"
AMBIGUOUS: Final = "YML005"
ALIAS: Final = "YML006"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a stable code, what it is, what to do now, and where; perhaps a mend."""

    code: str
    message: str
    hint: str
    where: Span
    fix: Fix | None = None


_TOO_DEEP: Final = "exceeded maximum nesting depth"

# libyaml's words -> what a reader of the file can do with
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "mapping values are not allowed in this context": (
        "a `: ` stands where no key can be",
        "quote the value if the colon belongs to it, or indent the line like its neighbours",
    ),
    "did not find expected key": (
        "this line fits neither the map around it nor a new one",
        "indent it like the keys beside it, and close the quotes above it",
    ),
    "did not find expected '-' indicator": (
        "this line is no item of the list around it",
        "start it with `- `, or indent it like the lines it belongs to",
    ),
    "found character that cannot start any token": (
        "no value can start with this character",
        "indent with spaces, not tabs, and quote a value that starts with @, ` or %",
    ),
    "did not find expected ',' or ']'": ("a list in [ ] is not closed", "add the missing , or ]"),
    "did not find expected ',' or '}'": ("a map in { } is not closed", "add the missing , or }"),
    "did not find expected node content": (
        "a value is missing here",
        "write the value, or remove what stands before it",
    ),
    "found unexpected end of stream": ("a quoted text is not closed", "add the closing quote"),
    "found unexpected document indicator": (
        "a quoted text is not closed before the next document",
        "add the closing quote",
    ),
    "could not find expected ':'": ("a key has no `:` behind it", "write `key: value`, on one line"),
    "found unexpected ':'": (
        "a `:` stands right before a comma or a bracket",
        "put a space behind the colon, or quote the text",
    ),
    "found unknown escape character": (
        "a backslash in double quotes starts no known escape",
        r"double the backslash (\\), or use single quotes",
    ),
    "did not find expected <document start>": (
        "more text follows where the document has ended",
        "indent it into the document, or put `---` before it",
    ),
    "block sequence entries are not allowed in this context": (
        "a list cannot start here",
        "put the `- ` on a line of its own, below the key",
    ),
    "found undefined tag handle": ("this tag's prefix is not declared", "quote the value, or remove the `!`"),
    "found a tab character where an indentation space is expected": (
        "a tab is used to indent",
        "indent with spaces",
    ),
    "found a tab character that violates indentation": ("a tab is used to indent", "indent with spaces"),
    _TOO_DEEP: ("lists and maps are nested too deep", "flatten the document"),
    "control characters are not allowed": (
        "the text holds a control character",
        r'remove it, or write it as an escape in double quotes: "\x07"',
    ),
}


def syntax_code(said: str) -> str:
    """Return the code for what libyaml said."""
    return LIMIT if said == _TOO_DEEP else SYNTAX


def syntax_words(said: str) -> tuple[str, str]:
    """Return the message and the hint for what libyaml said."""
    return _WORDS.get(
        said,
        (f"this is not YAML: {said}", "compare the line with its neighbours: indentation, quotes, brackets"),
    )
