"""HDR pictures for every screen: their brightness is mapped to SDR (BT.709)."""

import math
import tempfile
from functools import cache
from typing import Any

import av
from av.filter import Graph

PQ, HLG = HDR = (16, 18)
"""Transfers (ITU-T H.273, ITU-R BT.2100)."""
BT709 = 1
WHITE = 203.0
"""cd/m² of white paper (ITU-R BT.2408): the unit of light below."""
PEAK = 1000.0 / WHITE
"""The brightest light still distinguished, that of an HLG screen and of most films in PQ."""
KNEE = 0.5
"""Light up to this value is unchanged; brighter light is compressed to at most 1.0."""
GAMMA = 2.4
"""Gamma of an SDR screen (ITU-R BT.1886)."""
STEPS = 33
LUMA = (0.2627, 0.6780, 0.0593)
"""Luma coefficients of BT.2020."""
Matrix = tuple[tuple[float, float, float], ...]
BT2020_TO_BT709: Matrix = ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187))
TO_BT709: dict[int, Matrix] = {
    BT709: ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    12: ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979)),
}
"""By primaries (12 is P3 with a D65 white); all others are treated as BT.2020 (ITU-R BT.2407)."""


def is_hdr(frame: av.VideoFrame) -> bool:
    return frame.color_trc in HDR


def sdr_steps(graph: Graph, frame: av.VideoFrame, width: int, height: int) -> list[Any]:
    """Filters that scale frames like this HDR one and convert them to RGB for SDR."""
    matrix = "" if frame.format.is_rgb else ":in_color_matrix=bt2020"
    with tempfile.NamedTemporaryFile("w", suffix=".cube") as file:
        file.write(_table(int(frame.color_trc), int(frame.color_primaries)))
        file.flush()
        table = graph.add("lut3d", file=file.name)
    return [graph.add("scale", f"{width}:{height}{matrix}"), graph.add("format", "gbrp16le"), table]


def sdr_still(frame: av.VideoFrame, width: int, height: int) -> Any:
    """An HDR frame scaled to that size, as RGB for SDR. Raises av.FFmpegError."""
    graph = Graph()
    begin = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
    )
    steps = sdr_steps(graph, frame, width, height)
    graph.link_nodes(begin, *steps, graph.add("format", "rgb24"), graph.add("buffersink")).configure()
    graph.push(frame)
    return graph.pull()


@cache
def _table(transfer: int, primaries: int) -> str:
    """A colour cube: the SDR colour for each of STEPS³ HDR colours, red varying fastest."""
    light = _light_of_pq if transfer == PQ else _light_of_hlg
    axis = [light(n / (STEPS - 1)) for n in range(STEPS)]
    matrix = TO_BT709.get(primaries, BT2020_TO_BT709)
    lines = [f"LUT_3D_SIZE {STEPS}"]
    for blue in axis:
        for green in axis:
            for red in axis:
                shown = (red, green, blue) if transfer == PQ else _on_a_screen(red, green, blue)
                lines.append(" ".join(f"{part:.6f}" for part in _sdr(shown, matrix)))
    return "\n".join(lines) + "\n"


def _light_of_pq(signal: float) -> float:
    """Light of the screen, relative to WHITE (SMPTE ST 2084)."""
    root = signal ** (4096 / (2523 * 128))
    share = max(root - 3424 / 4096, 0.0) / (2413 / 128 - 2392 / 128 * root)
    return 10_000.0 / WHITE * float(share ** (16384 / 2610))


def _light_of_hlg(signal: float) -> float:
    """Light of the scene, 0 to 1 (ARIB STD-B67)."""
    if signal <= 0.5:
        return signal**2 / 3
    return (math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12


def _on_a_screen(*scene: float) -> tuple[float, ...]:
    """Light of a 1,000 cd/m² screen relative to WHITE, for the light of an HLG scene (BT.2100)."""
    luma = sum(share * light for share, light in zip(LUMA, scene, strict=True))
    return tuple(PEAK * luma**0.2 * light for light in scene)


def _sdr(light: tuple[float, ...], matrix: Matrix) -> tuple[float, ...]:
    """The signal for an SDR screen: highlights are compressed and keep their colour."""
    brightest = max(light)
    scale = _pressed(min(brightest, PEAK)) / brightest if brightest else 0.0
    rows = [sum(share * scale * part for share, part in zip(row, light, strict=True)) for row in matrix]
    return tuple(min(1.0, max(0.0, part)) ** (1 / GAMMA) for part in rows)


def _pressed(light: float) -> float:
    """0 to PEAK → 0 to 1, smooth at the knee (Reinhard’s curve with a white point)."""
    if light <= KNEE:
        return light
    over, most = (light - KNEE) / (1 - KNEE), (PEAK - KNEE) / (1 - KNEE)
    return KNEE + (1 - KNEE) * over * (1 + over / most**2) / (1 + over)
