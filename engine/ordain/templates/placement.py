"""Expressions must stand alone: `name: {{ a }}-x` or `name: "{{ a }}"` would put quotes inside a value.

This is more than tidiness: inside text or quotes of the template's own, a value could end them and add keys.
"""

from copy import copy

from jinja2 import Environment, TemplateSyntaxError

from ordain.templates.spot import Spot

_AFTER = " \t\n\r]},:"


def check_placement(environment: Environment, source: str, name: str) -> None:
    """Raise TemplateSyntaxError for the first expression or include that is only a part of a YAML value.

    Follows the text in the order of the source, each branch of a condition from the condition's start. In
    comments anything goes.
    """
    spot = Spot()
    branches = _Branches()
    for number, kind, text in environment.lex(source, name):
        wrong = ""
        if kind == "data":
            follows = spot.after_value and text[:1] not in _AFTER
            wrong = "text follows an expression" if follows else ""
            spot.feed(text)
        elif kind == "variable_begin":
            wrong = "" if spot.may_start() else f"an expression stands {spot.where()}"
            spot.feed_value()
        else:
            keyword = branches.keyword(kind, text)
            if keyword == "print":
                raise TemplateSyntaxError("'print' is not allowed: write {{ a }}", number, name)
            if keyword == "include" and not spot.may_start():
                wrong = f"an include stands {spot.where()}"
            spot = branches.follow(spot)
        if wrong:
            message = f'{wrong}, but it must be a whole value: write {{{{ "text" ~ a }}}}'
            raise TemplateSyntaxError(message, number, name)


class _Branches:
    """Remembers the spot at the start of each condition and loop, where their other branches start too."""

    def __init__(self) -> None:
        self._starts: list[Spot] = []
        self._outside = Spot()  # what a macro or a set block holds is not in the line
        self._expected = False
        self._keyword = ""

    def keyword(self, kind: str, text: str) -> str:
        """Return the statement's name at the token that is its name, else nothing."""
        self._keyword = text if self._expected and kind == "name" else ""
        self._expected = kind == "block_begin" or (self._expected and kind == "whitespace")
        return self._keyword

    def follow(self, spot: Spot) -> Spot:
        """Return the spot after the statement."""
        match self._keyword:
            case "if" | "for":
                self._starts.append(copy(spot))
            case "elif" | "else" if self._starts:
                return copy(self._starts[-1])
            case "endif" | "endfor" if self._starts:
                self._starts.pop()
            case "macro":
                self._outside = copy(spot)
                return Spot()
            case "set":
                self._outside = copy(spot)
            case "endmacro" | "endset":
                return copy(self._outside)
        return spot
