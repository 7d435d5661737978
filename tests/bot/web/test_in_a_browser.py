"""The page in a real Chromium, with JavaScript on and off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import expect

from bot.arrival import Typed
from tests.support.scripted_talk import ScriptedTalk
from tests.support.visits import Visiting, expect_forgotten

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

scripted_and_not = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


# --- talking ----------------------------------------------------------------------------------------------------------


@scripted_and_not
async def test_a_man_gets_from_hello_to_a_service_and_its_details(visiting: Visiting, script: bool) -> None:
    async with visiting(script=script) as visit:
        await visit.reaches_services()
        await expect(visit.page.get_by_role("article")).to_have_count(3)
        await visit.page.get_by_role("article").nth(1).get_by_role("button", name="More").click()
        await visit.sees("What it costs: nothing.")
        if not script:
            await visit.page.get_by_role("link", name="Back to the chat").click()
        await visit.sees("You don't have to decide anything now.")
        assert await visit.page.title() == "Chat"
        assert set(visit.requested) <= {
            f"{visit.site.origin}{path}" for path in ("/", "/static/chat.css", "/static/chat.js")
        }


async def test_more_opens_in_the_card_itself(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        await visit.page.get_by_role("article").nth(1).get_by_role("button", name="More").click()
        second = visit.page.get_by_role("article").nth(1)
        await expect(second).to_contain_text("What it costs: nothing.")
        await expect(second).to_be_focused()
        await expect(visit.page.get_by_role("article")).to_have_count(3)
        await visit.tap("That's all")
        await visit.sees("You don't have to decide anything now.")


@scripted_and_not
async def test_he_can_write_instead(visiting: Visiting, talk: ScriptedTalk, script: bool) -> None:
    async with visiting(script=script) as visit:
        await visit.page.get_by_label("Or write it in your own words").fill("first line\nme@example.org")
        await visit.tap("Send")
        await visit.sees("Please leave out names.")
        assert talk.heard[0].what == Typed(
            "first line\r\nme@example.org" if not script else "first line\nme@example.org"
        )
        await expect(visit.page.get_by_label("Or write it in your own words")).to_have_value("")


async def test_enter_sends_and_shift_enter_makes_a_new_line(visiting: Visiting, talk: ScriptedTalk) -> None:
    async with visiting() as visit:
        box = visit.page.get_by_label("Or write it in your own words")
        await box.press("Enter")
        await box.press_sequentially("Hello")
        await box.press("Shift+Enter")
        await box.press_sequentially("There")
        assert not talk.heard
        await box.press("Enter")
        await visit.sees("Thanks for writing that.")
        assert [arrival.what for arrival in talk.heard] == [Typed("Hello\nThere")]


@scripted_and_not
async def test_a_double_tap_steps_once(visiting: Visiting, talk: ScriptedTalk, script: bool) -> None:
    async with visiting(script=script) as visit:
        await visit.page.get_by_role("button", name="Yes", exact=True).dblclick()
        await visit.sees("What would help most right now?")
        assert list(talk.places.values()) == [1]


async def test_the_second_half_of_a_double_tap_is_no_answer_to_what_has_come_meanwhile(
    visiting: Visiting, talk: ScriptedTalk
) -> None:
    async with visiting() as visit:
        mouse = visit.page.mouse
        place = await visit.page.get_by_role("button", name="Yes", exact=True).bounding_box()
        assert place is not None
        await mouse.click(place["x"] + 5, place["y"] + 5)
        await visit.sees("What would help most right now?")
        next_one = visit.page.locator("form button:not([data-leave])").first
        place = await next_one.bounding_box()
        assert place is not None
        await mouse.move(place["x"] + 5, place["y"] + 5)
        await mouse.down(click_count=2)
        await mouse.up(click_count=2)
        await visit.tap("Talk to someone")
        await visit.sees("Roughly where")
        assert list(talk.places.values()) == [2]


async def test_a_lost_answer_can_be_sent_again_and_his_words_are_still_there(
    visiting: Visiting, talk: ScriptedTalk
) -> None:
    async with visiting() as visit:
        box = visit.page.get_by_label("Or write it in your own words")
        await box.fill("please help")
        talk.broken = RuntimeError()
        await visit.tap("Send")
        await expect(visit.page.get_by_role("alert")).to_contain_text("Please send that again.")
        await expect(box).to_have_value("please help")
        await visit.context.set_offline(True)
        await visit.tap("Send")
        await expect(visit.page.get_by_role("alert")).to_contain_text("That did not go through.")
        await expect(box).to_have_value("please help")
        await visit.context.set_offline(False)
        talk.broken = None
        await visit.tap("Send")
        await visit.sees("Thanks for writing that.")
        await expect(visit.page.get_by_role("alert")).to_be_empty()
        assert [text for text in visit.complaints if "Failed to load resource" not in text] == []
        visit.complaints.clear()


@scripted_and_not
async def test_numbers_can_be_tapped(visiting: Visiting, script: bool) -> None:
    async with visiting(script=script) as visit:
        await visit.reaches_services()
        links = (
            await visit.page.locator("a.number").evaluate_all("links => links.map(a => a.getAttribute('href'))")
            if script
            else [await link.get_attribute("href") for link in await visit.page.locator("a.number").all()]
        )
        assert {"tel:08088001170", "tel:08081570101", "tel:116123"} <= set(links)


async def test_after_an_answer_the_new_turn_is_read_out_from_its_start(visiting: Visiting) -> None:
    async with visiting(viewport={"width": 390, "height": 500}) as visit:
        await visit.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        await visit.tap("Yes")
        await visit.sees("What would help most right now?")
        await expect(visit.page.locator(".said")).to_be_focused()
        assert await visit.page.evaluate("scrollY") == 0


# --- leaving ----------------------------------------------------------------------------------------------------------


@scripted_and_not
@pytest.mark.parametrize("label", ["Leave this page", "Leave now"])
async def test_leaving_ends_elsewhere_and_leaves_nothing(
    visiting: Visiting, talk: ScriptedTalk, script: bool, label: str
) -> None:
    async with visiting(script=script) as visit:
        await visit.reaches_services()
        await visit.tap(label)
        await visit.has_left()
        await expect_forgotten(visit, talk)
        await visit.back_shows_nothing()


@scripted_and_not
async def test_leaving_by_a_word_works_like_the_button(visiting: Visiting, talk: ScriptedTalk, script: bool) -> None:
    async with visiting(script=script) as visit:
        await visit.reaches_services()
        await visit.page.get_by_label("Or write it in your own words").fill("exit")
        await visit.tap("Send")
        await visit.has_left()
        await expect_forgotten(visit, talk)
        await visit.back_shows_nothing()


@scripted_and_not
async def test_the_browser_keeps_no_page_whole_to_go_back_to(visiting: Visiting, script: bool) -> None:
    """Also when he goes without leaving: whoever presses Back makes the browser ask us for what stands there now."""
    async with visiting(script=script) as visit:
        await visit.reaches_services()
        await visit.page.goto(visit.exit)
        visit.requested.clear()
        await visit.page.go_back()
        assert visit.requested[:1] == [f"{visit.site.origin}/"]


async def test_with_a_script_the_chat_is_one_entry_of_the_history_and_leaving_takes_its_place(
    visiting: Visiting,
) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        await visit.page.get_by_role("link", name="What leaving hides").click()
        await visit.sees("Next time, use a private window")
        await visit.page.get_by_role("link", name="Back to the chat").click()
        await visit.sees("You don't have to decide anything now.")
        assert await visit.history() == ["about:blank", f"{visit.site.origin}/"]
        await visit.tap("Leave this page")
        await visit.has_left()
        assert await visit.history() == ["about:blank", visit.exit]


async def test_without_a_script_the_history_holds_one_address_only(visiting: Visiting) -> None:
    """Chromium adds an entry for each form that is sent, whatever the answer; the page about leaving says so."""
    async with visiting(script=False) as visit:
        await visit.reaches_services()
        assert set(await visit.history()) == {"about:blank", f"{visit.site.origin}/"}
        await visit.page.get_by_role("link", name="What leaving hides").click()
        await visit.sees("may list this page once for each answer")


async def test_three_presses_of_shift_leave(visiting: Visiting, talk: ScriptedTalk) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        status = visit.page.get_by_role("status")
        await visit.page.keyboard.press("Shift")
        await expect(status).to_have_text("Press Shift twice more to leave.")
        await visit.page.keyboard.press("Shift")
        await expect(status).to_have_text("Press Shift once more to leave.")
        await visit.page.keyboard.press("Shift")
        await visit.has_left()
        await expect_forgotten(visit, talk)


async def test_shift_works_while_he_writes(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.page.get_by_label("Or write it in your own words").fill("I")
        for _ in range(3):
            await visit.page.keyboard.press("Shift")
        await visit.has_left()


async def test_writing_capitals_or_other_keys_between_leave_nothing(visiting: Visiting) -> None:
    async with visiting() as visit:
        box = visit.page.get_by_label("Or write it in your own words")
        await box.click()
        for keys in (
            ["Shift+A", "Shift+B", "Shift+C"],
            ["Shift", "Shift", "a", "Shift"],
            ["Control+Shift", "Control+Shift", "Control+Shift"],
            ["x"],
        ):
            for key in keys:
                await box.press(key)
        await expect(visit.page.get_by_role("status")).to_be_empty()
        await visit.page.keyboard.press("Shift")
        await visit.page.keyboard.press("Shift")
        await visit.page.mouse.click(5, 300)
        await visit.page.keyboard.press("Shift")
        await expect(visit.page.get_by_role("status")).to_have_text("Press Shift twice more to leave.")
        assert visit.page.url == f"{visit.site.origin}/"


async def test_slow_presses_of_shift_leave_nothing(visiting: Visiting) -> None:
    async with visiting() as visit:
        # Events carry the browser's own time, so presses six seconds apart are made by hand.
        await visit.page.evaluate(
            """() => {
              const press = (at) => {
                for (const kind of ["keydown", "keyup"]) {
                  const event = new KeyboardEvent(kind, { key: "Shift", bubbles: true });
                  Object.defineProperty(event, "timeStamp", { value: at });
                  document.body.dispatchEvent(event);
                }
              };
              press(1000); press(3000); press(6001);
            }"""
        )
        await expect(visit.page.get_by_role("status")).to_have_text("Press Shift twice more to leave.")


async def test_escape_does_nothing(visiting: Visiting) -> None:
    async with visiting() as visit:
        for _ in range(5):
            await visit.page.keyboard.press("Escape")
        await visit.sees("Is it OK to chat here now?")


async def test_the_page_is_blank_before_anything_else_happens(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        left_over = await visit.page.evaluate(
            "() => { document.querySelector('[data-leave]').click(); return document.body.innerHTML; }"
        )
        assert left_over == ""
        await visit.has_left()


async def test_leaving_does_not_wait_for_a_server_that_hangs(visiting: Visiting, talk: ScriptedTalk) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        visit.site.hang()
        await visit.tap("That's all")
        await visit.tap("Leave this page")
        await visit.has_left()
        assert await visit.history() == ["about:blank", visit.exit]
        visit.site.answer_again()
        await expect_forgotten(visit, talk)


async def test_leaving_works_without_a_connection_to_us(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        await visit.context.route(f"{visit.site.origin}/**", lambda route: route.abort())
        await visit.tap("Leave this page")
        await visit.has_left()
        visit.complaints.clear()


async def test_without_a_script_leaving_does_not_wait_for_a_conversation_that_hangs(
    visiting: Visiting, talk: ScriptedTalk
) -> None:
    async with visiting(script=False) as visit:
        await visit.reaches_services()
        talk.hung = True
        await visit.tap("Leave this page")
        await visit.has_left()
        assert await visit.context.cookies() == []


async def test_going_back_to_the_page_fetches_it_anew(visiting: Visiting, talk: ScriptedTalk) -> None:
    async with visiting() as visit:
        await visit.tap("Yes")
        await visit.sees("What would help most right now?")
        await visit.page.goto(visit.exit)
        talk.now += timedelta(minutes=11)
        await visit.page.go_back()
        await visit.sees("OK to chat now?")
        await expect(visit.page.get_by_text("What would help")).to_have_count(0)


async def test_a_page_that_the_browser_kept_whole_comes_up_blank_and_goes_away(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.tap("Yes")
        await visit.sees("What would help most right now?")
        async with visit.page.expect_navigation(url=f"{visit.site.origin}/"):
            left_over = await visit.page.evaluate(
                """() => {
                  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
                  return document.body.innerHTML;
                }"""
            )
        assert left_over == ""
        await visit.page.evaluate(
            """() => {
              document.querySelector("[data-leave]").click();
              document.body.append("restored");
              dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
              if (document.body.innerHTML) throw new Error("not blank");
            }"""
        )
        await visit.has_left()


async def test_after_ten_minutes_without_a_touch_the_page_is_blank_and_then_asks(
    visiting: Visiting, talk: ScriptedTalk
) -> None:
    async with visiting() as visit:
        await visit.page.clock.install()
        await visit.page.reload()
        await visit.tap("Yes")
        await visit.sees("What would help most right now?")
        await visit.page.clock.run_for("09:50")
        await visit.sees("What would help most right now?")
        talk.now += timedelta(minutes=11)
        await visit.page.clock.run_for("00:20")
        await expect(visit.page.locator("body")).to_have_text("Continue")
        await visit.tap("Continue")
        await visit.sees("OK to chat now?")
        await visit.tap("Go on")
        await visit.sees("What would help most right now?")


# --- the page ---------------------------------------------------------------------------------------------------------


@scripted_and_not
async def test_the_way_out_is_in_view_wherever_he_is_on_the_page(visiting: Visiting, script: bool) -> None:
    async with visiting(script=script) as visit:
        await visit.reaches_services()
        button = visit.page.get_by_role("button", name="Leave this page")
        number = visit.page.locator("header .number")
        for width in (320, 390, 1280):
            await visit.page.set_viewport_size({"width": width, "height": 480})
            for place in (visit.page.locator("main"), visit.page.locator("footer")):
                await place.scroll_into_view_if_needed()
                for seen in (button, number):
                    box = await seen.bounding_box()
                    assert box is not None
                    assert box["x"] >= 0
                    assert box["y"] >= 0
                    assert box["x"] + box["width"] <= width
                    assert box["y"] + box["height"] <= 480
                # Nothing lies over it: Playwright refuses to tap what is covered.
                await button.click(trial=True)


async def test_nothing_is_wider_than_the_smallest_phone(visiting: Visiting) -> None:
    async with visiting(viewport={"width": 320, "height": 568}) as visit:
        await visit.reaches_services()
        assert await visit.page.evaluate("document.documentElement.scrollWidth") == 320


async def test_nothing_is_stored_but_the_two_halves_of_a_name(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.reaches_services()
        cookies = {cookie["name"]: cookie for cookie in await visit.context.cookies()}
        assert {name: cookie["httpOnly"] for name, cookie in cookies.items()} == {"s": True, "p": False}
        assert {cookie["sameSite"] for cookie in cookies.values()} == {"Strict"}
        stored = await visit.page.evaluate(
            """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
                            (await caches.keys()).length, document.cookie, history.length, name]"""
        )
        assert stored == [0, 0, 0, 0, f"p={cookies['p']['value']}", 2, ""]


async def test_a_stranger_has_not_even_a_cookie_when_he_only_looks(visiting: Visiting) -> None:
    async with visiting(begun=False) as visit:
        await visit.page.get_by_role("link", name="What leaving hides").click()
        await visit.sees("Next time, use a private window")
        assert await visit.context.cookies() == []
