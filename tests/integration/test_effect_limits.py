"""How fast and how many at a time: the limits that a connector declares are kept by the engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Lock

from app.connectors import discover
from memory.database import open_database, writing
from memory.engine.on_dbos import DbosEngine
from memory.engine.port import Job, Queue
from tools.connectors.base import queues_of


def test_every_connector_says_how_fast_it_may_go_and_no_two_share_a_queue() -> None:
    queues = {queue.name: queue for queue in queues_of(discover())}
    assert set(queues) == {"effects/mail", "effects/payment", "effects/contract", "effects/calendar"}
    assert (queues["effects/mail"].slots, queues["effects/mail"].at_most, queues["effects/mail"].per_s) == (2, 30, 60.0)
    assert all(queue.slots <= 2 and not queue.by_lane for queue in queues.values())
    slower = {queue.name: queue.at_most for queue in queues_of(discover(), {"mail": 5})}
    assert (slower["effects/mail"], slower["effects/payment"]) == (5, queues["effects/payment"].at_most)


def test_the_engine_keeps_to_the_slots_and_to_the_number_within_the_time(new_url: Callable[[], str]) -> None:
    """Of five mails three may begin within the hour; of the others' four no two are made at a time."""
    url = new_url()
    queues = (Queue("effects/mail", slots=8, at_most=3, per_s=3600), Queue("effects/payment", slots=1), Queue("end", slots=1))
    engine, database = DbosEngine(url, queues=queues, poll_s=0.05), open_database(url)
    lock, ended = Lock(), Event()
    began: list[str] = []
    at_once, most = 0, 0

    def run(argument: str) -> None:
        nonlocal at_once, most
        with lock:
            began.append(argument)
            if argument.startswith("payment"):
                at_once += 1
                most = max(most, at_once)
        time.sleep(0.1)
        with lock:
            at_once -= argument.startswith("payment")
            if sum(one.startswith("payment") for one in began) == 4:
                ended.set()

    engine.start({"run": run}, {})
    try:
        with writing(database) as connection:
            for number in range(5):
                engine.enqueue(connection, Job(f"m{number}", "run", f"mail {number}", lane=f"m{number}", queue="effects/mail"))
            for number in range(4):
                engine.enqueue(connection, Job(f"p{number}", "run", f"payment {number}", lane=f"p{number}", queue="effects/payment"))
        assert ended.wait(60)
        for _ in range(600):
            if sum(one.startswith("mail") for one in began) >= 3:
                break
            time.sleep(0.05)
        time.sleep(0.5)  # as many polls as it took for the others to begin: a fourth mail would have begun by now
        assert sum(one.startswith("mail") for one in began) == 3
        assert most == 1
    finally:
        engine.stop()
        database.dispose()
