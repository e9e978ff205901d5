"""The colours of landscapes."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Mood:
    """The colours of a landscape: its sky from top to horizon, its light, its ground from far to near."""

    sky: tuple[str, ...]
    light: str
    far: tuple[str, str]
    near: tuple[str, str]
    moon: bool = False


DUSKS = (
    Mood(
        sky=("1b1033", "5a2350", "d0614a", "ffc27a"),
        light="fff1d0",
        far=("c96a4e", "7a3046"),
        near=("8a3f36", "1d0a18"),
    ),
    Mood(
        sky=("0b1430", "1f3a6e", "7f86b0", "f2c39a"),
        light="fff6e0",
        far=("b79a86", "7d6a74"),
        near=("a07a52", "2c1c1c"),
    ),
    Mood(
        sky=("b5482a", "e07a3a", "f6ad55", "ffe3a0"),
        light="fffbe6",
        far=("e9a85a", "c47a36"),
        near=("c07a34", "5a2c12"),
    ),
    Mood(
        sky=("120c2c", "33205c", "8a3f7a", "f08a78"),
        light="ffe6d6",
        far=("8d4a78", "4a2458"),
        near=("5a2a5c", "120820"),
    ),
)
MISTS = (
    Mood(
        sky=("24506a", "5f93a8", "a9cdd2", "dcebe6"),
        light="f4fbf6",
        far=("a5c4c8", "c3d9d8"),
        near=("0c2a2e", "123c3e"),
    ),
    Mood(
        sky=("2d2a4a", "6d5f8d", "c59cb0", "f6d6c6"),
        light="fff0e2",
        far=("b493ad", "d8b4b8"),
        near=("1c1730", "2e2645"),
    ),
    Mood(
        sky=("1b2f2a", "4b7d62", "a9cfa0", "f2efc6"),
        light="fffde0",
        far=("9cc097", "c5d9ae"),
        near=("0b211a", "163428"),
    ),
)
PAPERS = (
    Mood(
        sky=("fbead2", "f8e2c4", "f5dab6", "f2d2a8"),
        light="f0904a",
        far=("9fd6e4", "86c6da"),
        near=("0d4f86", "093a68"),
    ),
    Mood(
        sky=("fde8e4", "fbdcd6", "f8d0c8", "f5c4ba"),
        light="f7b733",
        far=("f29a8e", "ec8478"),
        near=("7a1f4a", "581536"),
    ),
    Mood(
        sky=("eef3e2", "e6eed4", "deE8c6", "d6e2b8"),
        light="f2a65a",
        far=("a9cf9c", "92c088"),
        near=("1d5a4a", "124236"),
    ),
)
WATERS = (
    Mood(
        sky=("2a1250", "8a2c6a", "ee6a4c", "ffc860"),
        light="ffd86a",
        far=("b8506a", "5a2560"),
        near=("3a1a50", "0e0620"),
    ),
    Mood(
        sky=("05081c", "101a44", "2b3572", "5b5f9c"),
        light="f2efe2",
        far=("3a3f78", "1b2050"),
        near=("141a40", "04061a"),
        moon=True,
    ),
    Mood(
        sky=("0a2a3c", "176a7c", "6fb8a8", "ffe0b0"),
        light="fff3d6",
        far=("5aa8a0", "1f6a78"),
        near=("135564", "04202e"),
    ),
)
