"""The page in a real browser (Debian's Chromium): from pasting a story to undoing a correction; for a screen reader, on a phone, without scripts."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rejoinder.web.app import create_app
from tests.test_record import many, settled

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)")

TEXT = (
    "Minister Ana Holm accused Bo Lind of hiding the debts of the flooded mine.\n\n"
    "Lind denied the accusation. “I have hidden nothing from anybody,” he told reporters on Monday.\n\n"
    "Union leaders said they did not believe him.\n"
)
PAGES = ("/", "/stories", "/stories/a", "/search?words=mine", "/disputes", "/people", "/people/person:ana-reed", "/between", "/review", "/api", "/nowhere")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server over a record of a few stories."""
    file = tmp_path_factory.mktemp("web") / "news.db"
    settled(many(), file).close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(file), host="127.0.0.1", port=port, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that may not complain: neither of scripts nor of what the Content-Security-Policy forbids."""
    context = browser.new_context(base_url=address, viewport={"width": 1300, "height": 900})
    made = context.new_page()
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("console", lambda message: complaints.append(message.text) if message.type == "error" and "404" not in message.text else None)
    yield made
    context.close()
    assert complaints == []


def test_from_pasting_a_story_to_undoing_a_correction(page: Page):
    page.goto("/")
    page.get_by_label("Paste a story here").fill(TEXT)
    page.get_by_label("Title").fill("The flooded mine")
    page.get_by_label("Published").fill("2024-03-04")
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("Read just now, and not kept.")).to_be_visible()
    expect(page.locator(".card").first).to_contain_text("Ana Holm")

    page.get_by_role("button", name="Keep it").click()
    expect(page).to_have_url(re.compile(r"/stories/the-flooded-mine$"))
    card = page.locator(".card", has_text="Lind denied")
    expect(card).to_contain_text("deny")

    card.get_by_text("Set right").click()
    card.get_by_label("It does").select_option("concede")
    card.locator("button[value=act]").click()
    expect(page.locator(".card", has_text="Lind denied")).to_contain_text("concede")
    row = page.get_by_role("row", name="deny").last
    row.get_by_role("button", name="Undo").click()
    expect(page.locator(".card", has_text="Lind denied")).to_contain_text("deny")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_pointing_lights_what_belongs_together(page: Page):
    page.goto("/stories/a")
    page.locator("#s2").hover()
    lit = page.locator(".text .lit")
    expect(lit.first).to_be_visible()
    assert {"denied", "hiding the debts of the flooded mine"} <= set(lit.all_inner_texts())
    page.locator(".text .cue", has_text="accused").first.hover()
    expect(page.locator("#s1")).to_have_class(re.compile(r"\blit\b"))
    page.locator("#s2 .thread").hover()
    expect(page.locator("svg.threads path")).to_have_count(1)


def test_the_keyboard_is_enough(page: Page):
    page.goto("/stories/a")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('card')"):
            break
    expect(page.locator(".card.lit")).to_have_count(1)
    assert page.locator(".text .lit").count() > 0


def test_results_come_as_one_types_and_stand_in_the_address(page: Page):
    page.goto("/search")
    page.locator("#words").press_sequentially("herring", delay=20)
    expect(page.get_by_text("2 statements, the latest")).to_be_visible()
    assert page.url.endswith("?words=herring")
    page.locator("#speaker").fill("nobody")
    expect(page.get_by_text("Nobody is on record with that.")).to_be_visible()
    page.goto(page.url)
    expect(page.get_by_text("Nobody is on record with that.")).to_be_visible()
    assert page.locator("#speaker").input_value() == "nobody"


def test_a_dropped_file_is_read(page: Page, tmp_path: Path):
    (tmp_path / "mine.txt").write_text(TEXT, encoding="utf8")
    page.goto("/")
    page.locator("#file").set_input_files(tmp_path / "mine.txt")
    expect(page.locator("#text")).to_have_value(TEXT)
    expect(page.locator("#title")).to_have_value("mine")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_screen_reader_finds_no_serious_fault(browser: Browser, address: str, scheme: str):
    context = browser.new_context(base_url=address, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    faults: dict[str, list[str]] = {}
    for path in PAGES:
        page.goto(path)
        found = Axe().run(page).response["violations"]
        serious = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in ("serious", "critical")]
        if serious:
            faults[path] = serious
    context.close()
    assert faults == {}


def test_a_phone_scrolls_in_one_direction_only(browser: Browser, address: str):
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740}, is_mobile=True)
    page = context.new_page()
    wide: dict[str, int] = {}
    for path in PAGES:
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide[path] = width
    context.close()
    assert wide == {}


def test_reading_needs_no_scripts(browser: Browser, address: str):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    for path in PAGES[:-1]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
    page.goto("/search")
    page.locator("#words").fill("herring")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("2 statements, the latest")).to_be_visible()
    context.close()


def test_the_first_page_paints_within_a_second(page: Page):
    page.goto("/")
    painted = page.evaluate(
        """new Promise((done) => new PerformanceObserver((list) => {
             const found = list.getEntriesByName("first-contentful-paint")[0];
             if (found) done(found.startTime);
           }).observe({ type: "paint", buffered: true }))"""
    )
    assert painted < 1000
