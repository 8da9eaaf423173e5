"""A holder's eToken, played by SoftHSM2: one token directory per person, as if in the person's own computer."""

import os
from dataclasses import dataclass
from pathlib import Path

from tests.tour.checks import run

USER_PIN, SO_PIN = "24681357", "97531864"


@dataclass(frozen=True, slots=True)
class UserToken:
    """One token, with what the client needs to reach it."""

    label: str
    serial: str
    configuration: Path
    pin_file: Path

    def environment(self) -> dict[str, str]:
        """The environment of the holder's computer."""
        return {**os.environ, "SOFTHSM2_CONF": str(self.configuration)}


def make_token(directory: Path, label: str) -> UserToken:
    """Initialise a token as the factory does. Its serial number is SoftHSM's own."""
    tokens = directory / "tokens"
    tokens.mkdir(parents=True)
    configuration = directory / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    pin_file = directory / "pin"
    pin_file.touch(mode=0o600)
    pin_file.write_text(USER_PIN)
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    try:
        run("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", USER_PIN, "--so-pin", SO_PIN)
        listing = run("softhsm2-util", "--show-slots")
    finally:
        if before is None:
            del os.environ["SOFTHSM2_CONF"]
        else:
            os.environ["SOFTHSM2_CONF"] = before
    serial = next(
        line.split(":", 1)[1].strip() for line in listing.splitlines() if line.strip().startswith("Serial number:")
    )
    return UserToken(label, serial, configuration, pin_file)
