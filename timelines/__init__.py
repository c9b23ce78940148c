"""Raw files → timelines and other figures: read, decode, window, downsample, summarize, cache; no GraphQL."""
