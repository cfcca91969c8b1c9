"""Metrics as scikit-learn, Keras, NLTK and the COCO tools compute them. They are needed for this family alone."""
import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import numpy as np
import torch

from cases import fixture, numbers


def metric(name, value, outputs, targets, weights=None, loss=None):
    """outputs and targets of all examples, and the metric of these. loss: what the outputs mean."""
    as_tensor = lambda x: torch.from_numpy(np.ascontiguousarray(x))
    entry = {"name": name, "value": float(value), "outputs": numbers(as_tensor(outputs)), "targets": numbers(as_tensor(targets))}
    if weights is not None:
        entry["weights"] = numbers(as_tensor(weights))
    return entry | ({"loss": loss} if loss else {})


@fixture
def metric_values():
    random = np.random.default_rng(4)
    return decisions(random) + rankings(random) + errors(random) + languages(random)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def decisions(random):
    import keras
    from sklearn import metrics as sk

    # Some right, some not; class 3 is never decided on.
    labels = random.integers(0, 4, 40).astype(np.int32)
    logits = (random.normal(size=(40, 4)) + 1.5 * np.eye(4)[labels] + [0, 0, 0, -9]).round(2)
    chosen = logits.argmax(1)
    weights = random.integers(0, 4, 40) / 2
    yes = random.integers(0, 2, (40, 1)).astype(np.float64)
    answers = (random.normal(size=(40, 1)) + yes - 0.4).round(2)
    said = (answers > 0).astype(int).ravel()
    truth = yes.ravel().astype(int)

    def averaged(function, **options):
        return function(labels, chosen, zero_division=0, **options)

    top_2 = (np.argsort(-logits, 1)[:, :2] == labels[:, None]).any(1)
    iou = keras.metrics.MeanIoU(4)
    iou.update_state(labels, chosen)
    masks = random.integers(0, 2, (3, 4, 5, 1)).astype(np.float64)
    regions = (random.normal(size=(3, 4, 5, 1)) + masks).round(2)
    binary_iou = sk.jaccard_score(masks.ravel(), regions.ravel() > 0)
    cases = [
        metric("accuracy", sk.accuracy_score(labels, chosen), logits, labels, loss="crossEntropy"),
        metric("accuracy of one-hot targets", sk.accuracy_score(labels, chosen), logits, np.eye(4)[labels]),
        metric("accuracy weighted", sk.accuracy_score(labels, chosen, sample_weight=weights), logits, labels, weights),
        metric("accuracy of yes", sk.accuracy_score(truth, said), answers, yes, loss="binaryCrossEntropy"),
        metric("accuracy of probabilities", sk.accuracy_score(truth, answers.ravel() > 0.5), answers, yes),
        metric("topK", top_2.mean(), logits, labels),
        metric("precision", averaged(sk.precision_score, average="macro"), logits, labels),
        metric("precision weighted", averaged(sk.precision_score, average="weighted"), logits, labels),
        metric("precision of a class", averaged(sk.precision_score, labels=[1], average="macro"), logits, labels),
        metric("precision of yes", sk.precision_score(truth, said), answers, yes, loss="binaryCrossEntropy"),
        metric("recall", averaged(sk.recall_score, average="macro"), logits, labels),
        metric("recall of weighted examples", averaged(sk.recall_score, average="macro", sample_weight=weights), logits, labels, weights),
        metric("recall of yes", sk.recall_score(truth, said), answers, yes, loss="binaryCrossEntropy"),
        metric("f1", averaged(sk.f1_score, average="macro"), logits, labels),
        metric("f1 of yes", sk.f1_score(truth, said), answers, yes, loss="binaryCrossEntropy"),
        metric("iou", float(iou.result()), logits, labels),
        metric("iou of regions", binary_iou, regions, masks, loss="dice"),
        metric("dice of regions", 2 * binary_iou / (1 + binary_iou), regions, masks, loss="dice"),
        metric("kappa", sk.cohen_kappa_score(labels, chosen), logits, labels),
        metric("matthewsCorrelation", sk.matthews_corrcoef(labels, chosen), logits, labels),
        metric("matthewsCorrelation of yes", sk.matthews_corrcoef(truth, said), answers, yes, loss="binaryCrossEntropy"),
    ]
    words = random.integers(0, 5, (6, 7)).astype(np.int32)  # 0 is padding
    guesses = (random.normal(size=(6, 7, 5)) + np.eye(5)[words]).round(2)
    kept = words != 0
    return cases + [
        metric("accuracy of sequences", (guesses.argmax(-1) == words)[kept].mean(), guesses, words, loss="padded"),
        metric("accuracy of masked sequences", (guesses.argmax(-1) == words)[kept].mean(), guesses, words, kept),
    ]


