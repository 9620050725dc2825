"""How fast `reconcile` is, each figure as a ratio against a named peer measured in the same run.

A ratio says the same on a fast and on a slow machine, as long as both sides run on it within the same minute.
Nothing here decides whether a change is good: figures of a shared machine are no verdict.
"""
