"""What a write into a real Abilian SBE costs, against the same by Abilian SBE's own models, in one run and in turn.

On PostgreSQL whose commits are durable, or with the word ``sqlite`` on SQLite; what is to be indexed goes to Redis in
both. Somebody who is created, a new member, and a first sync, which comes to the receiver as bulks of a hundred and
which the models do with a commit for each person. Printed are medians a second and the ratio of each pair of blocks;
the reach is 0.8.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from contextlib import ExitStack

from tests.bench.rig import HOME, ratio
from tests.environment.postgres import LocalPostgres, create_database, url
from tests.environment.redis import LocalRedis
from tests.sbe import environment
from tests.sbe.server import SbeServer


def main() -> None:
    home = HOME / "sbe"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    with ExitStack() as stack:
        redis = LocalRedis(home / "redis.log")
        redis.start()
        stack.callback(redis.stop)
        database = None
        if "sqlite" not in sys.argv[1:]:
            postgres = LocalPostgres(home / "postgres.log", durable=True)
            postgres.start()
            stack.callback(postgres.stop)
            create_database(postgres, "sbe")
            database = url(postgres, "sbe")
        settings = {"FLASK_DRAMATIQ_BROKER_URL": redis.url, "TESTING_DIRECT_FUNCTION_CALL": ""}
        server = SbeServer(home, database, settings=settings)
        server.start()
        stack.callback(server.stop)
        token = _token(server)
        command = [str(environment.PYTHON), "-m", "tests.bench.beside_orm", server.receiver.base_url]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=server.variables | {"SBE_BENCH_TOKEN": token}
        )
        if done.returncode != 0:
            raise SystemExit(done.stderr[-4000:])
        for what, pairs in json.loads(done.stdout.splitlines()[-1]).items():
            models, receiver = zip(*pairs, strict=True)
            rates = (f"{1 / statistics.median(taken):.0f}" for taken in (models, receiver))
            print("{}: models {} a second, receiver {};".format(what, *rates), "speed", ratio(models, receiver))


def _token(server: SbeServer) -> str:
    server.receiver.command("source", "add", "bench")
    return server.receiver.command("token", "create", "bench")


if __name__ == "__main__":
    main()
