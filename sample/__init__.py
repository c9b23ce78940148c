"""The bundled sample: a synthetic dataset of run tables and raw files, generated from a number of runs and a seed."""

from sample.dataset import DEFAULT_RUNS, SampleRawFiles, open_sample, sample_revision, sample_tables
from sample.write import write_sample

__all__ = ["DEFAULT_RUNS", "SampleRawFiles", "open_sample", "sample_revision", "sample_tables", "write_sample"]
