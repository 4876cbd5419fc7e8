"""The same workflow of 10 no-op durable steps as `vencejo bench workflows`, in dbos on SQLite.

Run by a Python in which dbos is installed: bench_dbos.py FOLDER WORKFLOWS CALLERS. Prints the workflows a second as JSON.
"""

import json
import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor

STEPS = 10


def main() -> None:
    folder, workflows, callers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    from dbos import DBOS

    DBOS(config={
        "name": "bench", "system_database_url": f"sqlite:///{folder}/dbos.sqlite", "run_admin_server": False,
        "log_level": "ERROR",
    })
    logging.disable(logging.WARNING)

    @DBOS.step()
    def step(number: int) -> int:
        return number

    @DBOS.workflow()
    def workflow() -> int:
        return sum(step(number) for number in range(STEPS))

    DBOS.launch()
    workflow()  # the first one opens connections
    started = time.perf_counter()
    if callers == 1:
        results = [workflow() for _ in range(workflows)]
    else:
        with ThreadPoolExecutor(callers) as pool:
            results = list(pool.map(lambda _: workflow(), range(workflows)))
    took = time.perf_counter() - started
    assert results == [sum(range(STEPS))] * workflows, "a workflow gave another result"
    DBOS.destroy()
    print(json.dumps({"workflows_per_second": workflows / took}))


if __name__ == "__main__":
    main()
