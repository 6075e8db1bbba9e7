# Govmaps on Debian 12. Not built yet where it was written: see docs/operations.md.

FROM rust:1.95-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      gcc g++ pkg-config libgdal-dev libproj-dev libsqlite3-dev proj-bin nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
# the page's browser modules, laid where the program embeds them from
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY scripts scripts
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY crates crates
COPY tests tests
RUN npm run vendor && cargo build --release --locked --workspace --bins
# The grid for Lambert 72 (NGI/IGN, CC BY 4.0, (c) 2014-2016 grid created by Nicolas Simon). Without it
# the image works, and says that Lambert 72 is up to 0.3 m off.
RUN mkdir /grid && (projsync --file be_ign_bd72lb72_etrs89lb08.tif --target-dir /grid \
      || echo "the Belgian grid could not be fetched")

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgdal32 libproj25 proj-data libsqlite3-0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --home-dir /data --shell /usr/sbin/nologin govmaps \
 && install -d -o govmaps -g govmaps -m 750 /data
COPY --from=build /build/target/release/govmaps /build/target/release/govmaps-reader /usr/local/bin/
COPY --from=build /grid/ /usr/share/proj/
USER govmaps
VOLUME /data
EXPOSE 8080
# exec form: SIGTERM reaches the program, which lets requests under way end
ENTRYPOINT ["govmaps"]
CMD ["serve", "--data", "/data", "--bind", "0.0.0.0:8080"]
