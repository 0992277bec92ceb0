# Temas in a container: docker build -t temas . (or docker compose, see compose.yaml and docs/production.md).
# The image holds the program and the .NET runtime; it runs as a user without rights, and all data lies in /data.

FROM node:22-bookworm-slim AS node

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
# Node builds the style sheet and the scripts; it does not come along into the image.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /temas
COPY web/package.json web/package-lock.json web/
RUN cd web && npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN dotnet publish src/Temas.Server -c Release -o /app -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
COPY --chmod=755 packaging/docker/temas /usr/local/bin/temas
RUN mkdir /data && chown "$APP_UID" /data && chmod 700 /data
# DOTNET_EnableDiagnostics=0: no debugging sockets, so the root file system may be read-only.
ENV TEMAS_DATA=/data TEMAS_URLS=http://+:8420 DOTNET_EnableDiagnostics=0
USER $APP_UID
VOLUME /data
EXPOSE 8420
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["temas", "health"]
ENTRYPOINT ["temas"]
CMD ["serve"]
