"""Builds the documentation site from the project's Markdown files, and checks its links."""
