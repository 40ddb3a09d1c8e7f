"""The parts of a person: what the spec leaves open (build, skin, hair, clothes) is the seed's choice."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.previz.geometry.actor import Texture
from models.previz.geometry.eyelids import Lids
from models.previz.geometry.figure_body import (
    HEAD_ROOT,
    MOUTH,
    SIDES,
    Build,
    arm_field,
    arm_joints,
    head_field,
    photographed_head_field,
)
from models.previz.geometry.figure_clothes import (
    bare_legs_field,
    collar_field,
    legs_field,
    shirt_field,
    shoe_field,
    sleeve_length,
)
from models.previz.geometry.figure_dyes import booted, front_picture, gloved, pictured_front
from models.previz.geometry.figure_extras import extra
from models.previz.geometry.figure_eyes import eyes
from models.previz.geometry.figure_face import drawn_face, face_uv, photograph_lids, photograph_uv
from models.previz.geometry.figure_hair import PRESSED, STYLES, hair_field
from models.previz.geometry.figure_likeness import Looks, face_on_head, looks_of
from models.previz.geometry.figure_wardrobe import Outfit, outfit_of
from models.previz.geometry.sdf import Surface, mesh_of
from models.previz.geometry.solids import ball, moved
from models.previz.mesh import Material, Mesh
from models.previz.world import BodySpec, Vector
from models.roles import Picture

_SKINS = ((0.41, 0.225, 0.145), (0.34, 0.175, 0.105), (0.21, 0.105, 0.058), (0.10, 0.05, 0.032), (0.44, 0.26, 0.18))
_HAIRS = ((0.03, 0.015, 0.008), (0.010, 0.008, 0.007), (0.20, 0.09, 0.03), (0.45, 0.30, 0.12), (0.09, 0.035, 0.014))
_GREYS = ((0.52, 0.51, 0.50), (0.30, 0.29, 0.28), (0.68, 0.67, 0.65))  # of elders
_WIDTHS = {"slim": 0.90, "stocky": 1.20, "tall": 0.98, "elder": 1.03}
_IRISES = ((0.05, 0.03, 0.015), (0.06, 0.13, 0.19), (0.05, 0.09, 0.04))

MOUTH_PART, TEETH_PART = 12, 13  # part ids
_GROWN_UP, _SMALL = 1.45, 0.95  # metres: below the first a head is larger for its body, most at the second
_CHILDS_HEAD = 1.30
_LONG_HAIR = {"he": 0.06, "she": 0.85, "": 0.45}  # share of people
_HAT_LINE = 1.688  # metres


@dataclass(frozen=True, slots=True)
class Part:
    """A mesh, the bones that may move it, and how far a joint's bend spreads in it (metres)."""

    mesh: Mesh
    bones: tuple[str, ...]
    softness: float


def build_of(spec: BodySpec, random: np.random.Generator) -> tuple[Build, Outfit]:
    """What a person of this seed, build and height is like, and has on."""
    young = min(max((_GROWN_UP - spec.height) / (_GROWN_UP - _SMALL), 0.0), 1.0)
    width, drawn = float(random.uniform(0.93, 1.09)), float(random.random())
    hair, long_hair = _style(spec, drawn)
    if spec.build in _WIDTHS:
        width = _WIDTHS[spec.build] + 0.2 * (width - 1.0)
    head = 1 + (_CHILDS_HEAD - 1) * young
    worn = outfit_of(spec, random, skirts=long_hair and spec.pronoun != "he")
    build = Build(
        width,
        hair,
        long_sleeves=worn.long_sleeves,
        skirt=worn.skirt,
        coat=worn.coat,
        head=head,
        shorts=worn.shorts,
    )
    return build, worn


def _style(spec: BodySpec, drawn: float) -> tuple[str, bool]:
    """The style of somebody's hair, and whether it is long; `drawn` from 0 to 1."""
    share = _LONG_HAIR[spec.pronoun]
    long = drawn < share
    within = drawn / share if long else (drawn - share) / (1 - share)
    styles = STYLES["long" if long else "old" if spec.build == "elder" and spec.pronoun != "she" else "short"]
    return styles[min(int(within * len(styles)), len(styles) - 1)], long


