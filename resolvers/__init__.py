"""Every answer: arguments in, rows or numbers out; one module per object or capability.

A resolver is called once for all rows of a level (`tables/batch.py`) and returns a column as long as the level.
"""
