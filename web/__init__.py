"""ASGI: the GraphQL-over-HTTP view, one middleware per file, health, pages; is handed the schema and the dataset."""
