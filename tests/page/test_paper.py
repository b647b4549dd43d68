"""An issued page on a phone: only its tables are wider than the window, and it leads back to the reports."""

from playwright.sync_api import Browser

from tests.page.house import DAY
from tests.page.visit import NARROW, inaccessible, overflowing, visiting


def test_an_issued_page_fits_a_phone_and_leads_back(browser: Browser, address: str) -> None:
    with visiting(browser, address, NARROW) as visit:
        visit.go(f"/reports/daily/{DAY}.html?lang=ru")
        assert visit.status == 200
        assert [*visit.told(), *overflowing(visit.page), *inaccessible(visit.page)] == []
        with visit.page.expect_navigation() as moved:
            visit.page.locator(".up a").click()
        assert moved.value is not None
        assert (moved.value.status, visit.page.url) == (200, f"{visit.address}/reports/daily")
