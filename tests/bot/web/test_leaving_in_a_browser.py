"""Leaving, in a real Chromium: what is on the screen, what is left behind, and whatever is broken meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, expect

from bot.web import web_app
from tests.support.patience import PATIENCE
from tests.support.scripted_talk import ScriptedTalk
from tests.support.visits import Visit, Visiting, expect_forgotten

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

scripted_and_not = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])

OF_THE_CHAT = ("Example Men's Line", "What would help", "Roughly where", "OK to chat here")
BUTTON = "header button.leave"

SCREENS = {
    "the smallest phone": (320, 568),
    "a phone": (390, 844),
    "a phone with its keyboard up": (390, 300),
    "a phone on its side with its keyboard up": (740, 180),
    "1280 by 1024 at 400 percent": (320, 256),
    "a tablet": (820, 1180),
    "a desktop": (1280, 800),
    "4K": (3840, 2160),
}


async def on_top(page: Page) -> bool:
    """Is the whole button within the window, with nothing over any part of it?"""
    box = await page.locator(BUTTON).bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    inside = box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    inside = inside and box["y"] >= 0 and box["y"] + box["height"] <= size["height"]
    covered = await page.evaluate(
        """([selector, box]) => {
          const button = document.querySelector(selector);
          for (const across of [0.08, 0.5, 0.92]) for (const down of [0.15, 0.5, 0.85]) {
            const there = document.elementFromPoint(box.x + box.width * across, box.y + box.height * down);
            if (!button.contains(there)) return there ? there.outerHTML : "nothing";
          }
          return "";
        }""",
        [BUTTON, box],
    )
    assert covered == ""
    return inside


async def shows_nothing_of_the_chat(visit: Visit) -> None:
    while await visit.page.evaluate("document.readyState") != "complete":
        await visit.page.wait_for_timeout(20)
    shown = await visit.page.content()
    assert [words for words in OF_THE_CHAT if words in shown] == []


async def middle_of(page: Page, selector: str) -> tuple[float, float]:
    box = await page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def touches(visit: Visit, how: str, x: float, y: float) -> None:
    """The mouse, past Playwright, which waits for what a man does not wait for."""
    client = await visit.context.new_cdp_session(visit.page)
    event = {"type": f"mouse{how}", "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
    await client.send("Input.dispatchMouseEvent", event)
    await client.detach()


# --- the button -------------------------------------------------------------------------------------------------------


async def test_the_button_is_in_view_and_nothing_covers_it_on_any_screen_wherever_he_is(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        page = visit.page
        for screen, (width, height) in SCREENS.items():
            await page.set_viewport_size({"width": width, "height": height})
            for place in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
                await page.evaluate(f"scrollTo(0, {place})")
                assert await on_top(page), screen
            await page.get_by_role("textbox").focus()
            assert await on_top(page), screen


async def test_the_button_is_in_view_with_letters_twice_the_size_and_with_a_long_complaint_beside_it(
    visiting: Visiting, talk: ScriptedTalk
) -> None:
    async with visiting() as visit:
        talk.broken = RuntimeError()
        await visit.tap("Yes")
        await expect(visit.page.get_by_role("alert")).to_contain_text("Please send that again.")
        for width, height in SCREENS.values():
            await visit.page.set_viewport_size({"width": width, "height": height})
            assert await on_top(visit.page)
        await visit.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        for width, height in ((390, 844), (1280, 800)):
            await visit.page.set_viewport_size({"width": width, "height": height})
            assert await on_top(visit.page)
        visit.complaints.clear()


@scripted_and_not
async def test_the_first_thing_a_keyboard_reaches_is_a_link_that_leaves(
    visiting: Visiting, talk: ScriptedTalk, script: bool
) -> None:
    async with visiting(script=script) as visit:
        await visit.reaches_services()
        await visit.page.goto(visit.site.origin)
        await visit.page.keyboard.press("Tab")
        link = visit.page.get_by_role("link", name="Leave this page")
        await expect(link).to_be_focused()
        await expect(link).to_be_in_viewport(ratio=1)
        await visit.page.keyboard.press("Enter")
        await visit.has_left()
        await expect_forgotten(visit, talk)
        await visit.back_shows_nothing()


async def test_the_presses_of_shift_are_told_to_a_screen_reader_as_they_come(visiting: Visiting) -> None:
    async with visiting() as visit:
        client = await visit.context.new_cdp_session(visit.page)
        for told in ("Press Shift twice more to leave.", "Press Shift once more to leave."):
            await visit.page.keyboard.press("Shift")
            await expect(visit.page.locator("#presses")).to_have_text(told)
            tree = await client.send("Accessibility.getFullAXTree")
            nodes = [node for node in tree["nodes"] if node.get("role", {}).get("value") == "status"]
            assert nodes, "the region that tells of it is in the accessibility tree"


# --- whatever is broken -----------------------------------------------------------------------------------------------


async def test_with_the_server_dead_he_leaves_and_later_nobody_finds_his_chat(
    visiting: Visiting, talk: ScriptedTalk, exit_url: str
) -> None:
    """No word of his leaving ever reaches us, and the cookie that scripts cannot touch is still there."""
    async with visiting() as visit:
        await visit.reaches_services()
        visit.site.die()
        await visit.tap("Leave this page")
        await visit.has_left()
        assert [cookie["name"] for cookie in await visit.context.cookies()] == ["s"]
        visit.site.come_back()
        assert talk.places, "the server does not know that he left"
        await visit.page.goto(visit.site.origin)
        await visit.sees("Before you start")
        await shows_nothing_of_the_chat(visit)
        assert await visit.context.cookies() == []
        await visit.page.reload()
        await shows_nothing_of_the_chat(visit)
        visit.complaints.clear()


async def test_an_answer_that_comes_in_as_he_leaves_brings_nothing_back(visiting: Visiting, talk: ScriptedTalk) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        visit.site.hang()
        await visit.tap("That's all")
        await visit.page.keyboard.press("Shift")
        await visit.page.keyboard.press("Shift")
        await visit.page.keyboard.press("Shift")
        await visit.has_left()
        visit.site.answer_again()
        await expect_forgotten(visit, talk)
        await visit.back_shows_nothing()


async def test_offline_the_page_goes_and_back_online_nobody_finds_his_chat(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        await visit.context.set_offline(True)
        await visit.tap("Leave this page")
        await expect(visit.page.get_by_role("button")).to_have_count(0)
        async with asyncio.timeout(PATIENCE):
            while await visit.history() != ["about:blank", visit.exit]:
                await visit.page.wait_for_timeout(20)
        await shows_nothing_of_the_chat(visit)
        await visit.context.set_offline(False)
        await visit.page.goto(visit.site.origin)
        await visit.sees("Before you start")
        await shows_nothing_of_the_chat(visit)
        visit.complaints.clear()


async def test_without_a_script_everything_goes_from_sight_at_the_touch_of_a_way_out(visiting: Visiting) -> None:
    async with visiting(script=False) as visit:
        await visit.reaches_services()
        page = visit.page
        for way_out in (BUTTON, "aside [data-leave]"):
            await page.locator(way_out).scroll_into_view_if_needed()
            await touches(visit, "Pressed", *await middle_of(page, way_out))
            for gone in ("header", "main", "footer"):
                await expect(page.locator(gone)).to_have_css("opacity", "0")
            # Let go beside it, so that nothing is sent: the page looks as it does while nothing answers.
            await touches(visit, "Released", 5, 240)
            for gone in ("header", "main", "footer"):
                await expect(page.locator(gone)).to_have_css("opacity", "0")
            await expect(page.get_by_role("link", name="Go to another site")).to_be_visible()
            await page.mouse.click(5, 240)
            await expect(page.locator("main")).to_have_css("opacity", "1")


async def test_the_chat_in_another_tab_goes_too(visiting: Visiting, talk: ScriptedTalk) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        other = await visit.context.new_page()
        await other.goto(visit.site.origin)
        await expect(other.get_by_text("You don't have to decide anything now.")).to_be_visible()
        await visit.tap("Leave this page")
        await visit.has_left()
        await expect(other).to_have_url(visit.exit)
        await expect_forgotten(visit, talk)


# --- what is left -----------------------------------------------------------------------------------------------------


@scripted_and_not
async def test_back_forward_reload_and_a_new_visit_show_nothing(
    visiting: Visiting, talk: ScriptedTalk, script: bool
) -> None:
    async with visiting(script=script) as visit:
        await visit.reaches_services()
        await visit.page.get_by_role("textbox").fill("zqxj never sent")
        await visit.tap("Leave this page")
        await visit.has_left()
        await expect_forgotten(visit, talk)
        for way in ("back", "reload", "back", "back", "reload", "forward", "forward", "reload", "forward"):
            if way == "reload":
                await visit.page.reload(wait_until="commit")
            else:
                await getattr(visit.page, f"go_{way}")(wait_until="commit")
            await shows_nothing_of_the_chat(visit)
            assert "zqxj" not in await visit.page.content()
            for box in await visit.page.get_by_role("textbox").all():
                assert await box.input_value() == ""
        await visit.page.goto(visit.site.origin)
        await visit.sees("Before you start")
        await shows_nothing_of_the_chat(visit)


@scripted_and_not
async def test_a_form_that_the_browser_offers_to_send_again_after_he_left_says_nothing(
    visiting: Visiting, talk: ScriptedTalk, script: bool
) -> None:
    """Reloading what was posted: his details of a service, shown without a script as the answer to a form."""
    async with visiting(script=script) as visit:
        await visit.reaches_services()
        await visit.page.get_by_role("article").nth(1).get_by_role("button", name="More").click()
        await visit.sees("What it costs: nothing.")
        await visit.tap("Leave this page")
        await visit.has_left()
        await expect_forgotten(visit, talk)
        # Chromium asks first whether to send the form again; Playwright calls that an error.
        with suppress(PlaywrightError):
            await visit.page.go_back()
        for _ in range(2):
            await reload(visit)
            await shows_nothing_of_the_chat(visit)
            assert "What it costs" not in await visit.page.content()
        if not script:
            await visit.sees("Before you start")
        visit.complaints.clear()


async def reload(visit: Visit) -> None:
    """Reload; a page that Chromium only offers to send again is for a moment no page that could be reloaded."""
    for _ in range(200):
        with suppress(PlaywrightError):
            await visit.page.reload()
            return
        await visit.page.wait_for_timeout(100)
    await visit.page.reload()


async def test_after_leaving_nothing_at_all_is_stored(visiting: Visiting, talk: ScriptedTalk) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        await visit.tap("Leave this page")
        await visit.has_left()
        await expect_forgotten(visit, talk)
        await visit.page.goto(visit.site.origin)
        await visit.sees("Before you start")
        state = await visit.context.storage_state(indexed_db=True)
        assert state == {"cookies": [], "origins": []}
        stored = await visit.page.evaluate(
            """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
                            (await caches.keys()).length, document.cookie, name, history.state,
                            (await navigator.serviceWorker?.getRegistrations() ?? []).length]"""
        )
        assert stored == [0, 0, 0, 0, "", "", None, 0]


# --- bad lines --------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def slow(visit: Visit) -> AsyncIterator[None]:
    """A 2G line, as browsers' own tools imagine it: 250 kbit/s down, 50 up, 300 ms each way and back."""
    client = await visit.context.new_cdp_session(visit.page)
    await client.send("Network.enable")
    line = {"offline": False, "latency": 300, "downloadThroughput": 250_000 / 8, "uploadThroughput": 50_000 / 8}
    await client.send("Network.emulateNetworkConditions", line)
    yield
    await client.send("Network.emulateNetworkConditions", {**line, "latency": 0, "downloadThroughput": -1})


