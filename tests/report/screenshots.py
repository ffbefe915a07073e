"""Takes the screenshots of the report page for the docs: python -m tests.report.screenshots.

It needs the system's Chromium. Fonts differ between machines, so no test compares the pictures.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.report.browser import ARGUMENTS, CHROMIUM
from tests.report.pages import page

DOCS = Path(__file__).parents[2] / "docs" / "screens"
_WIDTH, _HEIGHT = 1100, 1240


def main() -> None:
    """Write a picture of the page in light and in dark, after the failure of a zone."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder, "report.html")
        path.write_text(page("standard"), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        shot = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
        for scheme in ("light", "dark"):
            shot.emulate_media(
                color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
            )
            shot.goto(path.as_uri())
            shot.locator(".faults button").first.click()
            shot.evaluate("document.activeElement.blur()")
            shot.screenshot(path=DOCS / f"report-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    main()
