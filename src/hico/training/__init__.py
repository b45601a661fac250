"""The one training loop, its saved state, and the processes it runs in."""
