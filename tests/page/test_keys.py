"""By keys alone: the head of a page is walked through in order, and one sees where one is."""

from playwright.sync_api import Browser

from tests.page.visit import NARROW, WIDE, visiting

_FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return {
    at: [...document.querySelectorAll("header a")].indexOf(one),
    href: one.getAttribute("href"),
    seen: box.width > 0 && box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight,
    ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none",
  };
}"""


def test_the_head_is_walked_through_by_keys_and_one_sees_where_one_is(browser: Browser, address: str) -> None:
    for size in (NARROW, WIDE):
        with visiting(browser, address, size) as visit:
            visit.go("/about?lang=kk")
            page = visit.page
            links = page.locator("header a").count()
            assert links > 12
            walked = []
            for _ in range(links):
                page.keyboard.press("Tab")
                walked.append(page.evaluate(_FOCUSED))
            assert [one["at"] for one in walked] == list(range(links))
            assert [one["href"] for one in walked if not (one["seen"] and one["ringed"])] == []


def test_the_first_key_leads_past_the_head(browser: Browser, address: str) -> None:
    with visiting(browser, address) as visit:
        visit.go("/about?lang=kk")
        page = visit.page
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('header')") is None
