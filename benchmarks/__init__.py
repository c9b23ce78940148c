"""Our server beside others over HTTP, views beside numpy by hand, raw files beside the toolkit; start and memory."""
