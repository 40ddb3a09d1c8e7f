"""How long Content Credentials take for a clip of five seconds: signing, with what is read back, and reading alone.

`python -m bench.credentials` prints one JSON line for each; milliseconds are of this machine, ratios are the CPU's time
to the goal of 20 ms a clip, for a machine that others use too gives it in pieces. Signing is all of it: the manifest,
the hash of the film, the signature, and c2pa's own judgement of the finished file.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from greenroom.settings import Settings
from ops.credentials.chain import FOLDER, Chain, ensure_chain
from ops.credentials.looks import looks
from ops.credentials.manifest import Lineage, LoggedConsent, Manifest, likeness_sha256, source_type
from ops.credentials.reading import State, read
from ops.credentials.signing import sign
from ops.credentials.soft_bindings import of_looks, of_marks
from ops.mark import THUMBNAIL
from ops.media import contact_sheet, write_delivery
from ops.media_reading import read_frames

SECONDS = 0.020  # a clip
_WIDTH, _HEIGHT, _RATE, _LENGTH = 854, 480, 24, 5
_CLIPS = ("0123456789abc", "123456789abcd", "23456789abcde")
_TIMES = 60


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        film = home / "film.mp4"
        _film(film)
        settings = Settings(home=home / "installation")
        chain = ensure_chain(settings)
        size = film.stat().st_size
        files = [home / f"{clip}.mp4" for clip in _CLIPS]
        for number, (clip, kind) in enumerate(zip(_CLIPS, ("a clip", "a remix", "a remix of a remix"), strict=True)):
            manifest = _manifest(clip, film, files[number - 1] if number else None)
            _line(f"signing {kind}", *_timed(partial(sign, film, files[number], manifest, chain)), bytes=size)
        _line("reading a remix of a remix", *_timed(lambda: _trusted(files[2], chain)), bytes=files[2].stat().st_size)
        _outside(settings, chain, film, home / "outside.mp4")


def _outside(settings: Settings, chain: Chain, film: Path, out: Path) -> None:
    """The same with the key in a signer on loopback: what a signer elsewhere costs is the way there."""
    key = load_pem_private_key((settings.keys / FOLDER / "signing.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        sys.exit("the installation's own key is for ES256")
    held: ec.EllipticCurvePrivateKey = key

    class Signer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = held.sign(self.rfile.read(int(self.headers["Content-Length"])), ec.ECDSA(SHA256()))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Signer)
    Thread(target=server.serve_forever, daemon=True).start()
    asked = Settings(
        home=settings.home,
        certificate_chain=settings.keys / FOLDER / "chain.pem",
        signer_url=f"http://127.0.0.1:{server.server_port}/",
    )
    away = ensure_chain(asked)
    manifest = _manifest(_CLIPS[0], film, None)
    _line("signing a clip, the key outside", *_timed(lambda: sign(film, out, manifest, away)))
    _trusted(out, chain)
    server.shutdown()
    server.server_close()


def _film(file: Path) -> None:
    """About what a clip weighs."""
    coarse = np.random.default_rng(1).integers(30, 220, (_HEIGHT // 8, _WIDTH // 7, 3), dtype=np.uint8)
    still = np.repeat(np.repeat(coarse, 8, axis=0), 7, axis=1)
    frames = (np.roll(still, 2 * number, axis=1) for number in range(_RATE * _LENGTH))
    sound = (0.1 * np.random.default_rng(2).standard_normal((48_000 * _LENGTH, 2))).astype(np.float32)
    write_delivery(file, frames, _RATE, sound)


def _manifest(clip: str, film: Path, parent: Path | None) -> Manifest:
    """Everything that a clip with two likenesses states."""
    bindings = (of_marks(clip, picture=True, sound=True), of_looks(looks(film, _RATE * _LENGTH, _RATE)))
    return Manifest(
        title=f"Clip {clip}",
        source_type=source_type(None, captured=True),
        lineage=Lineage(
            clip=clip,
            brief="br-1",
            run="run-1",
            maker="mira",
            model="previz 1",
            seed="7",
            code_version="1",
            prompt_sha256="5" * 64,
            likenesses=tuple(likeness_sha256(salt * 32, "li-1") for salt in "01"),
            consents=tuple(LoggedConsent(receipt_sha256="7" * 64, log="bench", leaf=leaf) for leaf in (1, 2)),
            installation="bench",
            label_version=2,
        ),
        thumbnail=contact_sheet([next(iter(read_frames(film)))], 1, THUMBNAIL),
        parent=parent,
        soft_bindings=tuple(one for one in bindings if one is not None),
    )


def _trusted(file: Path, chain: Chain) -> None:
    report = read(file, chain.trust)
    if report.state is not State.TRUSTED or report.ingredient_failures:
        sys.exit(f"{file.name} reads as {report.state.value}: {report.failures + report.ingredient_failures}")


def _timed(work: Callable[[], object]) -> tuple[float, float, float]:
    """Median of the CPU's seconds, median and 95th percentile of the clock's; the first is left out."""
    work()
    worked, took = [], []
    for _ in range(_TIMES):
        began, started = time.process_time(), time.perf_counter()
        work()
        worked.append(time.process_time() - began)
        took.append(time.perf_counter() - started)
    return statistics.median(worked), statistics.median(took), statistics.quantiles(took, n=20)[18]


def _line(name: str, worked: float, median: float, slow: float, **measured: int) -> None:
    milliseconds = {"cpu_ms": worked, "p50_ms": median, "p95_ms": slow}
    figures = {"ratio": round(worked / SECONDS, 3), **{key: round(1000 * one, 2) for key, one in milliseconds.items()}}
    sys.stdout.write(json.dumps({"name": f"credentials, {name}", **figures, **measured}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
