"""How a simulator behaves."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the simulator keeps its state, how fast it is, and what it accepts."""

    folder: Path
    key: str = "sandbox"
    opening_balance: Decimal = Decimal(5000)
    fastest: float = 2.0
    slowest: float = 20.0
    """Seconds a task takes, spread by model and by chance."""
    realistic: bool = False
    """Tasks take as long as the real service's: minutes."""
    webhook_key: str = ""
    """Signs the callbacks when set."""
    seed: int | None = None
    host: str = "127.0.0.1"
    port: int = 0
