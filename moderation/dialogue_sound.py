"""Gate 5's part of levels and faults: loudness, true peak, clipping, silence, hum, and music that is not scripted."""

from greenroom.domain.base import Frozen
from greenroom.domain.verdicts import EvidenceKind
from moderation.deliberation import Deliberation

METER = "ops.sound_levels, ITU-R BS.1770-5"


class SoundHeard(Frozen):
    """What the meters read of a mix."""

    there: bool = True  # the file has a sound
    lufs: float | None = None  # None: nothing to hear
    true_peak_db: float = 0.0  # dBTP
    clipped_share: float = 0.0  # of the samples, 0 to 1
    silent_seconds: float = 0.0  # of the longest silence between two sounds
    hum: float = 0.0  # powers of ten by which lines of the mains are likelier than chance
    hum_hertz: float | None = None
    music_db: float | None = None  # root mean square of the music stem, dBFS; None: it has no stem of its own


def judge_levels(deliberation: Deliberation, sound: SoundHeard, *, music: bool | None) -> None:
    """`music`: whether the script has music; None: there is no script."""
    if not sound.there:
        deliberation.speaks("dialogue.loudness", "The file has no sound at all; a mix at its loudness is wanted.")
        return
    measured = EvidenceKind.MEASURED
    aim, tolerance = (deliberation.threshold("dialogue.loudness", name) for name in ("lufs", "tolerance"))
    deliberation.saw(
        "loudness", measured, sound.lufs, unit="LUFS", threshold=[aim - tolerance, aim + tolerance], model=METER
    )
    if sound.lufs is None or abs(sound.lufs - aim) > tolerance:
        heard = "silent" if sound.lufs is None else f"{sound.lufs:.1f} LUFS"
        reason = f"The mix is {heard}; {aim:.0f} LUFS within {tolerance} are wanted."
        deliberation.speaks("dialogue.loudness", reason)
    for rule, name, threshold, value, unit, said in (
        ("true_peak", "true peak", "db", round(sound.true_peak_db, 2), "dBTP", "The true peak is {} dBTP"),
        ("clipped", "clipped samples", "share", sound.clipped_share, None, "A share of {} of the samples is clipped"),
        ("silence", "longest silence", "seconds", sound.silent_seconds, "s", "There is silence for {} s within"),
        (
            "hum",
            "hum of the mains",
            "decades",
            sound.hum,
            "powers of ten",
            f"Hum at {sound.hum_hertz} Hz is {{}} powers of ten likelier than chance",
        ),
    ):
        most = deliberation.threshold(f"dialogue.{rule}", threshold)
        deliberation.saw(name, measured, value, unit=unit, threshold=most, model=METER)
        if value > most:
            deliberation.speaks(f"dialogue.{rule}", f"{said.format(value)}; at most {most} is wanted.")
    if music is None or sound.music_db is None:
        why = "no storyboard says whether it may play" if music is None else "no installed model tells music in a mix"
        deliberation.not_checked("music", why)
        return
    most = deliberation.threshold("dialogue.music", "db")
    deliberation.saw("music stem", measured, round(sound.music_db, 1), unit="dBFS", threshold=most, model=METER)
    if not music and sound.music_db > most:
        reason = f"Music plays at {sound.music_db:.0f} dBFS, and none is scripted; at most {most:.0f} may be heard."
        deliberation.speaks("dialogue.music", reason)
