"""`/collections` and `/collections/{collection}`: what there is to ask."""

from fastapi import APIRouter, Request, Response

from service.deps import offered_of
from service.describe import collection as describe
from service.describe.link import in_both
from service.documents import base_of, form_parameter, responses, written
from service.routes.collections.spans import Spans

router = APIRouter()
_FORM = {"parameters": [form_parameter()]}


@router.get(
    "",
    summary="Every collection: a basin at an interval, of readings or of figures",
    response_class=Response,
    responses=responses("The collections"),
    openapi_extra=_FORM,
)
def collections(request: Request) -> Response:
    """The list of collections: those of readings, then those of figures."""
    offered, base = offered_of(request), base_of(request)
    described = [
        describe.collection(one, offered, Spans(request=request, collection=one).told(), base)
        for one in offered.collections.values()
    ]
    return written(request, {"links": in_both(f"{base}/collections"), "collections": described}, "Collections")


@router.get(
    "/{collection}",
    summary="One collection",
    response_class=Response,
    responses=responses("The collection"),
    openapi_extra=_FORM,
)
def one_collection(collection: str, request: Request) -> Response:
    """The description of a collection."""
    offered = offered_of(request)
    found = offered.collection(collection)
    told = Spans(request=request, collection=found).told()
    return written(request, describe.collection(found, offered, told, base_of(request)), found.id)