def rankings(random):
    from sklearn import metrics as sk

    truth = random.integers(0, 2, 50)
    scores = (random.normal(size=50) + truth).round(1)  # with ties
    weights = random.integers(1, 5, 50) / 2
    labels = random.integers(0, 3, 50).astype(np.int32)
    logits = (random.normal(size=(50, 3)) + np.eye(3)[labels]).round(2)
    two = np.stack([np.zeros(50), scores], 1)
    column = lambda x: x[:, None].astype(np.float64)
    return [
        metric("auc", sk.roc_auc_score(truth, scores), column(scores), column(truth), loss="binaryCrossEntropy"),
        metric("auc weighted", sk.roc_auc_score(truth, scores, sample_weight=weights), column(scores), column(truth), weights),
        metric("auc of two classes", sk.roc_auc_score(truth, scores), two, truth.astype(np.int32), loss="crossEntropy"),
        metric("auc of classes", sk.roc_auc_score(labels, softmax(logits), multi_class="ovr"), logits, labels, loss="crossEntropy"),
        metric("averagePrecision", sk.average_precision_score(truth, scores), column(scores), column(truth)),
        metric("averagePrecision of classes", sk.average_precision_score(np.eye(3)[labels], softmax(logits)), logits, labels,
               loss="crossEntropy"),
    ]


@fixture
def ranking_curves():
    """Curves with all their points."""
    from sklearn import metrics as sk

    random = np.random.default_rng(8)
    truth = random.integers(0, 2, 20)
    scores = (random.normal(size=20) + truth).round(1).astype(np.float32)
    false, true, thresholds = sk.roc_curve(truth, scores, drop_intermediate=False)
    precision, recall, _ = sk.precision_recall_curve(truth, scores)
    return [{
        "scores": scores.tolist(), "truth": truth.tolist(), "false": false.tolist(), "true": true.tolist(),
        "thresholds": [float(t) for t in thresholds[1:]], "precision": precision[::-1].tolist(), "recall": recall[::-1].tolist(),
    }]


def errors(random):
    from sklearn import metrics as sk

    wanted = random.normal(size=(30, 2)).round(2) + [1000, 0]
    outputs = (wanted + random.normal(size=(30, 2)) / 2).round(2)
    weights = random.integers(1, 5, 30) / 2
    return [
        metric("rSquared", sk.r2_score(wanted, outputs), outputs, wanted),
        metric("rSquared weighted", sk.r2_score(wanted, outputs, sample_weight=weights), outputs, wanted, weights),
        metric("meanAbsoluteError", sk.mean_absolute_error(wanted, outputs), outputs, wanted),
        metric("meanSquaredError", sk.mean_squared_error(wanted, outputs), outputs, wanted),
        metric("meanSquaredError weighted", sk.mean_squared_error(wanted, outputs, sample_weight=weights), outputs, wanted, weights),
        metric("rootMeanSquaredError", sk.mean_squared_error(wanted, outputs) ** 0.5, outputs, wanted),
        metric("huber", np.mean([0.5 * d * d if abs(d) < 1 else abs(d) - 0.5 for d in (outputs - wanted).ravel()]), outputs, wanted),
    ]


def languages(random):
    from nltk.translate.bleu_score import corpus_bleu

    words = random.integers(1, 6, (8, 12)).astype(np.int32)
    words[3, 5:], words[4, 9:] = 0, 0  # 0 ends a sentence
    outputs = (random.normal(size=(8, 12, 6)) / 2 + 2 * np.eye(6)[words]).round(2)
    said = outputs.argmax(-1)

    def sentence(row):
        row = row.tolist()
        return row[:row.index(0)] if 0 in row else row

    bleu = corpus_bleu([[sentence(row)] for row in words], [sentence(row) for row in said])
    logarithms = outputs - np.log(np.exp(outputs).sum(-1, keepdims=True))
    right = np.take_along_axis(logarithms, words[..., None], -1)[..., 0]
    return [
        metric("perplexity", np.exp(-right.mean()), outputs, words, loss="crossEntropy"),
        metric("perplexity without padding", np.exp(-right[words != 0].mean()), outputs, words, loss="padded"),
        metric("perplexity of probabilities", np.exp(-right.mean()), softmax(outputs), words),
        metric("bleu", bleu, outputs, words),
    ]


