"""How a model of the catalogue in ONNX form is opened and asked: what is wrong with it is said as `ModelFailed`."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import ModelFailed, ModelMissing
from models.catalogue import weight

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Ask = Callable[[NDArray[np.float32]], NDArray[np.float32]]


class OnnxModel:
    """One model with one input and one output that counts, on `threads` cores.

    Raises `ModelMissing` when the weights or onnxruntime are not installed, `ModelFailed` when the file is no model.
    """

    def __init__(self, weight_id: str, threads: int) -> None:
        found = weight(weight_id)
        path = found.path()
        if find_spec("onnxruntime") is None:
            raise ModelMissing("onnxruntime is not installed.", "Install the project again: make demo sets it up.")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # cores are shared
        self._remedy = f"Reinstall {found.distribution} {found.revision}."
        self._name = found.file
        try:
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except _native_errors() as broken:
            raise ModelFailed(f"{self._name} cannot be loaded: {str(broken)[:200]}", self._remedy) from broken
        self._session: InferenceSession = session
        self._input = session.get_inputs()[0].name

    @property
    def metadata(self) -> dict[str, str]:
        """What the file says of itself."""
        return dict(self._session.get_modelmeta().custom_metadata_map)

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Its first output for `batch`. Raises `ModelFailed` when it crashes or answers something that is no number."""
        try:
            first = self._session.run(None, {self._input: np.ascontiguousarray(batch)})[0]
        except _native_errors() as broken:
            raise ModelFailed(f"{self._name} crashed: {str(broken)[:200]}", self._remedy) from broken
        answered = np.asarray(first, np.float32)
        if not np.isfinite(answered).all():
            raise ModelFailed(f"{self._name} answered something that is no number.", self._remedy)
        return answered


def _native_errors() -> tuple[type[Exception], ...]:
    """onnxruntime's own errors have no common base; beside them, what Python raises in its wrapper."""
    from onnxruntime.capi import onnxruntime_pybind11_state as native

    own = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoModel", "NoSuchFile", "NotImplemented")
    return (*(getattr(native, name) for name in (*own, "RuntimeException", "EPFail")), RuntimeError, ValueError)
