"""Measuring a network: temporal views, accuracies, nearest neighbors."""
