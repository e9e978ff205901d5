"""Moving pictures without a camera: the clips that the sandbox makes."""
