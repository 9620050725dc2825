"""SQLite's write-ahead log, read without SQLite: so that a database beside a writer is read and nothing is touched.

SQLite itself cannot read a database in WAL mode without a shared-memory file beside it, which it would create.
The format is stable and documented: https://www.sqlite.org/fileformat2.html#walformat, last verified 2026-11-22.
"""

from __future__ import annotations

import struct

HEADER = 32
_FRAME_HEADER = 24
# The last bit says in which byte order the checksums were computed.
_MAGIC = 0x377F0682
_MASK = 0xFFFFFFFF


def overlay(image: bytes, log: bytes) -> bytes:
    """Return the database file as it is once everything committed in its log is copied into it.

    What follows the last whole, valid commit is ignored: it was never committed, or belongs to an older log.
    """
    pages, count, size = _committed(log)
    if not count:
        return image
    merged = bytearray(image[: count * size].ljust(count * size, b"\0"))
    for number, page in pages.items():
        if number <= count:
            merged[(number - 1) * size : number * size] = page
    return bytes(merged)


def without_log(image: bytes) -> bytes:
    """Mark a database file as one that keeps no log, so that it can be opened in memory."""
    if len(image) < 20:
        return image
    # Bytes 18 and 19 are the write and read version: 2 for WAL, 1 for a rollback journal.
    return image[:18] + b"\1\1" + image[20:]


def _committed(log: bytes) -> tuple[dict[int, memoryview], int, int]:
    """Return the newest committed content of each page in the log, the count of pages, and their size."""
    if len(log) < HEADER:
        return {}, 0, 0
    magic, _, size, _, salt_1, salt_2, sum_1, sum_2 = struct.unpack(">8I", log[:HEADER])
    if magic & ~1 != _MAGIC or size < 512 or size > 65536:
        return {}, 0, 0
    order = ">" if magic & 1 else "<"
    checksum = _checksum(log[:24], order, (0, 0))
    if checksum != (sum_1, sum_2):
        return {}, 0, 0
    view = memoryview(log)
    committed: dict[int, memoryview] = {}
    pending: dict[int, memoryview] = {}
    count = 0
    for start in range(HEADER, len(log) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        number, total, *rest = struct.unpack(">6I", view[start : start + _FRAME_HEADER])
        page = view[start + _FRAME_HEADER : start + _FRAME_HEADER + size]
        checksum = _checksum(view[start : start + 8], order, checksum)
        checksum = _checksum(page, order, checksum)
        if rest != [salt_1, salt_2, *checksum]:
            break
        pending[number] = page
        if total:
            committed |= pending
            pending, count = {}, total
    return committed, count, size


def _checksum(data: bytes | memoryview, order: str, seed: tuple[int, int]) -> tuple[int, int]:
    one, two = seed
    words = iter(struct.unpack(f"{order}{len(data) // 4}I", data))
    for word in words:
        one = (one + word + two) & _MASK
        two = (two + next(words) + one) & _MASK
    return one, two
