"""Losses as PyTorch and Keras compute them: the terms before any mean, or the mean itself, with derivatives."""
import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import torch
import torch.nn.functional as F

from cases import fixture, numbers, operation, short


def loss(name, function, outputs, targets, weights=None, reduced=False, twice=True):
    """Like operation, for outputs alone. reduced: the function's result is a mean, not terms."""
    entry = operation(name, lambda x: function(x, targets), outputs, twice=twice)
    entry |= {"targets": numbers(targets), "reduced": reduced}
    return entry if weights is None else entry | {"weights": numbers(weights)}


def around(low, high, *shape):
    """Random numbers of two digits between two bounds."""
    return (torch.rand(*shape, dtype=torch.float64) * (high - low) + low).mul(100).round() / 100


def shares(*shape):
    return torch.softmax(short(*shape), -1)


@fixture
def loss_functions():
    torch.manual_seed(21)
    return classification() + hard_examples() + regression() + distributions() + overlaps() + embeddings() + sequences()


def classification():
    logits, labels = short(6, 4), torch.tensor([2, 0, 3, 3, 1, 0], dtype=torch.int32)
    sequences, words = short(2, 5, 3), torch.tensor([[1, 0, 2, 0, 0], [2, 2, 1, 1, 0]], dtype=torch.int32)
    padded = torch.tensor([[1, 0, 2, -1, -1], [2, -1, 1, 1, 0]], dtype=torch.int32)
    yes, soft = torch.randint(0, 2, (6, 4)).double(), around(0, 1, 6, 4)
    weights = around(0, 2, 6)
    counts = torch.tensor([0.5, 1, 2, 0.25], dtype=torch.float64)

    def crossed(x, y, **options):
        return F.cross_entropy(x.movedim(-1, 1), y.long(), **options)

    return [
        loss("crossEntropy", lambda x, y: crossed(x, y, reduction="none"), logits, labels),
        loss("crossEntropy far apart", lambda x, y: crossed(x, y, reduction="none"), 60 * logits, labels),
        loss("crossEntropy of sequences", lambda x, y: crossed(x, y, reduction="none"), sequences, words),
        loss("crossEntropy of shares", lambda x, y: F.cross_entropy(x, y, reduction="none"), logits, shares(6, 4)),
        loss("crossEntropy smoothed", lambda x, y: crossed(x, y, reduction="none", label_smoothing=0.1), logits, labels),
        loss("crossEntropy of smoothed shares",
             lambda x, y: F.cross_entropy(x, y, reduction="none", label_smoothing=0.1), logits, shares(6, 4)),
        loss("crossEntropy of probabilities",
             lambda p, y: F.nll_loss(torch.log(p), y.long(), reduction="none"), shares(6, 4), labels),
        loss("crossEntropy, mean", lambda x, y: crossed(x, y), logits, labels, reduced=True),
        loss("crossEntropy, padded", lambda x, y: crossed(x, y, ignore_index=-1), sequences, padded, reduced=True),
        loss("crossEntropy, weighted classes", lambda x, y: crossed(x, y, weight=counts), logits, labels, reduced=True),
        loss("crossEntropy, weighted", lambda x, y: (crossed(x, y, reduction="none") * weights).sum() / weights.sum(),
             logits, labels, weights, reduced=True),
        loss("crossEntropy, all of it",
             lambda x, y: (crossed(x, y, reduction="none", weight=counts[:3], ignore_index=-1) * soft[:2, :1]).sum()
             / ((y >= 0) * counts[:3][y.clamp(min=0).long()] * soft[:2, :1]).sum(),
             sequences, padded, soft[:2, 0].clone(), reduced=True),
        loss("binaryCrossEntropy",
             lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction="none"), logits, yes),
        loss("binaryCrossEntropy far apart",
             lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction="none"), 60 * logits, yes),
        loss("binaryCrossEntropy of shares",
             lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction="none"), logits, soft),
        loss("binaryCrossEntropy smoothed",
             lambda x, y: F.binary_cross_entropy_with_logits(x, y * 0.8 + 0.1, reduction="none"), logits, yes),
        loss("binaryCrossEntropy of rare answers",
             lambda x, y: F.binary_cross_entropy_with_logits(
                 x, y, reduction="none", pos_weight=torch.tensor(3.0).double()), logits, soft),
        loss("binaryCrossEntropy of probabilities",
             lambda p, y: F.binary_cross_entropy(p, y, reduction="none"), around(0.05, 0.95, 6, 4), yes),
        loss("binaryCrossEntropy, weighted",
             lambda x, y: F.binary_cross_entropy_with_logits(x, y, weight=weights[:, None], reduction="sum")
             / (4 * weights.sum()), logits, yes, weights, reduced=True),
    ]


