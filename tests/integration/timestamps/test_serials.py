"""Serial numbers of time stamps: no number twice, whoever takes them and whatever breaks."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import psycopg
import pytest
from flask import Flask

from app.core.direct import Direct
from app.core.embedded import start_postgres
from app.core.settings import Settings
from app.timestamps import serials
from app.timestamps.serials import BLOCK, SerialNumbers


@pytest.fixture
def reader(app: Flask, settings: Settings):
    direct = Direct(settings.database_url())
    yield direct
    direct.close()


def take(url: str, count: int) -> list[int]:
    """What one process takes."""
    direct, numbers = Direct(url), SerialNumbers()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: numbers.take(direct), range(count)))
    direct.close()
    return found


def test_four_processes_of_four_threads_never_take_the_same(app: Flask, settings: Settings) -> None:
    count = 2 * BLOCK + 7
    with multiprocessing.get_context("spawn").Pool(4) as processes:
        found = processes.starmap(take, [(settings.database_url(), count)] * 4)
    taken = [each for part in found for each in part]
    assert len(set(taken)) == len(taken) == 4 * count


def test_a_block_that_is_used_up_is_followed_by_another(reader, monkeypatch) -> None:
    monkeypatch.setattr(serials, "BLOCK", 3)
    first, second = SerialNumbers(), SerialNumbers()
    assert [first.take(reader) for _ in range(4)] == [1, 2, 3, 4]
    assert [second.take(reader) for _ in range(4)] == [7, 8, 9, 10]
    assert [first.take(reader) for _ in range(3)] == [5, 6, 13]


def test_what_a_process_had_when_it_was_killed_is_a_gap(reader, settings) -> None:
    at, mine = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_take_and_wait, args=(settings.database_url(), mine))
    process.start()
    there = at.recv()
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(30)
    assert SerialNumbers().take(reader) == there + BLOCK


def _take_and_wait(url: str, answer) -> None:
    answer.send(SerialNumbers().take(Direct(url)))
    time.sleep(60)


def test_a_forked_child_takes_a_block_of_its_own(reader, settings) -> None:
    numbers = SerialNumbers()
    first = numbers.take(reader)
    reads, writes = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.write(writes, str(numbers.take(Direct(settings.database_url()))).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reads, 20)) == first + BLOCK
    assert numbers.take(reader) == first + 1


def test_a_number_that_was_reserved_does_not_come_again_when_the_database_crashes(tmp_path) -> None:
    """A server that waits for its disk, killed between the reservation and its use, with all that it had in memory."""
    tmp_path.chmod(0o755)
    place, highest = tmp_path / "pg", 0
    for turn in range(3):
        server = start_postgres(place)
        url = f"postgresql://postgres@/postgres?host={place.resolve()}"
        direct = Direct(url)
        if turn == 0:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE SEQUENCE time_stamp_serial_seq")
        numbers = SerialNumbers()
        taken = [numbers.take(direct) for _ in range(BLOCK + 1)]
        assert taken[0] > highest
        highest = max(taken)
        family = [psutil.Process(server.pid), *psutil.Process(server.pid).children()]
        for process in family:
            process.kill()
        server.wait(30)
        psutil.wait_procs(family[1:], timeout=30)
        direct.close()
