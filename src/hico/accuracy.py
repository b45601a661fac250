"""Accuracies in per cent, from scores or predictions. Without torch, which the environment of figures lacks."""

import numpy as np
from numpy.typing import NDArray


def topk_accuracy(scores_nc: NDArray[np.floating], labels_n: NDArray[np.integer], k: int) -> float:
    """Per cent of samples whose class is among the k best scores; equal scores rank by class number.

    scores_nc: (N, C); labels_n: (N,) in [0, C).
    """
    true_scores = np.take_along_axis(scores_nc, labels_n[:, None], axis=1)
    lower_number = np.arange(scores_nc.shape[1])[None, :] < labels_n[:, None]
    rank = (scores_nc > true_scores).sum(axis=1) + ((scores_nc == true_scores) & lower_number).sum(axis=1)
    return float(100 * (rank < k).mean())


def confusion_matrix(
    labels_n: NDArray[np.integer], predicted_n: NDArray[np.integer], classes: int
) -> NDArray[np.int64]:
    """(C, C) counts: row the true class, column the predicted one."""
    matrix = np.zeros((classes, classes), np.int64)
    np.add.at(matrix, (labels_n, predicted_n), 1)
    return matrix


def mean_class_accuracy(labels_n: NDArray[np.integer], predicted_n: NDArray[np.integer], classes: int) -> float:
    """Per cent of right samples of each class, mean over the classes that occur."""
    matrix = confusion_matrix(labels_n, predicted_n, classes)
    counts = matrix.sum(axis=1)
    present = counts > 0
    return float(100 * (matrix.diagonal()[present] / counts[present]).mean())
