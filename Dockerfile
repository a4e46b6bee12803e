# The whole of One Plan, nats-server included, as the lock file has it. Which service a container
# runs is its command. It runs as the user who owns the secrets on the host: see docker-compose.yml.

FROM python:3.11-slim AS build
WORKDIR /app
COPY .uv-version ./
RUN pip install --no-cache-dir "uv==$(cat .uv-version)"
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
# The dependencies first: they change less often than the code.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md ./
COPY locale ./locale
COPY domain ./domain
COPY projections ./projections
COPY services ./services
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.11-slim
ARG ONEPLAN_UID=10001
ARG ONEPLAN_GID=10001
RUN groupadd --non-unique --gid "$ONEPLAN_GID" oneplan \
    && useradd --non-unique --uid "$ONEPLAN_UID" --gid oneplan --no-create-home \
        --shell /usr/sbin/nologin oneplan \
    && install -d -o oneplan -g oneplan -m 0700 /data
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ONEPLAN_DATA_DIR=/data/oneplan \
    ONEPLAN_LOG_FORMAT=json
WORKDIR /app
USER oneplan
VOLUME /data
ENTRYPOINT []
CMD ["oneplan", "--help"]
