"""What slices with ends of either sign take, by NumPy."""
import numpy as np

from cases import fixture


@fixture
def slices():
    """For each length, every start:end of numbers within it, and every start:last+1, whose last index is included."""
    def taken(length, start, end):
        return np.arange(length)[start:end].tolist()

    return [
        {"length": length, "ranges": [
            {"start": start, "end": end, "taken": taken(length, start, end)}
            for start in range(-length, length + 1) for end in range(-length, length + 1)
        ], "closed": [
            {"start": start, "end": last, "taken": taken(length, start, None if last == -1 else last + 1)}
            for start in range(-length, length + 1) for last in range(-length, length)
        ]} for length in range(1, 6)
    ]