def person(
    spec: BodySpec, build: Build, worn: Outfit, random: np.random.Generator, likeness: Picture | None
) -> tuple[list[Part], tuple[Texture, ...], Lids | None]:
    """The parts, the pictures on face and clothes, and a photograph's lids over its eyes: they are `LID_PART` too."""
    skin = _of(_SKINS, random)
    drawn = _of(_GREYS if spec.build == "elder" else _HAIRS[:2] if sum(skin) < 0.4 else _HAIRS, random)
    hair = spec.hair or drawn
    shirt, trousers, shoes = worn.top, worn.legs, worn.shoes
    looks = looks_of(likeness) if likeness is not None else None
    if looks is not None:
        skin, hair = looks.skin, looks.hair or hair
    shoes = skin if worn.barefoot else shoes
    covered = any(kind in ("hat", "cap", "helmet", "bowl") for kind, _ in worn.extras)
    parts, face, lids = _head(build, skin, hair, looks, _of(_IRISES, random), covered=covered)
    sleeved = [f"{bone}_{side}" for bone in ("upper_arm", "forearm") for side, _ in SIDES]
    hems = [f"thigh_{side}" for side, _ in SIDES] if build.coat else []
    low = 0.58 if build.coat else 0.89
    reach = 0.64 if build.long_sleeves else 0.42
    top = mesh_of(
        shirt_field(build),
        (-reach, -0.24, low),
        (reach, 0.24, 1.54),
        0.0235 if build.coat or build.long_sleeves else 0.021,
    )
    shirted = _mesh(top, shirt, Material.CLOTH, 3)
    front = front_picture(worn)
    parts.append(
        Part(
            pictured_front(shirted) if front is not None else shirted,
            ("pelvis", "spine", "chest", *(sleeved if build.long_sleeves else sleeved[:2]), *hems),
            0.035,
        )
    )
    collar = mesh_of(collar_field(build), (-0.10, -0.11, 1.38), (0.10, 0.10, 1.53), 0.009)
    ribbed: Vector = (0.82 * shirt[0], 0.82 * shirt[1], 0.82 * shirt[2])
    parts.append(Part(_mesh(collar, ribbed, Material.CLOTH, 14), ("chest",), 0.03))
    legs = mesh_of(legs_field(build), (-0.27, -0.26, 0.05), (0.27, 0.26, 1.03), 0.0262)
    if build.coat:
        legs = _bare(legs, legs.vertices[:, 2] < 0.74)
    thighs = tuple(f"thigh_{side}" for side, _ in SIDES)
    shins = tuple(f"shin_{side}" for side, _ in SIDES)
    bones = ("pelvis", *thighs) if build.skirt else ("pelvis", *thighs, *shins)
    lower = booted(_mesh(legs, trousers, Material.CLOTH, 4), worn)
    if worn.apron is not None:
        lower = pictured_front(lower)
    parts.append(Part(lower, bones, 0.05 if build.skirt else 0.03))
    if build.skirt or build.shorts:
        bare = mesh_of(bare_legs_field, (-0.20, -0.16, 0.04), (0.20, 0.16, 0.90), 0.02)
        bare = _bare(bare, bare.vertices[:, 2] < 0.63)
        parts.append(Part(_mesh(bare, skin, Material.SKIN, 5), (*thighs, *shins), 0.03))
    for number, (side, x) in enumerate(SIDES):
        ends = np.array([arm_joints(x)[0], arm_joints(x)[3]])
        arm = mesh_of(arm_field(x, build), ends.min(axis=0) - 0.09, ends.max(axis=0) + 0.09, 0.0124)
        shoe = mesh_of(shoe_field(x), (x * 0.1 - 0.075, -0.12, -0.02), (x * 0.1 + 0.075, 0.22, 0.16), 0.0145)
        limb = (f"upper_arm_{side}", f"forearm_{side}", f"hand_{side}")
        shoulder, elbow = (np.array(joint) for joint in arm_joints(x)[:2])
        along = (elbow - shoulder) / np.linalg.norm(elbow - shoulder)
        arm = _bare(arm, (arm.vertices - shoulder) @ along > sleeve_length(build) - 0.032)
        parts += [
            Part(gloved(_mesh(arm, skin, Material.SKIN, 6 + number), x, worn), limb, 0.022),
            Part(_mesh(shoe, shoes, Material.PLAIN, 8 + number), (f"foot_{side}", f"shin_{side}"), 0.018),
        ]
    for kind, colour in worn.extras:
        mesh, carried = extra(kind, colour)
        parts.append(Part(_grown(mesh, build.head) if carried == ("head",) else mesh, carried, 0.02))
    return parts, (face,) if front is None else (face, front), lids


