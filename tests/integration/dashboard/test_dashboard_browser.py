"""The dashboard as served, in a real headless Chromium: charts drawn, nothing fetched from outside, phone width, two tabs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.bootstrap import open_office
from app.dashboard_server import FEED_PATH, dashboard_command
from app.renewal_calendar import FEED, calendar_of
from memory.domain.approval import ApprovalStatus
from memory.engine.in_process import InProcessEngine
from memory.views.approvals import approval_card
from memory.views.calendar_entries import calendar_entries
from memory.views.health import position

pytestmark = pytest.mark.browser
PAGES = ("", "approvals", "ask", "cases", "cases?case=CASE-done", "cases?case=CASE-asks", "renewals", "contracts", "health")
WIDTHS = {"desktop": {"width": 1360, "height": 900}, "phone": {"width": 390, "height": 844}}


def chromium() -> str:
    """Return the browser, or skip and say so."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("NO BROWSER: install chromium or name one in CHROMIUM; the dashboard's browser tests did not run")
    pytest.importorskip("playwright", reason="NO PLAYWRIGHT: pip install playwright; the dashboard's browser tests did not run")
    return found


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve a home with the command that `qm up` uses; yields the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(dashboard_command(home, port), cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
                break
            except (urllib.error.URLError, TimeoutError):
                assert server.poll() is None, "the dashboard did not start"
                time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def browser():
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def address(furnished) -> Iterator[str]:
    chromium()
    with served(furnished.home) as found:
        yield found


class Watched:
    """A page that notes what it asks for outside and what breaks inside."""

    def __init__(self, browser, address: str, **viewport) -> None:
        self.context = browser.new_context(viewport=viewport or WIDTHS["desktop"])
        self.page = self.context.new_page()
        self.address = address
        self.outside: list[str] = []
        self.broken: list[str] = []
        here = (address, address.replace("http:", "ws:"), "data:", "blob:")
        self.page.on("request", lambda r: None if r.url.startswith(here) else self.outside.append(r.url))
        self.page.on("websocket", lambda w: None if w.url.startswith(here) else self.outside.append(w.url))
        self.page.on("pageerror", lambda e: self.broken.append(str(e)))

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}/{path}")
        self.page.wait_for_selector("h1", timeout=60_000)
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def watched(browser, address: str) -> Iterator[Watched]:
    page = Watched(browser, address)
    yield page
    page.close()


@pytest.mark.parametrize("width", list(WIDTHS))
def test_every_page_fits_asks_nothing_outside_and_breaks_nothing(browser, address: str, width: str) -> None:
    watched = Watched(browser, address, **WIDTHS[width])
    for path in PAGES:
        watched.open(path)
        overflow = watched.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        inner = watched.page.evaluate("Math.max(...[...document.querySelectorAll('.stMain')].map(e => e.scrollWidth - e.clientWidth), 0)")
        assert (path, overflow, inner) == (path, 0, 0)
        assert watched.page.locator("[data-testid=stException]").count() == 0
    assert watched.outside == []
    assert watched.broken == []
    watched.close()


@pytest.mark.parametrize("path", ["", "renewals"])
def test_the_renewal_chart_is_drawn_and_named(watched: Watched, path: str) -> None:
    watched.open(path)

    watched.page.wait_for_selector("svg.marks, canvas.marks", timeout=30_000)
    assert "Ledgerly Books" in watched.page.content()
    assert watched.page.get_by_role("img", name="missed window").count() + watched.page.locator("[aria-label*='missed window']").count()
    assert watched.broken == []


def test_the_offers_chart_is_drawn_when_its_view_is_chosen(watched: Watched) -> None:
    watched.open("cases?case=CASE-done")
    watched.page.get_by_text("Offers", exact=True).first.click()

    watched.page.wait_for_selector("svg.marks, canvas.marks", timeout=30_000)
    assert watched.page.get_by_text("the lowest is 57.12 EUR per month", exact=False).count()
    assert watched.broken == []


@pytest.mark.parametrize("width", list(WIDTHS))
def test_the_pictures_of_each_vendors_talks_are_drawn_fit_and_keep_hostile_terms_as_letters(browser, address: str, width: str) -> None:
    watched = Watched(browser, address, **WIDTHS[width])
    watched.open("cases?case=CASE-open")
    watched.page.get_by_text("Offers", exact=True).first.click()
    named = watched.page.locator("[aria-label*='Right is better for us'], [alt*='Right is better for us']")
    named.first.wait_for(timeout=30_000)
    watched.page.wait_for_function("document.querySelectorAll('svg.marks, canvas.marks').length === 5", timeout=30_000)
    watched.page.get_by_text("The same as a table").first.click()
    watched.page.locator("[data-testid=stExpander] [data-testid=stDataFrame] canvas").first.wait_for(timeout=30_000)

    inner = watched.page.evaluate("Math.max(...[...document.querySelectorAll('.stMain')].map(e => e.scrollWidth - e.clientWidth), 0)")
    assert inner == 0
    assert watched.page.get_by_text("Happened: They came down", exact=False).count()
    assert watched.page.locator("a[href*=evil], img[src*=evil], img[src=x], .katex").count() == 0
    assert (watched.outside, watched.broken) == ([], [])
    watched.close()


