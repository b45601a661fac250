"""Accuracies on cases counted by hand."""

import numpy as np

from hico.accuracy import confusion_matrix, mean_class_accuracy, topk_accuracy

SCORES = np.array([[0.7, 0.2, 0.1], [0.4, 0.4, 0.2], [0.1, 0.2, 0.7], [0.3, 0.5, 0.2]])
LABELS = np.array([0, 1, 0, 1])


def test_topk_with_ties_by_class_number() -> None:
    assert topk_accuracy(SCORES, LABELS, 1) == 50.0
    assert topk_accuracy(SCORES, LABELS, 2) == 75.0
    assert topk_accuracy(SCORES, LABELS, 3) == 100.0


def test_confusion_and_mean_accuracy() -> None:
    predicted = SCORES.argmax(axis=1)
    assert confusion_matrix(LABELS, predicted, 3).tolist() == [[1, 0, 1], [1, 1, 0], [0, 0, 0]]
    assert mean_class_accuracy(LABELS, predicted, 3) == 50.0