@scripted_and_not
async def test_on_a_2g_line_everything_works(visiting: Visiting, talk: ScriptedTalk, script: bool) -> None:
    async with visiting(script=script, begun=False) as visit, slow(visit):
        await visit.page.reload()
        await visit.tap("Go on to the chat")
        await visit.sees("Is it OK to chat here now?")
        await visit.reaches_services()
        await visit.tap("Leave this page")
        await visit.has_left()
        await expect_forgotten(visit, talk)


@scripted_and_not
async def test_the_first_load_is_small(visiting: Visiting, script: bool) -> None:
    async with visiting(script=script, begun=False) as visit:
        client = await visit.context.new_cdp_session(visit.page)
        await client.send("Network.enable")
        sizes: list[float] = []
        client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        await visit.page.reload(wait_until="networkidle")
        await visit.page.wait_for_timeout(200)
        assert 1 < len(sizes) <= 3
        # Chromium counts headers too.
        assert sum(sizes) <= 30_000


async def test_an_answer_lost_on_its_way_back_can_be_sent_again_and_steps_once(
    visiting: Visiting, talk: ScriptedTalk
) -> None:
    """The server took it, but the line broke before he heard of it."""
    async with visiting() as visit:
        await visit.tap("Yes")
        await visit.sees("What would help most right now?")
        lost: list[object] = []

        async def lose(route: object) -> None:
            if route.request.method == "POST" and not lost:  # type: ignore[attr-defined]
                lost.append(await route.fetch())  # type: ignore[attr-defined]
                await route.abort("connectionreset")  # type: ignore[attr-defined]
            else:
                await route.continue_()  # type: ignore[attr-defined]

        await visit.context.route(f"{visit.site.origin}/", lose)
        await visit.tap("Talk to someone")
        await expect(visit.page.get_by_role("alert")).to_contain_text("That did not go through.")
        assert list(talk.places.values()) == [2]
        await visit.tap("Talk to someone")
        await visit.sees("Roughly where should the help be?")
        assert list(talk.places.values()) == [2]
        visit.complaints.clear()


