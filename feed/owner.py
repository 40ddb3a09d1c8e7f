"""The owner's page: their likenesses, what each allows, every use, and taking back. Plain forms, no script."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Response
from fastapi.responses import RedirectResponse

from feed.pages import Pages
from feed.said import AUDIENCES, NARROWEST, Filled, changes_of, filled, one, terms_of
from feed.visitors import Doors, form, own_page
from greenroom.domain.base import now
from greenroom.domain.consents import Account, Consent, Likeness, Terms, Withdrawal
from greenroom.domain.removals import Notice
from greenroom.errors import BadInput, NotFound
from ledger import consents, likenesses, notices, withdrawals
from ops import permit
from ops.likenesses import withdraw
from ops.links import Purpose
from ops.receipts import receipt
from ops.studio import Studio
from ops.sweep import sweep
from ops.uses import Use, delete_use, every_use, new_uses

Form = Annotated[dict[str, list[str]], Depends(form)]


@dataclass(frozen=True, slots=True)
class Mine:
    """One likeness as its owner sees it. `consent` None: it ended, was withdrawn, or cannot be read."""

    likeness: Likeness
    consent: Consent | None
    versions: tuple[Consent, ...]
    withdrawal: Withdrawal | None
    uses: tuple[Use, ...]
    new: tuple[Notice, ...]
    filled: Filled


def owner_pages(doors: Doors, pages: Pages) -> APIRouter:
    """`/mine/{token}` and what its forms do."""
    router = APIRouter(include_in_schema=False)
    studio = doors.studio
    changes = [Depends(own_page)]

    def owner_of(token: str) -> Account:
        return doors.admit(token, Purpose.MINE).account

    @router.get("/mine/{token}", response_class=Response)
    def page(token: str, done: str = "") -> Response:
        link = doors.admit(token, Purpose.MINE)
        with studio.ledger.read() as tx:
            found = likenesses.every(tx, link.account.id)
        return pages.html(
            "mine.html",
            account=link.account.name,
            until=link.until,
            token=token,
            done=_DONE.get(done, ""),
            mine=[_mine(studio, likeness, link.account) for likeness in reversed(found)],
            audiences=AUDIENCES,
            categories=sorted(studio.policy.vocabulary),
        )

    @router.get("/mine/{token}/{handle}/clips/{clip}", response_class=Response)
    def ask_about_clip(token: str, handle: str, clip: str) -> Response:
        found = every_use(studio, handle, owner_of(token))
        use = next((one for one in found if one.clip == clip), None)
        if use is None:
            raise NotFound(f"no clip {clip} uses @{handle}", "Your page lists those that do.")
        return pages.html("delete.html", token=token, handle=handle, use=use)

    @router.post("/mine/{token}/{handle}/clips/{clip}", dependencies=changes)
    def delete(token: str, handle: str, clip: str, said: Form, after: BackgroundTasks) -> RedirectResponse:
        delete_use(studio, handle, owner_of(token), clip, one(said, "reason"))
        after.add_task(sweep, studio)
        return _back(token, "deleted")

    @router.post("/mine/{token}/{handle}/seen", dependencies=changes)
    def seen(token: str, handle: str) -> RedirectResponse:
        new_uses(studio, handle, owner_of(token))
        return _back(token, "seen")

    @router.post("/mine/{token}/{handle}/permit", dependencies=changes)
    def change(token: str, handle: str, said: Form) -> RedirectResponse:
        owner = owner_of(token)
        with studio.ledger.read() as tx:
            found = permit.standing(tx, handle, now())
        if found.likeness.owner != owner.id:
            raise NotFound(f"@{handle} is none of yours", "Your page lists your likenesses.")
        after = terms_of(said, studio.policy.vocabulary)
        before = found.consent or _narrowest()
        permit.permit(studio, handle, owner, changes_of(before, after))
        return _back(token, "changed")

    @router.post("/mine/{token}/{handle}/withdraw", dependencies=changes)
    def take_back(token: str, handle: str, said: Form, after: BackgroundTasks) -> RedirectResponse:
        owner = owner_of(token)
        typed = one(said, "handle").removeprefix("@").lower()
        if typed != handle:
            raise BadInput(f"@{handle} is not withdrawn: {typed[:40]!r} was typed", f"Go back, and type @{handle}.")
        withdraw(studio, handle, owner, one(said, "reason"))
        after.add_task(sweep, studio)
        return _back(token, "withdrawn")

    @router.get("/mine/{token}/{handle}/receipts/{version}", response_class=Response)
    def given(token: str, handle: str, version: int) -> Response:
        owner = owner_of(token)
        with studio.ledger.read() as tx:
            likeness = likenesses.by_handle(tx, handle)
            if likeness is None or likeness.owner != owner.id:
                raise NotFound(f"@{handle} is none of yours", "Your page lists your likenesses.")
            made = receipt(studio, tx, likeness.id, version)
        return receipt_file(made.data, handle, version)

    return router


def receipt_file(data: bytes, handle: str, version: int) -> Response:
    """A receipt as a download."""
    headers = {"Content-Disposition": f'attachment; filename="{handle}-{version}.receipt"'}
    return Response(data, media_type="application/cose", headers=headers)


def _mine(studio: Studio, likeness: Likeness, owner: Account) -> Mine:
    with studio.ledger.read() as tx:
        stands = permit.standing(tx, likeness.handle, now())
        upto = notices.read_upto(tx, owner.id, likeness.id)
        told = notices.of_account(tx, owner.id, after=upto, likeness=likeness.id)
        versions = () if stands.unreadable else consents.versions(tx, likeness.id)
        taken = withdrawals.of_likeness(tx, likeness.id)
    return Mine(
        likeness=likeness,
        consent=stands.consent,
        versions=tuple(reversed(versions)),
        withdrawal=taken[0] if taken else None,
        uses=every_use(studio, likeness.handle, owner),
        new=told,
        filled=filled(stands.consent) if stands.consent is not None else NARROWEST,
    )


def _narrowest() -> Terms:
    return Terms.model_validate({"audience": NARROWEST.audience, "remix": NARROWEST.remix, "statement": ""})


def _back(token: str, done: str) -> RedirectResponse:
    return RedirectResponse(f"/mine/{token}?done={done}", 303)


_DONE = {
    "deleted": "The clip is deleted. Nobody sees it from now on, and its files are erased.",
    "seen": "Noted.",
    "changed": "Your consent is changed: the new version is in force, and in the log.",
    "withdrawn": "The likeness is withdrawn. Its clips are gone from the feed, and are being erased.",
}
