#!/usr/bin/env bash
# Serves the sample region on a private port and runs the browser tests against it: straight, then
# the pages of other origins once more behind nginx under a path prefix.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
server= proxied= proxy=
finish() {
  for pid in $server $proxied $proxy; do kill "$pid" 2> /dev/null || true; done
  wait 2> /dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# A port that is free now.
port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
# Waits until an address answers, for at most a minute.
until_up() {
  for _ in $(seq 300); do
    [ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' "$1")" = 200 ] && return 0
    sleep 0.2
  done
  echo "$1 does not answer" >&2
  cat "$work"/*.log >&2
  return 1
}

program=target/debug/govmaps
data=$work/data
mkdir -p "$data/proj"
grid=${GOVMAPS_SHARED:-../shared}/geodata/proj/be_ign_bd72lb72_etrs89lb08.tif
[ -f "$grid" ] && cp "$grid" "$data/proj/"
$program sample --scale 0.02 --out "$work/sample.gpkg" > "$work/sample.log" 2>&1
$program import "$work/sample.gpkg" --data "$data" --workspace local > "$work/import.log" 2>&1
token=$($program token create --data "$data" --role publisher --workspace '*' 2> /dev/null | tail -1)

straight=$(port)
$program serve --data "$data" --bind "127.0.0.1:$straight" > "$work/serve.log" 2>&1 &
server=$!
until_up "http://127.0.0.1:$straight/ready"
for _ in $(seq 100); do
  curl -s "http://127.0.0.1:$straight/health" | grep -q '"uploads":true' && break
  sleep 0.2
done
export GOVMAPS_TOKEN=$token GOVMAPS_SHARED=${GOVMAPS_SHARED:-$PWD/../shared}
GOVMAPS_URL="http://127.0.0.1:$straight/" node tests/browser/run.mjs

front=$(port) behind=$(port)
$program serve --data "$data" --bind "127.0.0.1:$behind" --public-address "http://127.0.0.1:$front/kaarten/" > "$work/behind.log" 2>&1 &
proxied=$!
cat > "$work/nginx.conf" <<N
daemon off; pid $work/nginx.pid; error_log $work/nginx.log;
events {}
http {
  access_log off; client_body_temp_path $work/body; proxy_temp_path $work/proxy;
  fastcgi_temp_path $work/fastcgi; uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
  server { listen 127.0.0.1:$front; location /kaarten/ { proxy_pass http://127.0.0.1:$behind/; } }
}
N
/usr/sbin/nginx -c "$work/nginx.conf" -p "$work" 2> /dev/null &
proxy=$!
until_up "http://127.0.0.1:$front/kaarten/ready"
GOVMAPS_URL="http://127.0.0.1:$front/kaarten/" node --test tests/browser/other-origin.test.mjs tests/browser/map.test.mjs
