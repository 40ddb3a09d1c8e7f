"""Pages: the templates, and what a browser is told it may do on each kind of page."""

from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent
_CSP = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-site",  # Dagster, on another port of this host, shows posters
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# Pages with a form of their own. A referrer to ourselves: without one, browsers send a form's origin as "null".
_FORM = HEADERS | {
    "Content-Security-Policy": _CSP.replace("form-action 'none'", "form-action 'self'"),
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# The one page with a camera and a microphone.
_ENROL = HEADERS | {
    "Content-Security-Policy": _CSP.replace("media-src 'self'", "media-src 'self' blob:")
    + "; script-src 'self'; connect-src 'self'",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
    "Cache-Control": "no-store",
}
# C2PA's resolution of soft bindings: a verifier in a page of any site may ask. "*" lets no cookie or other proof of who
# asks come along, and nothing is read of one, so a page learns what everybody may.
_OPEN = HEADERS | {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-store",
}
# The operators' queue: forms, and a script that adds keys to them.
_REVIEW = _FORM | {"Content-Security-Policy": _FORM["Content-Security-Policy"] + "; script-src 'self'"}


def headers_of(path: str) -> dict[str, str]:
    """What goes with every answer under a path."""
    if path.startswith("/enrol/"):
        return _ENROL
    if path.startswith("/review/"):
        return _REVIEW
    if path.startswith("/mine/") or path.endswith("/takedown") or path == "/verify":
        return _FORM
    if path.startswith("/api/c2pa/") or path == "/.well-known/c2pa-soft-binding-resolution":
        return _OPEN
    if path.startswith(("/api/enrol/", "/api/verify")):
        return HEADERS | {"Cache-Control": "no-store"}
    return HEADERS


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


@dataclass(frozen=True, slots=True)
class Pages:
    """The feed's templates."""

    templates: Environment = field(default_factory=_environment)

    def html(self, template: str, code: int = 200, **values: object) -> Response:
        """A page. `values` are what the template names; one that is missing is an error."""
        text = self.templates.get_template(template).render(values)
        return Response(text, code, media_type="text/html; charset=utf-8")