def hard_examples():
    import keras

    logits, labels, yes = short(5, 4), torch.tensor([1, 3, 0, 2, 2], dtype=torch.int32), torch.randint(0, 2, (5, 4)).double()

    def categorical_focal(x, y, gamma, alpha):
        one_hot = F.one_hot(y.long(), 4).double()
        return keras.losses.categorical_focal_crossentropy(one_hot, torch.softmax(x, -1), alpha=alpha, gamma=gamma)

    def binary_focal(x, y, gamma, alpha=None):
        # Keras's has the mean over units already; its parts are these.
        p = torch.where(y > 0.5, torch.sigmoid(x), torch.sigmoid(-x))
        terms = (1 - p) ** gamma * F.binary_cross_entropy_with_logits(x, y, reduction="none")
        if alpha is None:
            return terms
        mean = (terms * torch.where(y > 0.5, alpha, 1 - alpha)).mean(-1)
        keras_mean = keras.losses.binary_focal_crossentropy(
            y, x, apply_class_balancing=True, alpha=alpha, gamma=gamma, from_logits=True)
        assert torch.allclose(mean, keras_mean, atol=1e-6)
        return terms * torch.where(y > 0.5, alpha, 1 - alpha)

    def crammer_singer(x, y):
        wrong = x.masked_fill(F.one_hot(y.long(), 4) > 0, -torch.inf).amax(1)
        return torch.relu(1 + wrong - x.gather(1, y.long()[:, None])[:, 0])

    signs = 2 * yes - 1
    return [
        loss("focal", lambda x, y: categorical_focal(x, y, 2, 1), logits, labels),
        loss("focal with numbers", lambda x, y: categorical_focal(x, y, 3, 0.25), logits, labels),
        loss("binaryFocal", lambda x, y: binary_focal(x, y, 2), logits, yes),
        loss("binaryFocal with numbers", lambda x, y: binary_focal(x, y, 1.5, 0.25), logits, yes),
        loss("hinge", lambda x, y: torch.relu(1 - y * x), logits, signs),
        loss("hinge of truth", lambda x, y: torch.relu(1 - (2 * y - 1) * x), logits, yes),
        loss("hinge, mean", lambda x, y: keras.ops.mean(keras.losses.hinge(y, x)), logits, signs, reduced=True),
        loss("squaredHinge", lambda x, y: torch.relu(1 - y * x) ** 2, logits, signs),
        loss("squaredHinge, mean", lambda x, y: keras.ops.mean(keras.losses.squared_hinge(y, x)), logits, signs, reduced=True),
        loss("categoricalHinge", crammer_singer, logits, labels),
    ]


def regression():
    import keras

    x, y, counts, rates = short(4, 3), short(4, 3), around(0, 9, 4, 3), around(0.5, 9, 4, 3)
    weights = around(0, 2, 4, 3)
    return [
        loss("meanSquaredError", lambda x, y: F.mse_loss(x, y, reduction="none"), x, y),
        loss("meanSquaredError, weighted", lambda x, y: (F.mse_loss(x, y, reduction="none") * weights).sum() / weights.sum(),
             x, y, weights, reduced=True),
        loss("meanAbsoluteError", lambda x, y: F.l1_loss(x, y, reduction="none"), x, y),
        loss("meanAbsolutePercentageError, mean",
             lambda x, y: keras.ops.mean(keras.losses.mean_absolute_percentage_error(y, x)), x, y + 3, reduced=True),
        loss("meanSquaredLogarithmicError, mean",
             lambda x, y: keras.ops.mean(keras.losses.mean_squared_logarithmic_error(y, x)), rates, counts + 0.5, reduced=True),
        loss("huber", lambda x, y: F.huber_loss(x, y, reduction="none"), x, y),
        loss("huber of a third", lambda x, y: F.huber_loss(x, y, reduction="none", delta=1 / 3), x, y),
        loss("smoothL1 of a third", lambda x, y: F.smooth_l1_loss(x, y, reduction="none", beta=1 / 3), x, y),
        loss("logCosh", lambda x, y: torch.log(torch.cosh(x - y)), x, y),
        loss("logCosh, mean", lambda x, y: keras.ops.mean(keras.losses.log_cosh(y, x)), x, y, reduced=True),
        loss("quantile", lambda x, y: torch.maximum(0.9 * (y - x), 0.1 * (x - y)), x, y),
        loss("cosineSimilarity", lambda x, y: -F.cosine_similarity(x, y), x, y),
    ]


