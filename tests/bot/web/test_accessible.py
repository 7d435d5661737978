"""Whoever he is and whatever he reads with: the page in a real Chromium, judged by axe-core and by what he needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.web import web_app
from bot.web.app import Talks
from safety.lifelines import Lifelines
from tests.support.browsing import chromium, elsewhere, new_context
from tests.support.scripted_talk import ScriptedTalk
from tests.support.small_talk import small_talk
from tests.support.world import Clock, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

PHONE = {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 568}
ZOOMED = {"width": 320, "height": 256}
"""What 1280 by 1024 comes to at 400 %."""

Opening = Callable[..., AbstractAsyncContextManager[Page]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sites(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, str]]:
    """Two chats: a scripted one, and a small one over the whole program with several choices and two languages."""
    async with AsyncExitStack() as stack:
        away = await stack.enter_async_context(served(elsewhere()))
        folder: Path = tmp_path_factory.mktemp("small")
        clock = Clock()
        rooms = await stack.enter_async_context(small_talk(folder, clock, languages=["cy", "ar"]))
        script = ScriptedTalk()
        talks: dict[str, tuple[Talks, Lifelines, Callable[[], datetime]]]
        talks = {
            "scripted": (script, script.lifelines, script.clock),
            "small": (rooms.conversation, rooms.lifelines, clock),
        }
        yield {
            name: await stack.enter_async_context(
                served(
                    web_app(
                        talk,
                        lifelines=lifelines,
                        exit_url=f"{away}/weather",
                        session_minutes=60,
                        secure_cookies=False,
                        clock=time,
                    )
                )
            )
            for name, (talk, lifelines, time) in talks.items()
        }


@pytest.fixture
def opening(browser: Browser, sites: dict[str, str]) -> Opening:
    """Opens a window on one of the chats."""

    @asynccontextmanager
    async def opening(site: str = "scripted", **options: Any) -> AsyncIterator[Page]:
        context = await new_context(browser, **{"viewport": PHONE, **options})
        try:
            page = await context.new_page()
            await page.goto(sites[site])
            yield page
        finally:
            await context.close()

    return opening


async def tap(page: Page, label: str) -> None:
    await page.get_by_role("button", name=label, exact=True).first.click()


async def sees(page: Page, words: str) -> None:
    await expect(page.get_by_text(words).first).to_be_visible()
    # The words may stand there while the rest of their page is still on its way.
    await page.wait_for_load_state("domcontentloaded")


async def every_screen(page: Page, look: Callable[[str], Awaitable[None]]) -> None:
    """Through the scripted chat, with a look at each kind of screen."""
    await look("before the chat")
    await page.get_by_role("link", name="What leaving hides").click()
    await sees(page, "Next time, use a private window")
    await look("about leaving")
    await page.get_by_role("link", name="Privacy, and who").first.click()
    await sees(page, "Why the law allows it")
    await look("about privacy")
    await page.get_by_role("link", name="Back to the chat").click()
    await tap(page, "Go on to the chat")
    for label, words in [
        ("Go on to the chat", "Is it OK to chat here now?"),
        ("Yes", "What would help most right now?"),
        ("Talk to someone", "Roughly where should the help be?"),
        ("England", "Example Men's Line"),
    ]:
        if label != "Go on to the chat":
            await tap(page, label)
        await sees(page, words)
        await look(words)
    await tap(page, "More")
    await sees(page, "What it costs: nothing.")
    await look("more of a service")


# --- axe ------------------------------------------------------------------------------------------------------------


@cache
def _axe() -> str:
    # Run by hand, for the package's own wrapper has no types.
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


async def axe_finds(page: Page) -> list[str]:
    """Whatever axe-core finds wrong, by all its rules: WCAG 2.2 A and AA, and what it calls best practice."""
    await page.evaluate(_axe())
    found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"color_scheme": "dark"},
        {"forced_colors": "active", "viewport": SMALLEST},
        {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"},
    ],
    ids=["phone", "dark", "forced colours", "desktop"],
)
async def test_axe_finds_nothing_wrong_on_any_screen(opening: Opening, options: dict[str, Any]) -> None:
    async with opening(**options) as page:

        async def look(screen: str) -> None:
            assert await axe_finds(page) == [], screen

        await every_screen(page, look)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_wrong_where_several_can_be_chosen_or_the_language_is_another(
    opening: Opening, scheme: str
) -> None:
    async with opening("small", color_scheme=scheme) as page:
        assert await axe_finds(page) == []
        await tap(page, "Go on to the chat")
        await tap(page, "Money")
        await expect(page.get_by_role("button", name="Money", pressed=True)).to_be_visible()
        assert await axe_finds(page) == []
        await tap(page, "Urgent help")
        await page.locator('a[href="tel:999"]').first.wait_for()
        assert await axe_finds(page) == []
    async with opening("small", color_scheme=scheme) as page:
        await tap(page, "Denrut ar")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert await axe_finds(page) == []


async def test_axe_finds_nothing_wrong_without_the_script_or_where_there_is_no_page(
    opening: Opening, sites: dict[str, str]
) -> None:
    async with opening() as page:
        # What judges the page is a script itself, so ours is kept away and no other.
        await page.route("**/chat.js", lambda route: route.abort())
        await page.reload()
        assert await axe_finds(page) == []
        await tap(page, "Go on to the chat")
        await sees(page, "Is it OK to chat here now?")
        assert await axe_finds(page) == []
        await page.goto(f"{sites['scripted']}/nothing")
        await sees(page, "There is no page at this address.")
        assert await axe_finds(page) == []


# --- by keyboard, and read out loud ---------------------------------------------------------------------------------

WHERE = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const bar = document.querySelector("header").getBoundingClientRect();
  return {
    name: at.textContent.trim(), tag: at.tagName, inBar: !!at.closest("header"),
    covered: box.top < bar.bottom - 1, outside: box.bottom > innerHeight + 1 || box.top < 0,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}"""


