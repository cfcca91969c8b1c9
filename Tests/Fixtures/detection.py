"""Parts of feature maps, boxes and their selection. DetectionTests.swift has Swift's way to say it. Needs torchvision."""
import math

import numpy as np
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


def pooled(maps, region, image, size):
    """RoI pooling as torchvision's roi_pool_kernel.cpp has it: the region is divided, then each part is clipped to the map."""
    height, width, channels = maps.shape[1:]
    left, top, right, bottom = (int(math.floor(abs(v) + 0.5) * (1 if v >= 0 else -1)) for v in region)
    rows, columns = max(bottom - top + 1, 1), max(right - left + 1, 1)
    output = np.zeros((*size, channels))
    for i in range(size[0]):
        for j in range(size[1]):
            # Integer divisions, which are exact.
            first, end = top + i * rows // size[0], top - (-(i + 1) * rows // size[0])
            start, stop = left + j * columns // size[1], left - (-(j + 1) * columns // size[1])
            part = maps[image, max(first, 0):max(end, 0), max(start, 0):max(stop, 0)]
            if part.size:
                output[i, j] = part.max(axis=(0, 1))
    return output


@fixture
def border_regions():
    """Regions that reach to the image's border, beyond it, or lie outside."""
    rng = np.random.default_rng(52)
    maps = rng.permutation(2 * 8 * 8 * 2).reshape(2, 8, 8, 2).astype(np.float64)
    maps[0, :, :, 0] = np.arange(64).reshape(8, 8)
    regions = [
        [4, 4, 8, 8], [4, 4, 7, 7], [0, 0, 8, 8], [-3, -3, 2, 2], [-5, 2, 12, 5], [6, -2, 20, 3], [20, 20, 30, 30],
        [-30, -30, -20, -20], [7, 7, 7, 7], [7.5, 7.5, 7.5, 7.5], [3, 3, 1, 1], [2.5, 0.5, 5.5, 6.5], [0, 7, 100, 8],
        [-1e6, -1e6, 1e6, 1e6],
    ]
    images = [k % 2 for k in range(len(regions))]
    return [
        {"size": list(size), "maps": numbers(torch.from_numpy(maps)), "regions": numbers(torch.tensor(regions, dtype=torch.float64)),
         "images": images,
         "output": numbers(torch.from_numpy(np.stack([pooled(maps, r, i, size) for r, i in zip(regions, images)])))}
        for size in ((2, 2), (1, 1), (3, 2), (7, 7))
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
