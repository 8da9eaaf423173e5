"""What gunicorn is told, by names that it knows."""

import gc

from gunicorn.config import Config

from deploy import workers


def test_gunicorn_takes_the_hook() -> None:
    config = Config()
    config.set("post_worker_init", workers.post_worker_init)
    assert config.settings["post_worker_init"].get() is workers.post_worker_init


def test_what_was_loaded_is_swept_no_more() -> None:
    before = gc.get_freeze_count()
    try:
        workers.settle()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
