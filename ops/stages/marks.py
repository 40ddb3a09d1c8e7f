"""Gate 7: the visible label and the invisible marks are found where they were put, the Content Credentials verify."""

from pathlib import Path

from pydantic import JsonValue

from greenroom.domain.clips import LaidMark, Marked, Take
from greenroom.domain.verdicts import Judgement
from greenroom.errors import NotFound
from ledger import publications, remarkings
from models.roles import Picture
from moderation.marks import InvisibleRead, MarksEvidence, judge_marks
from ops.progress import reporter
from ops.stages.handling import Definition, Product, Stage, Work
from ops.studio import Studio, work_folder
from ops.watermark.reading import Reading

CODE_VERSION = "4"
SAMPLE_EVERY = 6  # frames: four looks a second at 24 frames a second


def produce(studio: Studio, work: Work) -> Product:
    from ops.mark import logged_consent, mark_take

    take = Take.model_validate(work.products[Stage.TAKE].document)
    if work.clip is None:
        raise NotFound(f"brief {work.brief.id} has a take but no clip", "Restore the ledger from a backup.")
    given = [(one.likeness.id, one.consent.id) for one in work.enrolled if one.likeness and one.consent]
    with studio.ledger.read() as tx:
        logged = tuple(logged_consent(tx, studio.ledger.origin, consent) for _, consent in given)
    with work_folder(studio) as folder:
        parent = _parent_file(studio, work.brief.parent, folder) if work.brief.parent else None
        marked = mark_take(
            studio,
            take,
            work.brief,
            work.clip,
            work.requester,
            tuple(likeness for likeness, _ in given),
            logged,
            parent,
            work.run,
            CODE_VERSION,
            folder,
            reporter(work.brief.id),
        )
    return Product(marked.model_dump(mode="json"))


def _parent_file(studio: Studio, clip: str, folder: Path) -> Path:
    with studio.ledger.read() as tx:
        publication = publications.by_clip(tx, clip)
        shown = remarkings.shown(tx, publication) if publication is not None else None
    if shown is None:
        raise NotFound(f"clip {clip} was never published, so nothing can be made from it")
    path = folder / "parent.mp4"
    path.write_bytes(studio.get(shown.file))
    return path


def judge(studio: Studio, work: Work, document: JsonValue) -> Judgement:
    """Read all marks back from the finished file."""
    from ops.credentials.chain import trusted
    from ops.credentials.reading import read
    from ops.invisible import read_back
    from ops.label import FOUND, find_label, label_text
    from ops.watermark.key import mark_key

    marked = Marked.model_validate(document)
    text, scores = label_text(work.requester.name), list[float]()

    def looked(index: int, frame: Picture) -> None:
        if index % SAMPLE_EVERY == 0 and index < len(marked.label):
            scores.append(find_label(frame, text, marked.label[index], marked.label_version))

    with work_folder(studio) as folder:
        path = folder / "signed.mp4"
        path.write_bytes(studio.get(marked.file))
        found = read_back(path, mark_key(studio.settings), looked)
        report = read(path, trusted(studio.settings))
    laid = marked.invisible
    evidence = MarksEvidence(
        clip=marked.clip,
        label_scores=tuple(scores),
        label_threshold=FOUND,
        credentials_state=report.state.value,
        credentials_failures=report.failures,
        ingredient_failures=report.ingredient_failures,
        ingredients=1 if work.brief.parent else 0,
        picture=_read(laid.picture, found.picture) if laid is not None else None,
        sound=_read(laid.sound, found.sound) if laid is not None and laid.sound is not None else None,
        heard_seconds=found.heard_seconds,
    )
    return judge_marks(evidence, studio.policy)


def _read(laid: LaidMark, reading: Reading) -> InvisibleRead:
    """What gate 7 is told of one mark."""
    return InvisibleRead(
        clip=reading.clip,
        margin=reading.margin,
        version=laid.version,
        strength=laid.strength,
        psnr=laid.decibels,
        encodings=laid.encodings,
    )


DEFINITION = Definition(stage=Stage.MARKS, code_version=CODE_VERSION, judge=judge, produce=produce)
