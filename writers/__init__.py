"""Writers: convert columns into JSON text, and compose the answer to a request."""
