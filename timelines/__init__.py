"""Raw results files → timelines: read, decode the part needed, window, downsample, summarise, cache; no GraphQL."""
