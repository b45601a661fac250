"""Data sets over an index: which clips a video gives, in which order, and the loader that reads them."""
