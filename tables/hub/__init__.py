"""The dataset on the Hugging Face Hub: one commit, under deadlines, from the cache where it is away.

Importing this package imports huggingface_hub, which reads `HF_ENDPOINT`, `HF_HOME` and the rest of its environment at
that moment; so a program that does not want the Hub does not import it, and nothing here has to be done beforehand:
what the client must be told (no Xet, no telemetry, no progress bars, no warnings), `client.prepare` tells it.
"""

from __future__ import annotations

# First, so that whatever else is imported finds the client imported.
from tables.hub.environment import get_session  # noqa: F401 - see above
from tables.hub.fetch import Progress, download_dataset
from tables.hub.repository import token_found
from tables.hub.settings import HubSettings
from tables.hub.source import HubRawFiles, HubSnapshot, open_hub

__all__ = ["HubRawFiles", "HubSettings", "HubSnapshot", "Progress", "download_dataset", "open_hub", "token_found"]
