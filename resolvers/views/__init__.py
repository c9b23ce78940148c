"""Views: what can be asked of all the runs that a connection selects, whatever its page.

A view works on grouped rows (`tables/relations.py`): the connections of a level are groups of rows, the groups of a
group-by are groups of rows, so that one kernel serves both and every view can stand below every other.
"""
