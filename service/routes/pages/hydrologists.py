"""`/hydrologists`: where what can be asked by programs, with calls that can be copied."""

from fastapi import APIRouter, Request, Response

from service.deps import ArchiveDep
from service.page.hydrologists import shown
from service.routes.pages.asked import ShellDep, answered

router = APIRouter()


@router.get("/hydrologists", include_in_schema=False)
def hydrologists(request: Request, shell: ShellDep, archive: ArchiveDep) -> Response:
    """The page; it holds no reading."""
    newest = {name: one.time for name, one in archive.latest(list(shell.network.series)).items()}
    title = shell.reader.language.say("For hydrologists")
    return answered(request, shell, shell.render("hydrologists.html", title, **shown(shell, newest)))
