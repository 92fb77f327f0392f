"""What the page says, and how other reports link it."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ordain.cli.reporting import Reporter
from ordain.model.finding import Finding, Severity
from ordain.model.objects import ObjectRef
from ordain.model.plan import Result
from ordain.report import FORMATS
from ordain.report.anchors import anchor, pictures
from ordain.report.html import report
from ordain.report.look import Look

OPTIONS = {"verbose": False, "quiet": False, "gate": None, "color": "never"}


def test_only_its_own_style_may_load(result: Result) -> None:
    """The page's policy allows its one style sheet by digest, and no script."""
    page = FORMATS["html"](result, Look())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy.group(1).startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy.group(1)
    assert not re.search(r"<script|javascript:|\son\w+=|https?://", page)


def test_places_stay() -> None:
    """An object's place is its path, the group told apart; a name that cannot be one becomes a digest."""
    cart = ObjectRef("shop", "Ingress", "cart", "networking.k8s.io")
    assert anchor("change", "demo", cart) == "change/demo/shop/Ingress.networking.k8s.io/cart"
    assert anchor("change", "demo", replace(cart, group="")) == "change/demo/shop/Ingress/cart"
    assert anchor("cluster", "demo") == "cluster/demo"
    odd = [anchor("change", "demo", replace(cart, name=name)) for name in ('a" b', "a/b", "a b", "")]
    assert all(re.fullmatch("change/[0-9a-f]{16}", place) for place in odd[::2])
    assert len({*odd}) == 4


def test_many_findings_fold_by_code() -> None:
    """A long list of findings is one fold for each control, a short one is open."""
    many = tuple(
        Finding(f"SCL00{at % 3}", "x", Severity.WARNING, str(at), subject=ObjectRef("a", "Pod", str(at)))
        for at in range(60)
    )
    page = report(Result("check", many).numbered(), Look())
    assert page.count("<details") == 3
    assert report(Result("check", many[:20]).numbered(), Look()).count("<details") == 0


def test_what_holds_alike_is_told_once(results: dict[str, Result]) -> None:
    """Two workloads with the same fields from the same lines share one table."""
    page = FORMATS["html"](results["pictures"], Look())
    assert page.count("<caption>The effective ScalingPolicy</caption>") == 2 * 2
    assert "ScalingPolicy for <code>shop/Deployment/cart</code> and 1 other" in page


def test_a_page_draws_a_hundred_pictures(results: dict[str, Result]) -> None:
    """Beyond that a picture is told in words, over all clusters, and its place is still there."""
    section = results["pictures"].sections[0]
    many = tuple(
        replace(one, ref=replace(one.ref, name=f"{one.ref.name}-{at}")) for one in section.manifests for at in range(40)
    )
    sections = tuple(replace(section, cluster=name, manifests=many) for name in ("east", "west"))
    page = FORMATS["html"](Result("plan", (), sections), Look())
    assert page.count('<svg class="chart"') == 100
    assert page.count("Not drawn, to keep the page small.") == 2 * 120 - 100
    assert all(f'id="{picture.anchor}"' in page for part in sections for picture in pictures(part))


def test_the_comment_links_the_page(results: dict[str, Result], tmp_path: Path) -> None:
    """Markdown links each picture from where it lies; without a page it says how to get one."""
    (tmp_path / "out").mkdir()
    (tmp_path / "a b").mkdir()
    outputs = (f"html={tmp_path}/a b/plan.html", f"markdown={tmp_path}/out/comment.md")
    Reporter.of({**OPTIONS, "outputs": outputs}, "error").report(results["pictures"])
    comment = (tmp_path / "out/comment.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]*)#([^)]*)\)", comment)
    assert {to for to, _ in links} == {"../a%20b/plan.html"}
    page = (tmp_path / "a b/plan.html").read_text(encoding="utf-8")
    assert all(f'<figure id="{place}">' in page for _, place in links)
    assert "`-o html=FILE`" not in comment
    assert "`-o html=FILE`" in FORMATS["markdown"](results["pictures"], Look())


@pytest.mark.parametrize(("verbose", "shown"), [(-1, 0), (0, 0), (1, 1)])
def test_text_tells_a_picture_of_a_change(verbose: int, shown: int, results: dict[str, Result]) -> None:
    """Only -v says in one line what the picture of a changed object shows."""
    written = FORMATS["text"](results["pictures"], Look(verbose=verbose))
    assert written.count("      picture: Load and forecast of shop/Deployment/checkout: The load peaks") == shown


def test_a_file_name_in_a_link_is_harmless(holding: Callable[[str], Result]) -> None:
    """The name of the page cannot break out of the link."""
    comment = FORMATS["markdown"](holding("x"), Look(page='a)[b](<c>"`\n\udc80.html'))
    assert "](a%29%5Bb%5D%28%3Cc%3E%22%60%0A%ED%B2%80.html#picture/" in comment