async def tabs_to(page: Page, name: str) -> None:
    """Tab until he is there. Wherever he stops on the way can be seen, and is not under the bar."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        at = await page.evaluate(WHERE)
        assert at["ring"], at
        assert not at["outside"], at
        assert at["inBar"] or not at["covered"], at
        if at["name"] == name and at["tag"] == "BUTTON":
            return
    raise AssertionError(f"no way to {name} by keyboard")


async def test_the_whole_way_to_a_service_and_out_can_be_gone_by_keyboard(opening: Opening) -> None:
    async with opening(viewport={"width": 390, "height": 480}) as page:
        await page.keyboard.press("Tab")
        assert (await page.evaluate(WHERE))["name"] == "Leave this page"
        for label, words in [
            ("Go on to the chat", "Is it OK to chat here now?"),
            ("Yes", "What would help most right now?"),
            ("Talk to someone", "Roughly where should the help be?"),
            ("England", "Example Men's Line"),
            ("More", "What it costs: nothing."),
            ("Leave now", "Light rain."),
        ]:
            await tabs_to(page, label)
            await page.keyboard.press("Enter")
            await sees(page, words)


async def test_what_a_screen_reader_says_of_the_services(opening: Opening) -> None:
    async with opening() as page:
        for label, words in [
            ("Go on to the chat", "Is it OK"),
            ("Yes", "What would help"),
            ("Talk to someone", "Roughly where"),
            ("England", "Example Men's Line"),
        ]:
            await tap(page, label)
            await sees(page, words)
        heard = await page.locator("main").aria_snapshot()
        for line in (
            '- heading "Chat" [level=1]',
            "- log:",
            '- heading "Example Men\'s Line" [level=2]',
            '- link "Call 0808 157 0101":',
            '- textbox "Or write it in your own words"',
        ):
            assert line in heard, heard
        more = page.get_by_role("button", name="More", exact=True)
        await expect(more.nth(1)).to_have_accessible_description("Example Place to Stay")
        await expect(page.get_by_role("banner").get_by_role("link", name="0808 800 1170")).to_be_visible()


async def test_what_is_said_next_is_read_from_its_beginning_and_stands_in_a_live_region(opening: Opening) -> None:
    async with opening() as page:
        await page.evaluate("window.talk = document.querySelector('[role=log][aria-live=polite]')")
        for label, words in [("Go on to the chat", "Is it OK"), ("Yes", "What would help")]:
            await tap(page, label)
            await sees(page, words)
            # The region itself stays: only what is put into one that was there before is read out.
            assert await page.evaluate("window.talk.isConnected")
            assert words in str(await page.evaluate("window.talk.textContent"))
            assert words in str(await page.evaluate("document.activeElement.textContent"))
            assert await page.evaluate("scrollY") == 0


async def test_what_is_ticked_stays_where_he_is_and_is_not_read_out_again(opening: Opening) -> None:
    async with opening("small") as page:
        await tap(page, "Go on to the chat")
        money, listen = (page.get_by_role("button", name=name) for name in ("Money", "Somebody to listen"))
        await expect(money).to_have_attribute("aria-pressed", "false")
        for button in (money, listen):
            await button.press("Enter")
            await expect(button).to_have_attribute("aria-pressed", "true")
            await expect(button).to_be_focused()
            await expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")
        await expect(money).to_have_attribute("aria-pressed", "true")
        await money.press("Enter")
        await expect(money).to_have_attribute("aria-pressed", "false")
        await tap(page, "Done")
        await sees(page, "Is there more?")
        await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")


async def test_several_can_be_chosen_without_a_script(opening: Opening) -> None:
    async with opening("small", java_script_enabled=False) as page:
        await tap(page, "Go on to the chat")
        await tap(page, "Money")
        await tap(page, "Somewhere to stay")
        for name, pressed in [("Money", True), ("Somewhere to stay", True), ("Somebody to listen", False)]:
            await expect(page.get_by_role("button", name=name, pressed=pressed)).to_be_visible()
        await tap(page, "Done")
        await sees(page, "Is there more?")


# --- for the eye and the thumb --------------------------------------------------------------------------------------

SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, textarea")].filter((target) => {
  const box = target.getBoundingClientRect(), style = getComputedStyle(target);
  const amidWords = style.display === "inline" && target.parentElement.textContent.trim() !== target.textContent.trim();
  return box.height && !target.matches(".first") && !amidWords && (box.height < 44 || box.width < 44);
}).map((target) => `${target.outerHTML} ${target.getBoundingClientRect().height}`)"""


