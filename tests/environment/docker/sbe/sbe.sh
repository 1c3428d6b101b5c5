#!/usr/bin/env bash
# Abilian SBE to try: a database of its own, its pages and the receiver, and the realm enabled. Ends when one of both does.
set -euo pipefail
trap 'exit 0' TERM INT
trap 'kill $(jobs -p) 2>/dev/null' EXIT
rm -f ready

made=$(python - <<'PYTHON'
import os
import psycopg2
server, name = os.environ["FLASK_SQLALCHEMY_DATABASE_URI"].rsplit("/", 1)
connection = psycopg2.connect(f"{server}/postgres")
connection.autocommit = True
try:
    connection.cursor().execute(f"CREATE DATABASE {name}")
    print("yes")
except psycopg2.errors.DuplicateDatabase:
    print("no")
PYTHON
)
if [ "$made" = yes ]; then
  # Without the plugin, whose tables come with the receiver.
  FLASK_PLUGINS='[]' flask initdb
  FLASK_PLUGINS='[]' flask createuser --role admin --name Admin admin@example.org admin
fi

sbe-scim serve --host 127.0.0.1 --port "$RECEIVER_PORT" &
gunicorn abilian.wsgi:app -b "0.0.0.0:$SBE_PORT" --threads 4 &

answers() { python -c "import sys, urllib.request as r; r.urlopen(sys.argv[1])" "$1" 2>/dev/null; }
until answers "http://127.0.0.1:$RECEIVER_PORT/healthz" && answers "http://127.0.0.1:$SBE_PORT/user/login?local=1"; do
  [ "$(jobs -r | wc -l)" = 2 ] || { echo "The receiver or the pages have ended." >&2; exit 1; }
  sleep 0.5
done
sbe-scim keycloak enable --server "$KEYCLOAK_URL" --realm agents \
  --receiver "$SBE_SCIM_BASE_URL" --sign-in "http://$FLASK_SERVER_NAME"
touch ready
wait -n
