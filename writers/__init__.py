"""Writers: columns → JSON text, and the answer to a request."""