@fixture
def bleu_scores():
    """Sentences with several references, as NLTK scores them."""
    from nltk.translate.bleu_score import corpus_bleu

    texts = [
        [("it is a guide to action which ensures that the military always obeys the commands of the party",
          ["it is a guide to action that ensures that the military will forever heed party commands",
           "it is the guiding principle which guarantees the military forces always being under the command of the party",
           "it is the practical guide for the army always to heed the directions of the party"])],
        [("the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"])],
        [("he read the book because he was interested in world history",
          ["he was interested in world history because he read the book"]),
         ("a quick brown fox jumps over", ["the quick brown fox jumps over the lazy dog"])],
    ]
    scores = []
    for text in texts:
        for order in [1, 2, 4]:
            references = [[r.split() for r in references] for _, references in text]
            candidates = [candidate.split() for candidate, _ in text]
            if order > 1 and "the the" in text[0][0]:
                continue  # NLTK answers with a tiny number for 0
            value = corpus_bleu(references, candidates, weights=[1 / order] * order)
            scores.append({"order": order, "text": [{"candidate": c, "references": r} for c, r in zip(candidates, references)], "value": value})
    return scores


@fixture
def detections():
    """Boxes found in images, and their mean average precisions: COCO's by its own tools, PASCAL VOC's as its development kit defines them."""
    import contextlib
    import io

    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    random = np.random.default_rng(2)
    images = []
    for _ in range(8):
        count = random.integers(1, 6)
        corner, size = random.integers(0, 60, (count, 2)), random.integers(10, 40, (count, 2))
        labels = random.integers(0, 3, count)
        truth = np.concatenate([corner, corner + size], 1).astype(float)
        found = np.repeat(truth, 2, 0) + random.integers(-6, 7, (2 * count, 4))
        found[:, 2:] = np.maximum(found[:, 2:], found[:, :2] + 1)
        guesses = np.where(random.random(2 * count) < 0.8, np.repeat(labels, 2), random.integers(0, 3, 2 * count))
        scores = random.permutation(2 * count + 100)[: 2 * count] / 200
        images.append({"trueBoxes": truth, "trueLabels": labels, "boxes": found, "labels": guesses, "scores": scores})
    # No two scores are alike: the order of equal ones differs from tool to tool.
    scores = random.permutation(1000)[: sum(len(image["scores"]) for image in images)] / 1000
    for image in images:
        image["scores"], scores = scores[: len(image["scores"])], scores[len(image["scores"]):]

    def coco():
        corner_and_size = lambda box: [box[0], box[1], box[2] - box[0], box[3] - box[1]]
        truths = [
            {"id": 100 * i + j + 1, "image_id": i, "category_id": int(label), "bbox": corner_and_size(box), "iscrowd": 0,
             "area": (box[2] - box[0]) * (box[3] - box[1])}
            for i, image in enumerate(images) for j, (box, label) in enumerate(zip(image["trueBoxes"].tolist(), image["trueLabels"]))]
        results = [
            {"image_id": i, "category_id": int(label), "bbox": corner_and_size(box), "score": float(score)}
            for i, image in enumerate(images) for box, label, score in zip(image["boxes"].tolist(), image["labels"], image["scores"])]
        with contextlib.redirect_stdout(io.StringIO()):
            truth = COCO()
            truth.dataset = {"images": [{"id": i} for i in range(len(images))], "annotations": truths,
                             "categories": [{"id": c} for c in range(3)]}
            truth.createIndex()
            evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
            evaluation.evaluate()
            evaluation.accumulate()
            evaluation.summarize()
        return {"coco": evaluation.stats[0], "coco 0.5": evaluation.stats[1]}

    def voc(eleven):
        precisions = []
        for label in range(3):
            found = sorted(
                [(-score, i, box) for i, image in enumerate(images)
                 for score, box, guess in zip(image["scores"], image["boxes"], image["labels"]) if guess == label], key=lambda f: f[0])
            truths = [[box for box, l in zip(image["trueBoxes"], image["trueLabels"]) if l == label] for image in images]
            taken = [[False] * len(boxes) for boxes in truths]
            right = []
            for _, i, box in found:
                overlaps = [0 if taken[i][j] else overlap(box, other) for j, other in enumerate(truths[i])]
                best = int(np.argmax(overlaps)) if overlaps else -1
                right.append(best >= 0 and overlaps[best] >= 0.5)
                if right[-1]:
                    taken[i][best] = True
            right = np.array(right)
            recall, precision = right.cumsum() / sum(map(len, truths)), right.cumsum() / np.arange(1, len(right) + 1)
            if eleven:
                precisions.append(np.mean([max(precision[recall >= t], default=0) for t in np.arange(0, 1.1, 0.1)]))
            else:
                steps = np.concatenate([[0], recall, [1]])
                height = np.maximum.accumulate(np.concatenate([[0], precision, [0]])[::-1])[::-1]
                precisions.append(((steps[1:] - steps[:-1]) * height[1:]).sum())
        return float(np.mean(precisions))

    def overlap(a, b):
        sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
        both = sides.prod() if (sides > 0).all() else 0
        return both / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - both)

    return [{
        "images": [{key: value.tolist() for key, value in image.items()} for image in images],
        "values": coco() | {"every point": voc(False), "eleven points": voc(True)},
    }]