async def test_without_a_script_a_form_sent_again_by_reload_steps_once(visiting: Visiting, talk: ScriptedTalk) -> None:
    async with visiting(script=False) as visit:
        await visit.tap("Yes")
        await visit.sees("What would help most right now?")
        talk.broken = RuntimeError()
        await visit.tap("Talk to someone")
        await visit.sees("Please send that again.")
        talk.broken = None
        for _ in range(2):
            await visit.page.reload()
            await visit.sees("Roughly where should the help be?")
        assert list(talk.places.values()) == [2]
        visit.complaints.clear()


@scripted_and_not
async def test_a_server_started_anew_in_mid_chat_loses_nothing(
    visiting: Visiting, talk: ScriptedTalk, exit_url: str, script: bool
) -> None:
    """The page's own state: what it hands from one request to the next is all in memory, and may go."""
    async with visiting(script=script) as visit:
        await visit.tap("Yes")
        await visit.sees("What would help most right now?")
        visit.site.die()
        await visit.tap("Talk to someone")
        visit.site.come_back(
            web_app(
                talk,
                lifelines=talk.lifelines,
                exit_url=exit_url,
                session_minutes=60,
                secure_cookies=False,
                clock=talk.clock,
            )
        )
        if script:
            await expect(visit.page.get_by_role("alert")).to_contain_text("That did not go through.")
        else:
            # The page that says that nobody answered may still be coming up.
            await visit.page.wait_for_url("chrome-error://**")
            await visit.page.goto(visit.site.origin)
            await visit.sees("What would help most right now?")
        await visit.tap("Talk to someone")
        await visit.sees("Roughly where should the help be?")
        await visit.page.reload()
        await visit.sees("Roughly where should the help be?")
        visit.complaints.clear()
