"""The same graph as a stock Strawberry server: what one writes after reading Strawberry's documentation.

Rows are `@strawberry.type` objects with plain attributes, lists are resolvers, the view is `strawberry.asgi.GraphQL`
with its defaults. It is not handicapped: rows are built once and indexed by model and GPU, Strawberry's own parser and
validation caches are on, uvicorn runs with uvloop and httptools and writes no access log.

Left out: everything that the workloads do not ask for (paging cursors, diffusion runs, most filters and orders,
descriptions, limits, error codes). Each of these would only cost it time.
"""
