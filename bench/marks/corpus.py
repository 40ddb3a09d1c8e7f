"""Builds the benchmark's corpus: rendered film, real film, and photographs filmed by a moving camera.

`python -m bench.marks.corpus` makes what is not there yet, and can be stopped and started again; `rendered`, `film` or
`photographs` makes that kind alone, and `list` prints what there is, with source and licence. Rendering takes a minute
of one core for each clip; the packages of the others are some 350 MB. What cannot be fetched is left out and said.
"""

import json
import sys
from collections.abc import Callable, Iterator

from bench.marks.clips import HOME, Corpus

_PACKAGES = HOME / "packages"


def main(arguments: list[str]) -> None:
    """Build the kinds named, or all."""
    corpus = Corpus()
    if arguments == ["list"]:
        for clip in corpus.clips():
            sys.stdout.write(json.dumps(clip.model_dump(), ensure_ascii=False) + "\n")
        return
    unknown = [one for one in arguments if one not in _KINDS]
    if unknown:
        sys.exit(f"the corpus has {', '.join(_KINDS)}; not {', '.join(unknown)}")
    for kind in arguments or _KINDS:
        for told in _KINDS[kind](corpus):
            sys.stdout.write(told + "\n")
            sys.stdout.flush()


def _photographs(corpus: Corpus) -> Iterator[str]:
    from bench.marks.photographed import move

    return move(corpus, _PACKAGES)


def _film(corpus: Corpus) -> Iterator[str]:
    from bench.marks.filmed import cut

    return cut(corpus, _PACKAGES)


def _rendered(corpus: Corpus) -> Iterator[str]:
    from bench.marks.rendered import render

    return render(corpus)


_KINDS: dict[str, Callable[[Corpus], Iterator[str]]] = {
    "film": _film,
    "photographs": _photographs,
    "rendered": _rendered,
}


if __name__ == "__main__":
    main(sys.argv[1:])
