"""Our network filled with the weights of the reference."""

from collections.abc import Callable, Mapping

from torch import Tensor

from hico.config.experiments import Pretrain
from hico.nets import Classifier, PretrainModel, build_backbone
from hico.nets.upstream import recognize, their_names, to_ours
from hico.nets.weights import State, load_strictly
from hico.parity import rules

Shapes = Mapping[str, list[int]]


class Subject:
    """A network by its upstream names and shapes; also a test of the import of released checkpoints.

    Raises WeightsError if names or shapes are not those of our network.
    """

    def __init__(
        self, title: str, shapes: Shapes, seed: int, rule: Callable[[Shapes, int], State] = rules.weights
    ) -> None:
        self.title, self.seed = title, seed
        state = rule(shapes, seed)
        self.layout = recognize(state, title)
        self.state, _ = to_ours(state, self.layout, title)
        # Of a tensor's two names, the reference lists norms under the first.
        self._first_names = {ours: theirs[0] for ours, theirs in their_names(self.layout).items()}

    @property
    def settings(self) -> Pretrain:
        method = "simclr" if self.layout.kind == "simclr" else "hico"
        return Pretrain(method=method, data="-", backbone=self.layout.backbone, head=self.layout.head)

    def pretrain_model(self) -> PretrainModel:
        """A fresh float32 network with pre-training heads."""
        model = PretrainModel(self.settings)
        load_strictly(model, self.state, self.title)
        return model

    def classifier(self) -> Classifier:
        """A fresh float32 network with a classifier."""
        model = Classifier(build_backbone(self.layout.backbone), self.layout.classes)
        load_strictly(model, self.state, self.title)
        return model

    def sizes(self, tensors: Mapping[str, Tensor]) -> dict[str, float]:
        """L2 norm of each tensor, by its upstream name."""
        return {self._first_names[name]: float(tensor.detach().norm()) for name, tensor in tensors.items()}
