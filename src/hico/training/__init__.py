"""The training loop with its steps, checkpoints and processes."""
