"""`instances`: a collection as both countries signed it, a final checkpoint each."""

from fastapi import APIRouter, Request, Response

from service.asked import parameter
from service.deps import log_of, offered_of
from service.describe import collection as describe
from service.describe.link import in_both, link
from service.documents import base_of, form_parameter, responses, written
from service.paging import below_of, limit_of
from service.routes.collections.held import final_called
from service.routes.collections.spans import Spans

router = APIRouter()
_USUAL, _MOST = 10, 100
_LIMIT = parameter(
    "limit", f"How many a page holds; more than {_MOST} are as many", 10, type="integer", minimum=1, default=_USUAL
)
_BEFORE = parameter(
    "before", "A number of entries: the checkpoints of fewer, as the next link has it", 1000, type="integer", minimum=0
)


@router.get(
    "/{collection}/instances",
    summary="The final checkpoints of a collection",
    response_class=Response,
    responses=responses("The instances"),
    openapi_extra={"parameters": [_LIMIT, _BEFORE, form_parameter()]},
)
def instances(collection: str, request: Request) -> Response:
    """The collection as both countries signed it, the newest signing first; none where nobody has signed."""
    offered, base, given = offered_of(request), base_of(request), request.query_params
    found = offered.collection(collection)
    limit = limit_of(given.get("limit"), _USUAL, _MOST)
    finals = log_of(request).finals(limit + 1, below_of(given.get("before")))
    links = [*in_both(f"{base}/collections/{found.id}/instances"), link(f"{base}/collections/{found.id}", "collection")]
    if len(finals) > limit:
        following = str(request.url.include_query_params(before=finals[limit - 1].size))
        links.append(link(following, "next", title="Earlier ones"))
    described = [
        describe.instance(
            found, offered, Spans(request=request, collection=found, as_of=final.size).told(), base, final
        )
        for final in finals[:limit]
    ]
    return written(request, {"links": links, "instances": described}, f"Instances of {found.id}")


@router.get(
    "/{collection}/instances/{instance}",
    summary="A collection as both countries signed it",
    response_class=Response,
    responses=responses("The instance"),
    openapi_extra={"parameters": [form_parameter()]},
)
def one_instance(collection: str, instance: str, request: Request) -> Response:
    """The description of a collection as of a final checkpoint."""
    offered = offered_of(request)
    found = offered.collection(collection)
    final = final_called(request, instance)
    told = Spans(request=request, collection=found, as_of=final.size).told()
    return written(request, describe.instance(found, offered, told, base_of(request), final), instance)
