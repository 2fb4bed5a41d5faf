# Headroom as an image: nothing but what requirements.lock names, and the two packages; no root, no pip.
# The state folder matters only without REDIS_URL: then mount a volume at /var/lib/headroom.

FROM python:3.11-slim-bookworm AS build
RUN python -m venv --without-pip /opt/headroom
COPY requirements.lock /src/
RUN pip --python /opt/headroom/bin/python --disable-pip-version-check \
    install --no-cache-dir --no-deps --require-hashes -r /src/requirements.lock
COPY bot /opt/headroom/app/bot
COPY handlers /opt/headroom/app/handlers
RUN python -m compileall -q /opt/headroom/app

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Headroom" \
      org.opencontainers.image.description="Run Proxmox VE from Slack" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 headroom \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/headroom \
      --shell /usr/sbin/nologin headroom \
    && install -d -o headroom -g headroom -m 0700 /var/lib/headroom
COPY --from=build /opt/headroom /opt/headroom
COPY LICENSE /opt/headroom/
ENV PATH=/opt/headroom/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HEADROOM_CONFIG=/etc/headroom/headroom.toml \
    STATE_DIRECTORY=/var/lib/headroom
WORKDIR /opt/headroom/app
# By number, so that Kubernetes sees without looking inside that it is not root.
USER 10001:10001
EXPOSE 8080
# The process answers; whether store and clusters do is /readyz (docker-compose.yml asks it). Needs http.port = 8080.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
