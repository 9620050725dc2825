"""Exchanges on loopback: the other side of the wire, written from the vendors' documentation.

Nothing here may import what it is used to test (`exchanges`, `probing`), listen off loopback, or move value.
"""
