# Image of the server: docker build -t mlenergy-graph . && docker run -p 8000:8000 -v mlenergy-cache:/cache mlenergy-graph
# Same commands as in the Makefile; tests/test_project.py compares the two.

FROM node:20-slim AS pages
WORKDIR /app
COPY ui/package.json ui/package-lock.json ui/.npmrc ui/
RUN npm --prefix ui ci
COPY ui/ ui/
COPY schema/schema.graphql schema/
COPY docs/cookbook.md docs/
RUN npm --prefix ui run build

FROM python:3.12-slim AS packages
WORKDIR /app
COPY requirements.lock .
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock

FROM python:3.12-slim AS documentation
WORKDIR /app
COPY requirements-docs.lock .
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock
# Besides docs/, the files that its pages link to.
COPY CHANGELOG.md CONTRIBUTING.md zensical.toml caches.py ./
COPY documentation/ documentation/
COPY docs/ docs/
COPY benchmarks/ benchmarks/
COPY deploy/ deploy/
COPY examples/ examples/
COPY schema/schema.graphql schema/
COPY skills/ skills/
COPY tests/federation/ tests/federation/
RUN .venv/bin/python -m documentation

FROM python:3.12-slim
WORKDIR /app
# The cache is the only place that the server writes to, so that the root file system may be read-only.
RUN mkdir /cache && chown 10001:10001 /cache
VOLUME /cache
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HF_HOME=/cache \
    MLENERGY_RAW_CACHE=/cache/raw \
    MLENERGY_PORT=8000
COPY --from=packages /app/.venv .venv
COPY LICENSE pyproject.toml server.py application.py loading.py settings.py defaults.py errors.py caches.py ./
COPY commands/ commands/
COPY tables/ tables/
COPY sample/ sample/
COPY timelines/ timelines/
COPY execution/ execution/
COPY writers/ writers/
COPY resolvers/ resolvers/
COPY schema/ schema/
COPY web/ web/
COPY agents/ agents/
COPY docs/cookbook.md docs/cookbook.md
COPY --from=pages /app/ui/dist ui/dist
COPY --from=documentation /app/site site
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['MLENERGY_PORT'] + '/readyz', timeout=2)"]
CMD ["python", "server.py", "serve", "--host", "0.0.0.0"]
