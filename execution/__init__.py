"""The execution engine: GraphQL selections compiled into steps that return columns; independent of the schema."""
