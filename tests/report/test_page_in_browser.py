"""The report page in the system's Chromium: what it shows is what evidence says, for every fault.

Skipped where no Chromium is installed: `make browser` installs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.report.browser import ARGUMENTS, CHROMIUM
from tests.report.pages import embedded, findings, page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]


class Visit:
    """An open page, with what it logged and requested."""

    def __init__(
        self, browser: Browser, path: Path, *, scheme: str = "light", width: int = 1100
    ) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.emulate_media(
            color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
        )
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def tiers(self, side: int = 0) -> dict[str, str]:
        """Return what the panel says is left of each tier."""
        found: dict[str, str] = self.page.evaluate(
            """(side) => Object.fromEntries([...document.querySelectorAll(
                `.side[data-side="${side}"] .incident [data-tier]`)].map(
                (it) => [it.dataset.tier, it.querySelector(".value").textContent]))""",
            side,
        )
        return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("one") / "report.html"
    path.write_text(page("standard"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("two") / "report.html"
    path.write_text(page("standard", "production"), encoding="utf-8")
    return path


def left(tiers: dict[str, Any]) -> dict[str, str]:
    return {tier: f"{effect['remains']} of {effect['before']}" for tier, effect in tiers.items()}


def test_every_fault_clicked_shows_what_evidence_says(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one)
    for number, (fault, effects) in enumerate(findings("standard").examination.effects):
        button = visit.page.locator(".faults button").nth(number)
        assert button.text_content() == str(fault)

        button.click()

        expected = {effect.tier: f"{effect.remains} of {effect.before}" for effect in effects}
        assert visit.tiers() == expected
        button.click()

    assert visit.tiers() == {}
    assert visit.messages == []
    assert visit.requests == [one.as_uri()]


def test_every_two_faults_clicked_show_their_incident(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one)
    (data,) = embedded(page("standard"))
    for key, incident in data["incidents"].items():
        numbers = [int(number) for number in key.split("+")]
        buttons = [visit.page.locator(".faults button").nth(number) for number in numbers]
        for button in buttons:
            button.click()

        assert visit.tiers() == left(incident["tiers"])
        title = visit.page.locator(".incident h3").text_content() or ""
        assert title.startswith(incident["title"])
        lost = visit.page.evaluate(
            "[...document.querySelectorAll('.lost, .reduced')]"
            ".map((it) => it.dataset.chip ?? it.dataset.bar)"
        )
        assert {*lost} == {*incident["chips"], *incident["bars"]}
        visit.page.locator("button.reset").click()

    assert visit.messages == []


def test_zone_failure_says_who_is_alerted_when_and_what_decides_the_recovery(
    browser: Browser, one: Path
) -> None:
    visit = Visit(browser, one)

    visit.page.locator(".faults button").nth(0).click()

    shown = visit.page.locator(".incident").inner_text()
    assert "after 60 to 240 s: alarm TaskFailureAlarm → AlertTopic → AlertEmail" in shown
    assert "at once, without a stated limit: event DatabaseClusterEvents → AlertTopic" in shown
    assert "What decides it: Aurora notices the failure" in shown
    assert "88.9 %, also after the recovery" in shown


def test_two_failed_zones_have_no_capacity_and_no_time(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one)

    for number in (0, 1):
        visit.page.locator(".faults button").nth(number).click()

    shown = visit.page.locator(".incident").inner_text()
    assert "no stated time\nWhat decides it: a zone is back: AWS states no time" in shown
    assert "0.0 %\n" in shown
    assert "after the recovery" not in shown


def test_both_templates_are_chosen_apart(browser: Browser, two: Path) -> None:
    visit = Visit(browser, two)
    first, second = embedded(page("standard", "production"))

    visit.page.locator('.side[data-side="1"] .faults button').nth(0).click()

    assert visit.tiers(0) == {}
    assert visit.tiers(1) == left(second["incidents"]["0"]["tiers"])
    assert first["incidents"]["0"]["tiers"] != second["incidents"]["0"]["tiers"]


def test_keyboard_chooses_faults(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one)
    visit.page.locator(".faults button").nth(1).focus()

    visit.page.keyboard.press("Enter")
    assert visit.page.locator('[aria-pressed="true"]').count() == 1
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Space")

    assert visit.page.locator('[aria-pressed="true"]').count() == 2


def test_click_on_the_picture_chooses_the_part(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one)

    visit.page.locator('[data-chip="us-east-1/us-east-1a/DatabaseWriter"]').click()

    assert "writer DatabaseWriter fails" in (
        visit.page.locator(".incident h3").text_content() or ""
    )


def test_failed_region_has_no_intact_part(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one)
    healthy = visit.page.evaluate(
        """[...document.querySelectorAll('[data-bar="us-east-1/alerts"] rect')]
            .map((it) => getComputedStyle(it).stroke)"""
    )

    visit.page.locator(".faults button", has_text="region us-east-1").click()

    region = '[data-region="us-east-1"]'
    assert visit.page.locator(f"{region} [data-bar].lost").count() == 2
    assert visit.page.locator(f"{region} :is([data-bar], [data-chip]):not(.lost)").count() == 0
    failed = visit.page.evaluate(
        """[...document.querySelectorAll('[data-bar="us-east-1/alerts"] rect')]
            .map((it) => getComputedStyle(it).stroke)"""
    )
    assert failed != healthy
    assert visit.page.locator('[data-region="us-west-2"] .lost').count() == 0


def test_search_hides_other_promises(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one)

    visit.page.fill("#search", "encrypted key")

    shown = visit.page.locator(".promise:visible")
    assert 0 < shown.count() < 10
    visit.page.fill("#search", "")
    visit.page.locator('input[value="kept"]').uncheck()
    assert visit.page.locator('.promise[data-tone="kept"]:visible').count() == 0


def violations(visit: Visit) -> str:
    """Return what axe finds: missing names, low contrast, wrong roles."""
    axe: Any = Axe()
    found = axe.run(visit.page)
    return str(found.generate_report()) if found.violations_count else ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Browser, one: Path, scheme: str) -> None:
    visit = Visit(browser, one, scheme=scheme)
    visit.page.locator(".faults button").nth(0).click()
    visit.page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")

    assert violations(visit) == ""


def test_axe_finds_no_violation_in_two_templates(browser: Browser, two: Path) -> None:
    assert violations(Visit(browser, two)) == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1400])
def test_page_scrolls_in_one_direction(
    browser: Browser, two: Path, width: int, scheme: str
) -> None:
    visit = Visit(browser, two, width=width, scheme=scheme)
    for number in (0, 1):
        visit.page.locator(".faults button").nth(number).click()
    visit.page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")

    wide = visit.page.evaluate("document.documentElement.scrollWidth")

    assert wide <= width


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("table", ["survival", "requirements"])
def test_colored_cells_are_in_line_with_their_column(
    browser: Browser, one: Path, table: str, media: Literal["screen", "print"]
) -> None:
    visit = Visit(browser, one)
    visit.page.emulate_media(media=media)
    visit.page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")

    columns = visit.page.evaluate(
        """(table) => [...document.querySelector(`table.${table}`).rows].map((row) =>
            [...row.cells].map((it) => Math.round(it.getBoundingClientRect().left
                + Number.parseFloat(getComputedStyle(it).paddingLeft))))""",
        table,
    )

    assert len(columns) > 2
    assert all(row == columns[0] for row in columns)


def test_steps_are_readable_on_a_phone_without_scrolling(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one, width=375)
    visit.page.locator(".faults button").nth(0).click()

    beyond = visit.page.evaluate(
        """[...document.querySelectorAll(".steps :is(tbody th, td, a)")]
            .filter((it) => it.getBoundingClientRect().right > innerWidth).length"""
    )
    shown = visit.page.locator(".steps tbody tr").first.inner_text().split("\n")

    assert beyond == 0
    assert shown[0] == "health checks fail, the target gets no more requests"
    assert "best 5 s, typical 7.5 s, worst 12 s" in shown
    assert visit.page.locator(".steps a.source").count() > 4


def test_edge_shows_that_there_is_more(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one, width=375)
    picture = visit.page.locator(".picture")

    def more() -> str | None:
        # The observer of sizes and the event of scrolling come with a frame.
        visit.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        return picture.get_attribute("data-more")

    assert more() == "right"
    assert picture.evaluate("(it) => getComputedStyle(it).maskImage") != "none"
    # With the keyboard.
    picture.focus()
    for _ in range(3):
        visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_function("document.querySelector('.picture').scrollLeft > 1")
    assert more() == "left right"
    picture.evaluate("(it) => { it.scrollLeft = it.scrollWidth; }")
    assert more() == "left"
    visit.page.set_viewport_size({"width": 1400, "height": 900})
    assert more() == ""


def test_everything_that_scrolls_takes_the_focus(browser: Browser, two: Path) -> None:
    visit = Visit(browser, two, width=375)
    visit.page.locator(".faults button").nth(0).click()
    visit.page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")

    left_out = visit.page.evaluate(
        """[...document.querySelectorAll("main *")].filter((it) =>
            getComputedStyle(it).overflowX === "auto" && it.scrollWidth > it.clientWidth
            && it.tabIndex < 0).map((it) => it.className)"""
    )

    assert left_out == []


def test_buttons_are_large_enough_for_a_finger(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one, width=360)

    sizes = visit.page.evaluate(
        "[...document.querySelectorAll('.faults button:not([hidden])')]"
        ".map((it) => it.getBoundingClientRect().height)"
    )

    # WCAG 2.2, 2.5.8: 24 CSS pixels.
    assert min(sizes) >= 24


def test_paper_shows_everything_and_no_controls(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one, scheme="dark")
    visit.page.locator(".faults button").nth(0).click()
    visit.page.fill("#search", "encrypted key")
    closed = visit.page.locator("details:not([open])").count()

    visit.page.emulate_media(media="print")
    visit.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    hidden = visit.page.evaluate(
        "[...document.querySelectorAll('.promise, .promise .evidence, .tier li, table')]"
        ".filter((it) => !it.checkVisibility()).length"
    )
    assert closed
    assert hidden == 0
    # What the page says of the chosen fault is printed, too.
    assert visit.page.locator(".incident h3").is_visible()
    for control in ("button", "input", "nav"):
        assert visit.page.locator(f"{control}:visible").count() == 0
    # Black on white, also from a dark screen.
    color = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert color == "rgb(255, 255, 255)"

    visit.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert visit.page.locator("details:not([open])").count() == closed


def test_paper_lists_every_source_by_its_number(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one)
    visit.page.locator(".faults button").nth(0).click()
    visit.page.set_viewport_size({"width": 718, "height": 1000})
    visit.page.emulate_media(media="print")
    visit.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    listed = visit.page.locator("#sources li").all_inner_texts()
    links = visit.page.evaluate(
        """[...document.querySelectorAll("a.source")].map((it) =>
            [it.href, Number(it.dataset.number),
             new Set([...it.getClientRects()].map((at) => at.y)).size,
             getComputedStyle(it, "::after").content])"""
    )

    assert len(listed) == len({*listed}) > 10
    # "source [3]" is never broken, whatever is beside it.
    for url, number, lines, shown in links:
        assert listed[number - 1] == url
        assert lines == 1
        assert shown.replace('" "', "") == f'" [{number}]"'
    visit.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert visit.page.locator("#sources").count() == 0


def test_words_of_a_table_head_are_whole_on_paper(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one)
    visit.page.set_viewport_size({"width": 718, "height": 1000})
    visit.page.emulate_media(media="print")
    visit.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    cut = visit.page.evaluate(
        """[...document.querySelectorAll("thead th")]
            .filter((it) => it.checkVisibility() && it.scrollWidth > it.clientWidth + 1)
            .map((it) => it.textContent)"""
    )

    assert cut == []


def test_paper_breaks_pages_between_parts(browser: Browser, one: Path) -> None:
    visit = Visit(browser, one)
    visit.page.emulate_media(media="print")
    visit.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    def broken(selector: str, rule: str) -> int:
        found: int = visit.page.evaluate(
            "([selector, rule]) => [...document.querySelectorAll(selector)]"
            ".filter((it) => getComputedStyle(it)[rule] !== 'avoid').length",
            [selector, rule],
        )
        return found

    assert broken("h2, h3, summary", "breakAfter") == 0
    assert broken(".promise, .picture, tr", "breakInside") == 0
    # Nothing is cut at the right edge of a page of A4.
    visit.page.set_viewport_size({"width": 718, "height": 1000})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 718
    cut = visit.page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter((it) => it.scrollWidth > 718).length"
    )
    assert cut == 0
