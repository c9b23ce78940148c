"""Default values of settings that other modules need too, in the units of the settings."""

from __future__ import annotations

DEFAULT_PAGE = 100
MAX_PAGE = 2_000
MAX_TABLE_ROWS = 1_000_000
MAX_RAW_FILES = 32
MAX_REPRESENTATIONS = 2_000
MAX_FITS = 128
MAX_COST = 250_000
MAX_ANSWER_MIB = 32
FIT_QUEUE = 512
TIMELINE_WORKERS = 2
TIMELINE_QUEUE = 256
TIMELINE_DEADLINE_SECONDS = 30
CACHE_MIB = 160
HUB_TIMEOUT_SECONDS = 30
HUB_REPOSITORY = "ml-energy/benchmark-v3"
