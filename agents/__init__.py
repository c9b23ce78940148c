"""The graph over the Model Context Protocol, for assistants: tools, resources and the HTTP endpoint."""