async def test_whatever_can_be_tapped_is_large_enough_for_a_thumb(opening: Opening) -> None:
    async with opening() as page:

        async def look(screen: str) -> None:
            assert await page.evaluate(SMALL_TARGETS) == [], screen

        await every_screen(page, look)


@pytest.mark.parametrize(
    ("viewport", "text"), [(SMALLEST, 100), (ZOOMED, 100), (SMALLEST, 200)], ids=["320 pixels", "400 %", "200 % text"]
)
async def test_on_the_smallest_screen_and_with_large_text_all_is_there_and_nothing_runs_out_of_it(
    opening: Opening, viewport: dict[str, int], text: int
) -> None:
    async with opening(viewport=viewport) as page:
        await page.evaluate(f"document.documentElement.style.fontSize = '{text * 1.0625}%'")

        async def look(screen: str) -> None:
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320, screen
            bar = await page.locator("header").bounding_box()
            leave = await page.get_by_role("button", name="Leave this page").bounding_box()
            assert bar is not None
            assert leave is not None
            # The way out is in view, and what is read has at least half of the screen.
            assert leave["y"] >= 0
            assert leave["y"] + leave["height"] <= viewport["height"]
            assert bar["height"] <= viewport["height"] / 2, screen

        await every_screen(page, look)


async def test_nothing_on_the_page_moves_by_itself(opening: Opening) -> None:
    async with opening() as page:

        async def look(screen: str) -> None:
            assert await page.evaluate("document.getAnimations().length") == 0, screen
            assert await page.evaluate(
                """() => [...document.querySelectorAll("*")].every((one) => {
                  const style = getComputedStyle(one);
                  return parseFloat(style.transitionDuration) === 0 && style.scrollBehavior === "auto";
                })"""
            ), screen

        await every_screen(page, look)


async def test_a_language_that_is_written_from_the_right_is_laid_out_from_the_right(opening: Opening) -> None:
    async with opening("small", viewport=SMALLEST) as page:
        await page.evaluate("window.same = true")
        await tap(page, "Denrut ar")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.locator("html")).to_have_attribute("lang", "ar")
        assert await page.evaluate("window.same"), "the page was not fetched anew"
        leave = await page.get_by_role("button", name="evaeL siht egap").bounding_box()
        number = await page.locator("header .number").bounding_box()
        assert leave is not None
        assert number is not None
        assert leave["x"] < number["x"]
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        await page.keyboard.press("Shift")
        await expect(page.get_by_role("status")).to_have_text("sserP tfihS eciwt erom ot evael.")
