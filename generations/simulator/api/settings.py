"""How a simulator behaves."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from generations.simulator.faults.program import FaultProgram


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the simulator keeps its state, how fast it is, and what it accepts."""

    folder: Path
    key: str = "sandbox"
    opening_balance: Decimal = Decimal(5000)
    fastest: float = 2.0
    slowest: float = 20.0
    """Range of seconds that a task takes, varied by model and by chance."""
    realistic: bool = False
    """Tasks take as long as in the real service: minutes."""
    webhook_key: str = ""
    """Signs the callbacks if set."""
    seed: int | None = None
    faults: FaultProgram | None = None
    """The faults to play."""
    control: bool = False
    """Opens a second port on this machine that reports the truth and accepts other fault programs."""
    control_port: int = 0
    tiny_clips: bool = False
    """One small silent clip for all tasks of the same length and shape: for load tests with many tasks."""
    creates_per_ten_seconds: int = 20
    queries_per_second: int = 10
    look_ups_per_second: int = 1
    """Of the four look-ups in the catalogue together."""
    host: str = "127.0.0.1"
    port: int = 0
