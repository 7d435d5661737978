"""The drawings as a real browser sets them: no text leaves its box."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dialogs.drawing import of_book, of_flow, svg
from dialogs.flow import Flow
from tests.support.browsing import chromium

# Each box with words wider than itself; a word may stand two pixels over a curved side.
TOO_WIDE = """() => [...document.querySelectorAll('svg > g > g')].flatMap(group => {
  const shape = group.querySelector('.shape, rect');
  if (!shape) return [];
  const box = shape.getBBox();
  return [...group.querySelectorAll('text')].filter(text => {
    const words = text.getBBox();
    return words.x < box.x - 2 || words.x + words.width > box.x + box.width + 2
        || words.y < box.y - 2 || words.y + words.height > box.y + box.height + 2;
  }).map(text => text.textContent);
})"""


@pytest.mark.browser
async def test_every_word_is_inside_its_box(shipped: Mapping[str, Flow]) -> None:
    diagrams = [of_book(shipped), *(of_flow(flow, shipped) for flow in shipped.values())]
    async with chromium() as browser:
        page = await browser.new_page()
        for diagram in diagrams:
            await page.set_content(svg(diagram))
            legend = "document.querySelector('.legend').remove()"
            await page.evaluate(legend)
            assert await page.evaluate(TOO_WIDE) == [], diagram.name
