"""Hub, directory or sample → one validated, immutable Dataset of Arrow tables; knows no GraphQL."""
