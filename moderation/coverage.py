"""Which kinds of content gate 6 knows of, and which of them some evidence settles: the others are said, and hold.

The policy's `acceptable` says which evidence counts for which generator. A category that nothing measured is listed
with every verdict, also where a drawn scene settles it by construction.
"""

from collections.abc import Collection, Mapping
from typing import Final

from greenroom.domain.verdicts import EvidenceKind
from moderation.policy import Policy

CATEGORIES: Final[Mapping[str, str]] = {  # of `acceptable`, and what a person calls them
    "picture": "nudity",
    "faces": "recognisable faces",
    "writing": "text in the picture",
    "hashes": "known pictures of abuse (hash lists)",
    "violence": "violence and gore",
    "hate_symbols": "hate symbols",
}
NEEDS: Final[Mapping[str, str]] = {  # what would measure a category that nothing does
    "picture": "install nudenet",
    "faces": "install dlib-bin and face-recognition-models",
    "writing": "install rapidocr",
    "hashes": "put a hash list in the folder hash_lists of the home folder (docs/safety.md)",
    "violence": "install a vision-language model (docs/safety.md)",
    "hate_symbols": "install a vision-language model (docs/safety.md)",
}

SEEN_BY_REASONING: Final = ("violence", "hate_symbols")  # what only a vision-language model looks for


def unmeasured(measured: Collection[str]) -> tuple[str, ...]:
    """The categories that no installed check measured, in the order above."""
    return tuple(category for category in CATEGORIES if category not in measured)


def unsettled(measured: Collection[str], *, constructed: bool, generator: str, policy: Policy) -> tuple[str, ...]:
    """The categories that no evidence settles which the policy accepts for this generator.

    `constructed`: the generator said of what its scene is made.
    """
    return tuple(
        category
        for category in CATEGORIES
        if not (category in measured and policy.accepts(category, generator, EvidenceKind.MEASURED))
        and not (constructed and policy.accepts(category, generator, EvidenceKind.BY_CONSTRUCTION))
    )
