"""`flask ca health`: for people and for a monitoring system."""

import json
from uuid import uuid4

import pytest
from flask import Flask

from app.core import clock
from app.core.db import db
from models.promises import Promise

pytestmark = pytest.mark.hsm


def test_it_says_how_each_part_is_and_fails_when_one_is_bad(app: Flask, authority: None):
    runner = app.test_cli_runner()
    good = runner.invoke(args=["ca", "health"])
    assert good.exit_code == 0, good.output
    assert "good   signing" in good.output
    assert "watch  check       never run: flask ca check" in good.output
    stuck = Promise(name="issuance.jobs.issue_certificate", subject_id=uuid4(), due_at=clock.now(), attempts=3)
    db.session.add(stuck)
    db.session.commit()
    bad = runner.invoke(args=["ca", "health", "--json"])
    assert bad.exit_code == 1
    said = json.loads(bad.output)
    assert (said["ok"], said["state"]) == (False, "bad")
    (queue,) = [part for part in said["parts"] if part["part"] == "queue"]
    assert (queue["state"], queue["code"], queue["failing"]) == ("bad", "queue-failing", 1)


def test_without_a_ceremony_it_says_so(app: Flask):
    bad = app.test_cli_runner().invoke(args=["ca", "health"])
    assert bad.exit_code == 1
    assert "no key ceremony was held" in bad.output
