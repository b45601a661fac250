"""From an index of videos to batches: samplers, data sets of clips, and the loader that reads them."""
