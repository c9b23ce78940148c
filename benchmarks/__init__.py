"""Benchmarks of the server: load over HTTP, views, raw files, stages of a request, scaling."""
