"""Recordings for measuring presentation attack detection (ISO/IEC 30107-3): genuine ones and attacks, from seeds.

Each is an MP4 of some eight seconds (H.264 and AAC, 320x240 or 400x300, 15 frames a second, 16 kHz mono), made anew
from its seed. A genuine one is rendered from a textured three-dimensional head that turns, nods, blinks and speaks
under one lamp, in a room, before a camera held by hand. An attack is what a person without special means could make:
`held_still` (a print moved by hand), `warped_still` (a frontal still warped in its plane to mimic turning and
speaking), `replay` (an earlier recording shown from a screen), `wrong_phrase`, `other_face` (the phrase asked dubbed
over another person who turns as asked and says other words) and `cut` (two recordings of one person, joined).

Limits. The heads are synthetic and few: parametric surfaces with painted skin, one with a photograph's face (NASA,
public domain); no true hair, no expressions, no cast shadows. The voices are espeak-ng's. Pictures are 320x240 or
400x300. There are no masks, no deepfakes, no real screens, prints or cameras: moiré, paper and lenses are imitated by
formulas. What is measured on them says that the checks do what they claim on such data; it is no certification,
and error rates on people are not known from it.
"""

from bench.captures.identity import POOL, Identity, identity
from bench.captures.recording import CaptureKind, Recording, record, script_of, who_of
from bench.captures.takes import Script

__all__ = ["POOL", "CaptureKind", "Identity", "Recording", "Script", "identity", "record", "script_of", "who_of"]
