"""C2PA's Soft Binding Resolution API: from an invisible mark, a look or a file to the manifests that belong to it.

Source: the OpenAPI document of C2PA 2.4, whose earlier versions (1.0 with C2PA 2.1, 1.1 with 2.2) ask for no more.
Reading is open to everyone; nothing can be stored here, and no address is ever fetched.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from feed.uploads import BUSY, Uploads
from feed.visitors import BoundedRoute
from greenroom.domain.base import Frozen, now
from greenroom.errors import Unavailable
from ops.verifying.soft_bindings import ALGORITHMS, MOST, Match, Resolver, Unfit

PREFIX = "/api/c2pa/v1"
DISCOVERY = "/.well-known/c2pa-soft-binding-resolution"
_VERSION = "2.4.0"  # of C2PA
_LONGEST = 4096  # characters of a value in an address; a longer one is posted
_ASSETS = ("image/", "video/", "audio/", "application/octet-stream", "application/mp4", "application/ogg")
_PREFLIGHT = {  # of a page on another site; who asks may say who by a token, as is specified: nobody reads it
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "7200",
}
Text = Annotated[str, Query(min_length=1)]


class Found(Frozen):
    """`c2pa.softBindingQueryResult`, one of its matches."""

    manifestId: str  # noqa: N815  # C2PA's name
    similarityScore: int | None = Field(default=None, ge=0, le=100)  # noqa: N815


class Result(Frozen):
    """`c2pa.softBindingQueryResult`."""

    matches: tuple[Found, ...]


class Asked(Frozen):
    """`c2pa.softBindingQuery`."""

    alg: str
    value: str


def soft_binding_api(uploads: Uploads, resolver: Resolver) -> APIRouter:
    """The API under `PREFIX`, and the document that leads to it."""
    router = APIRouter(route_class=BoundedRoute)

    @router.get(f"{PREFIX}/matches/byBinding", response_model_exclude_none=True)
    def by_binding(alg: Text, value: Text, max_results: Annotated[int, Query(alias="maxResults", ge=1)] = 10) -> Result:
        if len(value) > _LONGEST:
            raise HTTPException(414, "The value is too long for an address: post it.")
        return _result(resolver.by_binding(alg, value, min(max_results, MOST)), max_results)

    @router.post(f"{PREFIX}/matches/byBinding", response_model_exclude_none=True)
    def by_large_binding(asked: Asked, max_results: Annotated[int, Query(alias="maxResults", ge=1)] = 10) -> Result:
        return _result(resolver.by_binding(asked.alg, asked.value, min(max_results, MOST)), max_results)

    @router.post(f"{PREFIX}/matches/byContent", response_model_exclude_none=True)
    async def by_content(
        request: Request,
        alg: str | None = None,
        max_results: Annotated[int, Query(alias="maxResults", ge=1)] = 10,
    ) -> Result:
        """The file is the body. Hints (`hintAlg`, `hintValue`) are not needed: every mark is looked for."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not kind.startswith(_ASSETS):
            raise HTTPException(415, f"{kind[:80] or 'Nothing'} is no type of a file that carries marks here.")
        async with uploads.file(request) as (path, _):
            try:
                found = await run_in_threadpool(resolver.by_content, path, alg, min(max_results, MOST))
            except Unfit as error:
                raise HTTPException(415, error.fact) from error
            except Unavailable as error:
                raise HTTPException(503, BUSY) from error
        return _result(found, max_results)

    @router.post(f"{PREFIX}/matches/byReference")
    def by_reference() -> Response:
        """C2PA makes this optional; an address that somebody names is not fetched here."""
        raise HTTPException(403, "No address is fetched here: hand the file in at matches/byContent.")

    @router.get(f"{PREFIX}/manifests/{{manifest_id}}")
    def manifest(manifest_id: str, only: Annotated[bool, Query(alias="returnActiveManifest")] = False) -> Response:
        """The manifest store as `application/c2pa`; of a clip that was withdrawn, that and nothing else."""
        found = resolver.manifest(manifest_id, only=only)
        if found is None:
            return JSONResponse({"withdrawn": True}, 410)
        return Response(found, media_type="application/c2pa")

    @router.get(f"{PREFIX}/services/supportedAlgorithms")
    def algorithms() -> dict[str, list[dict[str, str]]]:
        return {kind: [{"alg": one} for one in names] for kind, names in ALGORITHMS.items()}

    @router.get(f"{PREFIX}/services/capabilities")
    def capabilities() -> dict[str, str | list[str]]:
        return {"c2paSpecificationVersion": _VERSION, "supportedCapabilities": ["queryByContent"]}

    @router.get(f"{PREFIX}/services/status")
    def status() -> dict[str, str]:
        return {"status": "ok", "timestamp": now().isoformat()}

    @router.get(DISCOVERY)
    def discovery() -> dict[str, str]:
        return {
            "apiEndpoint": PREFIX,
            "c2paSpecificationVersion": _VERSION,
            "capabilitiesEndpoint": f"{PREFIX}/services/capabilities",
            "statusEndpoint": f"{PREFIX}/services/status",
        }

    def preflight() -> Response:
        """What a browser asks before it hands a page's question on (Fetch standard, CORS-preflight fetch)."""
        return Response(status_code=204, headers=_PREFLIGHT)

    for path in sorted({one.path for one in router.routes if isinstance(one, APIRoute)}):
        router.add_api_route(path, preflight, methods=["OPTIONS"], include_in_schema=False)
    return router


def _result(found: tuple[Match, ...], most: int) -> Result:
    return Result(matches=tuple(Found(manifestId=one.manifest, similarityScore=one.score) for one in found[:most]))
