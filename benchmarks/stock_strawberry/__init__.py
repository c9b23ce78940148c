"""The same graph as a stock Strawberry server, written according to Strawberry's documentation.

Rows are `@strawberry.type` objects with plain attributes, lists are resolvers, the view is `strawberry.asgi.GraphQL`
with its defaults. It has every advantage that the documentation offers: rows are built once and indexed by model and
GPU, Strawberry's parser and validation caches are on, uvicorn runs with uvloop and httptools and no access log.

Not implemented: everything that the workloads do not use (cursors, diffusion runs, unstable runs, most filters and
orders, descriptions, limits, error codes), which would only slow it down.
"""