def _head(
    build: Build, skin: Vector, hair: Vector, looks: Looks | None, iris: Vector, *, covered: bool
) -> tuple[list[Part], Texture, Lids | None]:
    """Head, hair, eyes, lids and mouth, as large as the build has them."""
    field = head_field if looks is None else photographed_head_field
    head = mesh_of(field, (-0.13, -0.14, 1.38), (0.13, 0.15, 1.78), 0.0072)
    if looks is not None:
        face: Texture = face_on_head(looks)
        uv = photograph_uv(head.vertices, head.normals)
    else:
        lips = _srgb(tuple(0.55 * part + 0.45 * red for part, red in zip(skin, (0.42, 0.08, 0.075), strict=True)))
        face, uv = drawn_face(lips, _srgb(_brow(hair))), face_uv(head.vertices, head.normals)
    style = PRESSED.get(build.hair, build.hair) if covered else build.hair
    cap = mesh_of(hair_field(style), (-0.14, -0.19, 1.34), (0.14, 0.13, 1.83), 0.0105)
    if covered:  # what a hat presses down would come through it
        cap = _bare(cap, cap.vertices[:, 2] < _HAT_LINE)
    around = np.arctan2(cap.vertices[:, 0], cap.vertices[:, 1] + 0.02)
    strands = 0.5 + 0.5 * np.sin(around * 27 + 3 * np.sin(cap.vertices[:, 2] * 26))
    locks = _mesh(cap, hair, Material.FUR, 2)
    locks = replace(locks, colours=(locks.colours * (0.80 + 0.4 * strands[:, None])).astype(np.float32))
    parts = [
        Part(_mesh(head, skin, Material.SKIN, 1, uv), ("head", "neck", "chest"), 0.02),
        Part(locks, ("head",), 0.02),
        *_mouth(),
        *([Part(mesh, (bone,), 0.01) for mesh, bone in eyes(skin, iris)] if looks is None else []),
    ]
    parts = [replace(part, mesh=_grown(part.mesh, build.head)) for part in parts]
    if looks is None:
        return parts, face, None
    lids = photograph_lids(parts[0].mesh, build.head)
    return [*parts, Part(lids.mesh, ("head",), 0.02)], face, lids


def _bare(surface: Surface, seen: NDArray[np.bool_]) -> Surface:
    """What of a surface no cloth covers: under it, it would come through where it bends."""
    kept = surface.faces[seen[surface.faces].any(axis=1)]
    used, faces = np.unique(kept, return_inverse=True)
    return Surface(surface.vertices[used], surface.normals[used], faces.reshape(-1, 3).astype(np.int32))


def _grown(mesh: Mesh, head: float) -> Mesh:
    """A part of the head on a head of that size; of the neck only what is near the head."""
    share = np.clip((mesh.vertices[:, 2:] - 1.44) / 0.06, 0, 1)
    root = np.array(HEAD_ROOT, np.float32)
    moved_by = (head - 1) * share * (mesh.vertices - root)
    return replace(mesh, vertices=(mesh.vertices + moved_by).astype(np.float32))


def _mouth() -> list[Part]:
    """The dark of the mouth, and teeth."""
    parts = []
    mouth = ball(1.0, (0, 0, 0), (0.045, 0.008, 0.008), 18, Material.PLAIN, MOUTH_PART)
    teeth = ball(1.0, (0, 0, 0), (0.62, 0.60, 0.55), 14, Material.PLAIN, TEETH_PART)
    within, above = np.add(MOUTH, (0.0, 0.0035, -0.002)), np.add(MOUTH, (0.0, 0.0050, 0.0050))
    parts.append(Part(moved(mouth, within, scale=(0.0190, 0.0070, 0.0130)), ("head",), 0.01))
    parts.append(Part(moved(teeth, above, scale=(0.0125, 0.0065, 0.0034)), ("head",), 0.01))
    return parts


def _brow(hair: Vector) -> Vector:
    """Brows are never light: they carry the expression."""
    shade = min(0.55, 0.09 / max(sum(hair) / 3, 1e-3))
    return (shade * hair[0], shade * hair[1], shade * hair[2])


def _srgb(colour: tuple[float, ...]) -> tuple[int, int, int]:
    red, green, blue = (int(255 * part**0.4545) for part in colour)
    return red, green, blue


def _mesh(
    surface: Surface, colour: Vector, material: Material, part: int, uv: NDArray[np.float32] | None = None
) -> Mesh:
    count, faces = len(surface.vertices), len(surface.faces)
    return Mesh(
        surface.vertices,
        surface.normals,
        np.tile(np.array(colour, np.float32), (count, 1)),
        uv if uv is not None else np.zeros((count, 3), np.float32),
        surface.faces,
        np.full(faces, material, np.uint8),
        np.full(faces, 0 if uv is not None else -1, np.int16),
        np.full(faces, part, np.int32),
    )


def _of(choices: tuple[Vector, ...], random: np.random.Generator) -> Vector:
    return choices[int(random.integers(len(choices)))]
