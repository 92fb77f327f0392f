"""The Jinja2 environment of templates: no files, no clock, no chance; each expression is one quoted value.

Limits, by design: macros, `{% set %}` blocks, `caller()`, `super()` and recursive loops give strings, so they
come out quoted and cannot return YAML. Use `{% include %}` for parts.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ordain.kubeyaml import scalar
from ordain.templates.placement import check_placement

_GLOBALS: Final = ("dict", "namespace", "range")
_BANNED_FILTERS: Final = (
    *("safe", "escape", "e", "forceescape", "striptags", "urlize", "xmlattr"),  # HTML: wrong in YAML
    *("pprint", "random"),  # not the same in every run
)
_BANNED_TESTS: Final = ("escaped",)
_LARGEST_BITS: Final = 4096
_TEXT_FILTERS: Final = ("indent", "trim")


def environment(sources: Mapping[str, str]) -> Environment:
    """Return an environment that knows the templates `sources` by name and nothing else."""
    env = _Sandbox(
        loader=_Sources(sources),
        undefined=StrictUndefined,
        finalize=quoted,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    env.code_generator_class = _Generator
    env.globals = {name: env.globals[name] for name in _GLOBALS}
    for name in _BANNED_FILTERS:
        del env.filters[name]
    for name in _BANNED_TESTS:
        del env.tests[name]
    env.filters["tojson"] = to_json
    return env


def quoted(value: object) -> str:
    """Write what an expression gives as one YAML value on one line; an undefined one raises."""
    if isinstance(value, Undefined):
        return str(value)
    return scalar(value)


def to_json(value: object) -> str:
    """Write a value as JSON text with sorted keys, for annotations that hold JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Keeps whole numbers small too: one step on huge ones takes hours, and its line cannot be named."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply or raise to a power unless the result were huge."""
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length()
            if (bits + right.bit_length() if operator == "*" else bits * right) > _LARGEST_BITS:
                raise OverflowError("the number becomes too large")
        return super().call_binop(context, operator, left, right)


class _Sources(BaseLoader):
    """Gives the sources that the parent read: names are keys, not paths, so none leads anywhere else."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source = self._sources.get(template)
        if source is None:
            raise TemplateNotFound(template)
        check_placement(environment, source, template)
        return source, template, lambda: True


class _Generator(CodeGenerator):
    """Writes each line of text and each expression as a step of its own, marked with its template line.

    It also refuses the statements that would print a value without quotes.
    """

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - Jinja2 calls it by this name
        for child in node.nodes:
            for part in _by_line(child):
                self.newline(part)
                super().visit_Output(nodes.Output([part], lineno=part.lineno), frame)

    def visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:  # noqa: N802 - as above
        step: nodes.Expr | None = node.filter
        while isinstance(step, nodes.Filter):
            constant = all(isinstance(value, nodes.Const) for value in (*step.args, *(k.value for k in step.kwargs)))
            if step.name not in _TEXT_FILTERS or not constant or step.dyn_args or step.dyn_kwargs:
                self._refuse(f"a filter block may only use {' and '.join(_TEXT_FILTERS)} with plain numbers", node)
            step = step.node
        super().visit_FilterBlock(node, frame)

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:  # noqa: ARG002, N802 - as above
        self._refuse("call blocks are not allowed: use an include", node)

    def visit_ScopedEvalContextModifier(  # noqa: N802 - as above
        self,
        node: nodes.ScopedEvalContextModifier,
        frame: Frame,  # noqa: ARG002 - as above
    ) -> None:
        self._refuse("autoescape is not allowed: it writes HTML, and every value is quoted as YAML already", node)

    def _refuse(self, message: str, node: nodes.Node) -> NoReturn:
        self.fail(message, node.lineno)


def _by_line(node: nodes.Expr) -> list[nodes.Expr]:
    if not isinstance(node, nodes.TemplateData):
        return [node]
    lines = node.data.split("\n")
    pieces = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    return [nodes.TemplateData(piece, lineno=node.lineno + index) for index, piece in enumerate(pieces)]
