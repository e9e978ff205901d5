"""What a model makes of a finished clip by its task id, and from which clips it can go on."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Continues:
    """How a model goes on from a clip that Kie made."""

    does: str
    """What comes of it, as it stands on a button and within a sentence: Extension, 1080p copy."""
    models: tuple[str, ...] = ()
    """The models whose clips it takes, by id; empty: those of every model."""
    sizes: tuple[str, ...] = ()
    """The sizes in which it takes clips; empty: in every size."""

    def takes_model(self, model_id: str) -> bool:
        return not self.models or model_id in self.models

    def takes_size(self, size: object) -> bool:
        """Whether it takes clips that were ordered in this size; None: the model had no choice of sizes."""
        return not self.sizes or size is None or size in self.sizes
