"""The bundled sample: a whole synthetic dataset, tables and raw files, that follows from two numbers."""

from tables.sample.grid import DEFAULT_RUNS
from tables.sample.raw_files import SampleRawFiles
from tables.sample.tables import sample_revision, sample_tables
from tables.sample.write import write_sample

__all__ = ["DEFAULT_RUNS", "SampleRawFiles", "sample_revision", "sample_tables", "write_sample"]
