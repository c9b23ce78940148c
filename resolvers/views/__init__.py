"""Views: computations over all runs that a connection selects, independent of its page.

A view works on grouped rows (`tables/relations.py`). The connections of a level are groups of rows, and so are the
groups of a group-by: one kernel serves both, and every view can be selected below every other.
"""
