"""Parts of feature maps, boxes and their selection. DetectionTests.swift has Swift's way to say it. Needs torchvision."""
import torch

from cases import fixture, layer, numbers, short
from spatial import first, last

REGIONS = torch.tensor([[0.0, 0, 7, 9], [4, 2.5, 14.2, 9.1], [1, 6, 3, 16], [8, 3, 14, 4]], dtype=torch.float64)
IMAGES = torch.tensor([[0.0], [1], [1], [0]], dtype=torch.float64)


@fixture
def regions():
    """Of maps at half the size of the image. (Where regions reach outside, torchvision pools empty parts too.)"""
    import torchvision.ops as ops  # only here: the other fixtures do without

    torch.manual_seed(50)
    maps = short(2, 9, 8, 2)
    rows = torch.cat([IMAGES, REGIONS], 1)
    return [
        layer("region max pool", lambda x: last(ops.roi_pool(first(x).contiguous(), rows, (2, 3), 0.5)), [maps], twice=False, smooth=False),
        layer("region align", lambda x: last(ops.roi_align(first(x).contiguous(), rows, (3, 2), 0.5, 2, aligned=True)), [maps], twice=False),
    ]


@fixture
def boxes():
    """Overlaps, offsets, and what remains of overlapping boxes."""
    import torchvision.ops as ops

    torch.manual_seed(51)
    start = torch.rand(12, 2, dtype=torch.float64) * 8
    boxes = torch.cat([start, start + 1 + torch.rand(12, 2, dtype=torch.float64) * 6], 1).round(decimals=2)
    others = (boxes[:5] + short(5, 4) * 0.5).round(decimals=2)
    scores, classes = torch.rand(12, dtype=torch.float64).round(decimals=3), torch.randint(3, (12,))

    def offsets(boxes, anchors):
        center, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
        from_center, from_size = (anchors[:, :2] + anchors[:, 2:]) / 2, anchors[:, 2:] - anchors[:, :2]
        return torch.cat([(center - from_center) / from_size / 0.1, torch.log(size / from_size) / 0.2], 1)

    return [{
        "boxes": numbers(boxes), "others": numbers(others), "scores": numbers(scores), "classes": numbers(classes),
        "areas": numbers(ops.box_area(boxes)),
        "centres": numbers(ops.box_convert(boxes, "xyxy", "cxcywh")),
        "clipped": numbers(ops.clip_boxes_to_image(boxes, (9, 7))),
        "overlaps": numbers(ops.box_iou(boxes, others)),
        "offsets": numbers(offsets(boxes[:5], others)),
        "kept": [numbers(ops.nms(boxes, scores, overlap)) for overlap in (0.1, 0.3, 0.6)],
        "keptByClass": numbers(ops.batched_nms(boxes, scores, classes, 0.1)),
    }]
