"""The Hub client's first import, which reads its variables: what it cannot read is one line, not a traceback."""

from __future__ import annotations

from errors import HubError

try:
    from huggingface_hub import constants, get_session
except ValueError:  # its text repeats a value, and an address can hold a password
    raise HubError(
        "the Hub's client cannot read one of its variables: HF_ENDPOINT must be a web address such as "
        "https://huggingface.co, HF_HUB_DOWNLOAD_TIMEOUT and HF_HUB_ETAG_TIMEOUT whole numbers of seconds"
    ) from None

__all__ = ["constants", "get_session"]
