"""`/about`: what this is, who signs it, and the licences of what the page is made of."""

from fastapi import APIRouter, Request, Response

from service.page.about import shown
from service.routes.pages.asked import ShellDep, answered

router = APIRouter()


@router.get("/about", include_in_schema=False)
def about(request: Request, shell: ShellDep) -> Response:
    """The page."""
    title = shell.reader.language.say("About")
    return answered(request, shell, shell.render("about.html", title, **shown(shell, shell.assets.packages)))
