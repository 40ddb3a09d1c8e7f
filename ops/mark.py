"""Putting the marks on a take: invisible marks and the visible label, then the delivery encoded and signed."""

from pathlib import Path

from greenroom.domain.base import new_salt, salted_digest
from greenroom.domain.briefs import Brief
from greenroom.domain.clips import Clip, Marked, SaltedLikeness, Take
from greenroom.domain.consents import Account
from greenroom.errors import NotFound
from ledger import consents
from ledger.database import Reader
from models.roles import Progress
from ops.captions import webvtt
from ops.credentials.chain import ensure_chain, trusted
from ops.credentials.looks import looks
from ops.credentials.manifest import Lineage, LoggedConsent, Manifest, likeness_sha256, source_type
from ops.credentials.signing import sign
from ops.credentials.soft_bindings import of_looks, of_marks
from ops.invisible import Film, lay, wanted
from ops.label import VERSION, draw, label_path, label_text, path_seed
from ops.media import contact_sheet, poster
from ops.media_reading import read_frames
from ops.studio import Studio
from ops.watermark.key import mark_key

THUMBNAIL = 320  # pixels across, of the picture in the manifest, which every remix carries on


def mark_take(
    studio: Studio,
    take: Take,
    brief: Brief,
    clip: Clip,
    maker: Account,
    likenesses: tuple[str, ...],
    logged: tuple[LoggedConsent, ...],
    parent: Path | None,
    run: str,
    code_version: str,
    folder: Path,
    progress: Progress,
) -> Marked:
    """Everything a published clip carries, sealed under the brief's key until it is published.

    `likenesses` are the ids of those in it, `logged` the consents that allow it.
    `parent` is the published file of the clip this one remixes; `folder` takes the files the codecs write.
    """
    master, plain, signed = folder / "master.mkv", folder / "plain.mp4", folder / "signed.mp4"
    master.write_bytes(studio.get(take.master))
    text = label_text(maker.name)
    key = mark_key(studio.settings)
    seed = path_seed(clip.id, key)
    path = label_path(seed, take.frame_count, take.width, take.height, take.frames_per_second, text)
    progress("encoding", 0.0)
    film = Film(
        master=master,
        clip=clip.id,
        frame_count=take.frame_count,
        width=take.width,
        height=take.height,
        frames_per_second=take.frames_per_second,
        drawn=lambda frames: draw(frames, path, text),  # over the mark: a label is to look as gate 7 expects it
    )
    invisible = lay(film, plain, key, wanted(studio.policy))
    still = next(frame for index, frame in enumerate(read_frames(plain)) if index >= take.frame_count // 3)
    prompt_salt = new_salt()
    salted = tuple(SaltedLikeness(likeness=one, salt=new_salt()) for one in likenesses)
    borne = of_marks(clip.id, picture=True, sound=invisible.sound is not None)
    alike = of_looks(looks(plain, take.frame_count, take.frames_per_second))
    lineage = Lineage(
        clip=clip.id,
        brief=brief.id,
        run=run,
        maker=maker.name,
        model=take.model,
        weights=take.weights,
        seed=str(take.seed),
        code_version=code_version,
        prompt_sha256=salted_digest(prompt_salt, brief.prompt),
        likenesses=tuple(likeness_sha256(one.salt, one.likeness) for one in salted),
        consents=logged,
        installation=studio.settings.installation,
        label_version=VERSION,
    )
    manifest = Manifest(
        title=f"Clip {clip.id}",
        source_type=source_type(take.weights, captured=bool(likenesses)),
        lineage=lineage,
        thumbnail=contact_sheet([still], 1, THUMBNAIL),
        parent=parent,
        soft_bindings=tuple(one for one in (borne, alike) if one is not None),
    )
    progress("signing", 0.0)
    credentials = sign(plain, signed, manifest, ensure_chain(studio.settings), trusted(studio.settings))
    captions = webvtt(take.timing, take.seconds, maker.name).encode()
    return Marked(
        clip=clip.id,
        file=studio.put_sealed(signed.read_bytes(), "video/mp4", brief.id),
        sidecar=studio.put_sealed(credentials.sidecar, "application/c2pa", brief.id),
        captions=studio.put_sealed(captions, "text/vtt", brief.id),
        poster=studio.put_sealed(poster(still), "image/jpeg", brief.id),
        label=path,
        manifest=credentials.manifest,
        prompt_salt=prompt_salt,
        label_version=VERSION,
        likenesses=salted,
        invisible=invisible,
    )


def logged_consent(tx: Reader, origin: str, consent: str) -> LoggedConsent:
    """What a manifest says of a consent. Raises `NotFound` for one that is not in the log."""
    leaf = consents.leaf(tx, consent)
    if leaf is None:
        raise NotFound(f"no consent has the id {consent}", "greenroom audit gaps says what the ledger lost.")
    return LoggedConsent(receipt_sha256=consents.statement_hash(tx, consent), log=origin, leaf=leaf.index)
