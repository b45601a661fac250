"""Video files: what they really are (probe, index) and exact frames out of them (decode)."""