@pytest.mark.parametrize("path", ["", "approvals", "cases", "cases?case=CASE-open", "health"])
def test_a_hostile_vendor_name_stays_letters(watched: Watched, path: str) -> None:
    watched.open(path)
    main = watched.page.locator("section, [data-testid=stMain]").first

    assert watched.page.locator("a[href*=evil], a[href^=mailto]").count() == 0
    assert watched.page.locator("img[src*=evil]").count() == 0
    assert watched.page.locator(".katex").count() == 0
    assert main.locator("b:has-text('bold')").count() == 0
    icons = watched.page.locator(
        "[data-testid=stText] [data-testid=stIconMaterial], h2 [data-testid=stIconMaterial], h3 [data-testid=stIconMaterial]"
    )
    assert icons.count() == 0
    assert watched.outside == []


def test_the_content_policy_stops_a_page_from_calling_home(watched: Watched) -> None:
    watched.open("")

    answer = watched.page.evaluate("fetch('http://127.0.0.1:9/leak').then(() => 'sent', e => 'stopped: ' + e.name)")
    blocked = watched.page.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', e => done(e.violatedDirective), {once: true});
            const image = new Image();
            image.onerror = image.onload = () => setTimeout(() => done('nothing stopped it'), 2000);
            image.src = 'http://leak.invalid/p.png'; document.body.append(image);
        })"""
    )

    assert answer.startswith("stopped")
    assert blocked.startswith("img-src")


def test_only_this_machine_by_its_own_name_is_answered(address: str) -> None:
    def status(path: str, host: str = "") -> int:
        request = urllib.request.Request(f"{address}{path}", headers={"Host": host} if host else {})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return int(refused.code)

    assert status("/") == 200
    assert status("/", host="rebound.example") == 400
    assert status(FEED_PATH, host="rebound.example") == 400
    agent = urllib.request.Request(f"{address}/_stcore/agent/interact", data=b"{}", headers={"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(agent, timeout=10):
        pass
    assert refused.value.code == 403
    refused.value.close()


def test_a_calendar_program_subscribes_to_the_dates(fresh_furnished) -> None:
    with served(fresh_furnished.home) as address:
        with pytest.raises(urllib.error.HTTPError) as missing, urllib.request.urlopen(f"{address}{FEED_PATH}", timeout=10):
            pass
        assert missing.value.code == 404
        missing.value.close()
        with open_office(fresh_furnished.home, jobs=InProcessEngine()) as office:
            body = calendar_of(calendar_entries(office.database, office.renewals.today))
            (office.home.files / FEED).write_bytes(body)
        with urllib.request.urlopen(f"{address}{FEED_PATH}", timeout=10) as answer:
            assert answer.headers["content-type"].startswith("text/calendar")
            assert answer.read() == body


def test_an_answer_is_told_where_it_was_given_and_seen_in_another_tab_by_itself(browser, fresh_furnished) -> None:
    with served(fresh_furnished.home) as address:
        first, second = Watched(browser, address), Watched(browser, address)
        first.open("approvals")
        second.open("")
        second.page.wait_for_selector("h1:has-text('6 things need you')")

        # The page redraws itself while a reason is being typed: not a letter may be lost.
        reason = first.page.get_by_label("Reason (needed to reject)")
        reason.press_sequentially("the best ")
        with open_office(fresh_furnished.home) as office:
            office.service.pause(fresh_furnished.failed_case, by="operator")
            events = position(office.database).seq
        second.page.wait_for_selector("h1:has-text('5 things need you')", timeout=30_000)
        first.page.wait_for_function(f"document.body.innerText.includes('{events} events')", timeout=30_000)
        reason.press_sequentially("of three")
        assert reason.input_value() == "the best of three"
        first.page.get_by_role("button", name="Approve").click()

        first.page.wait_for_selector("text=Approved. The case goes on.", timeout=30_000)
        second.page.wait_for_selector("h1:has-text('4 things need you')", timeout=30_000)
        assert first.page.get_by_role("button", name="Approve").count() == 0
        assert first.broken + second.broken == []
        first.close()
        second.close()
    with open_office(fresh_furnished.home, jobs=InProcessEngine()) as office:
        card = approval_card(office.database, fresh_furnished.approval_id)
    assert (card.status, card.reason) == (ApprovalStatus.GRANTED, "the best of three")