def distributions():
    x, t = short(4, 3), shares(4, 3)
    rates, counts = around(0.5, 5, 4, 3), torch.randint(0, 9, (4, 3)).double()
    return [
        loss("klDivergence", lambda x, t: F.kl_div(torch.log_softmax(x, -1), t, reduction="none").sum(-1), x, t),
        loss("klDivergence of certainty",
             lambda x, t: F.kl_div(torch.log_softmax(x, -1), t, reduction="none").sum(-1), x, torch.eye(4, 3).double()),
        loss("klDivergence of probabilities",
             lambda p, t: F.kl_div(torch.log(p), t, reduction="none").sum(-1), shares(4, 3), t),
        loss("poisson", lambda x, t: F.poisson_nll_loss(x, t, reduction="none"), x, counts),
        loss("poisson of rates",
             lambda x, t: F.poisson_nll_loss(x, t, log_input=False, eps=1e-7, reduction="none"), rates, counts),
    ]


def overlaps():
    import keras

    images, masks = short(2, 3, 4, 1), torch.randint(0, 2, (2, 3, 4, 1)).double()
    classes, labels = short(2, 3, 4, 3), torch.randint(0, 3, (2, 3, 4)).int()

    def parts(p, t):
        both = (p * t).sum((1, 2))
        return both, p.sum((1, 2)) - both, t.sum((1, 2)) - both

    def dice(p, t, s=1.0):
        both, a, b = parts(p, t)
        return 1 - (2 * both + s) / (2 * both + a + b + s)

    def jaccard(p, t, s=1.0):
        both, a, b = parts(p, t)
        return 1 - (both + s) / (both + a + b + s)

    def tversky(p, t, alpha, beta, s=1.0):
        both, a, b = parts(p, t)
        return 1 - (both + s) / (both + alpha * a + beta * b + s)

    one_hot = lambda y: F.one_hot(y.long(), 3).double()
    return [
        loss("dice", lambda x, t: dice(torch.sigmoid(x), t), images, masks),
        loss("dice of classes", lambda x, y: dice(torch.softmax(x, -1), one_hot(y)), classes, labels),
        loss("dice of probabilities",
             lambda p, t: keras.losses.dice(t, p, axis=(1, 2, 3))[:, None], around(0, 1, 2, 3, 4, 1), masks),
        loss("jaccard", lambda x, t: jaccard(torch.sigmoid(x), t), images, masks),
        loss("tversky", lambda x, t: tversky(torch.sigmoid(x), t, 0.3, 0.7), images, masks),
        # Keras's α weighs what was missed; in the paper, and here, that is β.
        loss("tversky of probabilities",
             lambda p, t: keras.losses.tversky(t, p, alpha=0.7, beta=0.3, axis=(1, 2, 3))[:, None],
             around(0, 1, 2, 3, 4, 1), masks),
    ]


def embeddings():
    x, groups = short(7, 3), torch.tensor([0, 1, 0, 1, 1, 0, 5], dtype=torch.int32)

    def batch_hard(x, groups, margin):
        distance = lambda a, b: (x[a] - x[b]).square().sum().sqrt()
        terms = []
        for a in range(len(x)):
            same = [distance(a, b) for b in range(len(x)) if b != a and groups[b] == groups[a]]
            other = [distance(a, b) for b in range(len(x)) if groups[b] != groups[a]]
            terms.append(torch.relu(max(same) - min(other) + margin) if same else x.sum() * 0)
        return torch.stack(terms)

    return [
        loss("triplet", lambda x, g: batch_hard(x, g, 1), x, groups),
        loss("triplet of little margin", lambda x, g: batch_hard(x, g, 0.2), x, groups),
        loss("contrastive", lambda d, t: t * d**2 + (1 - t) * torch.relu(2 - d) ** 2,
             around(0, 4, 6, 1), torch.tensor([1.0, 0, 0, 1, 0, 1]).double()[:, None]),
    ]


def sequences():
    """Sequences whose alignment is not known. PyTorch differentiates these once only."""

    def ctc(x, y, blank=0):
        log_p = torch.log_softmax(x, -1).transpose(0, 1)
        rows = [[word for word in row if word >= 0 and word != blank] for row in y.tolist()]
        labels = torch.tensor([word for row in rows for word in row], dtype=torch.long)
        lengths = torch.tensor([len(row) for row in rows])
        return F.ctc_loss(log_p, labels, torch.full((len(y),), x.shape[1]), lengths, blank=blank, reduction="none")

    labels = torch.tensor([[1, 2, 2], [3, 0, 0], [1, 3, 1], [0, 0, 0]], dtype=torch.int32)
    return [
        loss("ctc", ctc, short(4, 6, 4), labels, twice=False),
        loss("ctc far apart", ctc, 30 * short(4, 6, 4), labels, twice=False),
        loss("ctc of few steps", ctc, short(2, 4, 4), labels[:2], twice=False),
        loss("ctc with another blank", lambda x, y: ctc(x, y, 3), short(2, 5, 4),
             torch.tensor([[0, 0, -1], [2, 1, 0]], dtype=torch.int32), twice=False),
    ]
