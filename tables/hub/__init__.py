"""A dataset of the Hugging Face Hub, at one commit: its tables, its raw files, and its download.

Importing this package imports huggingface_hub, which reads `HF_ENDPOINT`, `HF_HOME` and its other variables at import.
"""

from __future__ import annotations

from errors import HubError

try:
    from huggingface_hub import get_session  # noqa: F401 - the import that reads the variables
except ValueError:  # its message repeats the value, and an address can contain a password
    raise HubError(
        "huggingface_hub cannot read one of its variables: HF_ENDPOINT must be a URL such as https://huggingface.co; "
        "HF_HUB_DOWNLOAD_TIMEOUT and HF_HUB_ETAG_TIMEOUT must be whole numbers of seconds"
    ) from None

from tables.hub.fetch import download_dataset
from tables.hub.repository import token_found
from tables.hub.settings import HubSettings
from tables.hub.snapshot import HubSnapshot, open_hub

__all__ = ["HubSettings", "HubSnapshot", "download_dataset", "open_hub", "token_found"]
