"""What a mark or an attack costs: PSNR and SSIM by scikit-image, VMAF by the ffmpeg in the wheel `imageio-ffmpeg`."""

import importlib.util
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.marks.clips import write_film

Film = NDArray[np.uint8]  # uint8[T, H, W, 3]

_LOOKED_AT = 8  # frames of a film, spread over it
_MODEL = "version=vmaf_v0.6.1"  # Netflix's default model


def psnr(plain: Film, changed: Film) -> float:
    """Decibels, of the mean squared error over all frames."""
    error = np.mean([np.mean((a.astype(np.float32) - b) ** 2) for a, b in zip(plain, changed, strict=True)])
    return float(10 * np.log10(255.0**2 / max(float(error), 1e-9)))


def ssim(plain: Film, changed: Film) -> float:
    """The mean of eight frames, in colour (Wang et al., 2004; the window of scikit-image's default)."""
    from skimage.metrics import structural_similarity

    frames = np.unique(np.linspace(0, len(plain) - 1, _LOOKED_AT).astype(int))
    alike = [structural_similarity(plain[at], changed[at], channel_axis=2) for at in frames]  # type: ignore[no-untyped-call]
    return float(np.mean(alike))


def has_vmaf() -> bool:
    """Whether the wheel with ffmpeg is installed: it comes with the extra `dev`."""
    return importlib.util.find_spec("imageio_ffmpeg") is not None


def vmaf(plain: Film, changed: Film) -> float:
    """0 to 100, the mean over all frames (Netflix, model v0.6.1), both in BT.709 4:2:0 as a player has them.

    Raises ImportError without `imageio-ffmpeg`, RuntimeError where its ffmpeg cannot.
    """
    import imageio_ffmpeg

    seen = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    compared = f"[a][b]libvmaf=model={_MODEL}:log_fmt=json:log_path=told.json"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_film(folder / "plain.mkv", plain)
        write_film(folder / "changed.mkv", changed)
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error"]
        command += ["-i", "changed.mkv", "-i", "plain.mkv"]
        command += ["-lavfi", f"[0:v]{seen}[a];[1:v]{seen}[b];{compared}", "-f", "null", "-"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"ffmpeg could not: {done.stderr.decode(errors='replace').strip()[-400:]}")
        found = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    return float(found["pooled_metrics"]["vmaf"]["mean"])
